"""A visitor of the desk without a browser, and a desk that really listens."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI
from starlette.testclient import TestClient

from paperradar.desk.app import make_app
from paperradar.desk.serving import listen
from paperradar.workspace import Workspace
from tests.pipeline.curated import EDITION, clock

ADDRESS = "http://127.0.0.1:8017"
LIST = f"/{EDITION}"
JSON = {"Accept": "application/json"}


class Visitor:
    """Somebody at the desk, with the cookies and the token of their browser."""

    def __init__(self, app: FastAPI, name: str = "", *, address: str = ADDRESS) -> None:
        self.client = TestClient(app, base_url=address)
        if name:
            self.post("/who", name=name, back="/")

    def get(self, path: str, **keys: Any) -> Any:
        """Ask for a page; a redirect is not followed."""
        return self.client.get(path, follow_redirects=False, **keys)

    def text(self, path: str = LIST) -> str:
        """A page's text; it must be there."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return str(answer.text)

    def token(self, path: str = "/who") -> str:
        """The token in the forms of a page."""
        found = re.search(r'name="token" value="(\w+)"', self.get(path).text)
        assert found
        return found[1]

    def post(self, path: str, headers: Any = None, **fields: str) -> Any:
        """Send a form as the page would; a redirect is not followed."""
        if "token" not in fields:
            fields["token"] = self.token()
        return self.client.post(path, data=fields, headers=headers, follow_redirects=False)

    def vote(self, identifier: str, word: str) -> Any:
        """Vote on a paper, as the page's script does."""
        return self.post(f"{LIST}/vote", JSON, id=identifier, vote=word)


def desk(workspace: Workspace, **keys: Any) -> FastAPI:
    """The desk of a workspace at the time of the tests."""
    return make_app(workspace, **{"clock": clock, **keys})


@contextmanager
def served(workspace: Workspace, **keys: Any) -> Iterator[str]:
    """A desk that listens on a free port of this machine; gives its address."""
    listening = listen("127.0.0.1", 0)
    port = listening.getsockname()[1]
    app = desk(workspace, port=port, **keys)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()
