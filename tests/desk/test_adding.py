"""Bringing papers and pages to an edition over HTTP."""

from __future__ import annotations

import threading
from pathlib import Path

from paperradar.papers import Author, Paper
from paperradar.store import Store
from tests.desk.visiting import LIST, Visitor, desk
from tests.pipeline.builders import Placed, filled, paper
from tests.pipeline.curated import at_rank, view, write_list


def test_a_paper_comes_from_the_store(tmp_path: Path) -> None:
    workspace = filled(tmp_path, [Placed(Paper("2204.00501", "Of late", "An abstract.", (Author("Roe", "Ann"),)))])
    write_list(workspace)
    ann = Visitor(desk(workspace), "Ann")
    answer = ann.post(f"{LIST}/add", kind="paper", id="arXiv:2204.00501v2")
    assert answer.headers["location"] == f"{LIST}?show=added#p-2204.00501"
    card = view(workspace).cards["2204.00501"]
    assert (card.title, card.authors) == ("Of late", ("Ann Roe",))
    assert "Added by <bdi>Ann</bdi>" in ann.text(f"{LIST}?show=added")
    assert "Of late" in ann.text(f"{LIST}/add")


def test_what_the_store_lacks_needs_a_title(tmp_path: Path) -> None:
    workspace = filled(tmp_path, [])
    write_list(workspace)
    ann = Visitor(desk(workspace), "Ann")
    answer = ann.post(f"{LIST}/add", kind="paper", id="2204.00501")
    assert answer.status_code == 400
    assert "give its title too" in answer.text
    assert 'value="2204.00501"' in answer.text  # what was typed is still there
    assert ann.post(f"{LIST}/add", kind="paper", id="2204.00501", title="A title").status_code == 303
    assert view(workspace).cards["2204.00501"].title == "A title"
    for identifier in ("nonsense", "", at_rank(1)):
        assert ann.post(f"{LIST}/add", kind="paper", id=identifier).status_code == 400


def test_while_the_database_is_held_only_the_title_helps(tmp_path: Path) -> None:
    workspace = filled(tmp_path, [Placed(paper(501))])
    write_list(workspace)
    ann = Visitor(desk(workspace), "Ann")
    token = ann.token()
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with Store(workspace.database).writing():
            held.set()
            done.wait(60)

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        assert held.wait(30)
        for path in (LIST, f"{LIST}/ten", f"{LIST}/add", f"{LIST}?q=planning"):
            assert ann.get(path).status_code == 200
        assert ann.vote(at_rank(1), "pick").status_code == 200
        busy = ann.post(f"{LIST}/add", token=token, kind="paper", id="2204.00501")
        assert busy.status_code == 503
        assert "database is busy" in busy.text
        with_title = ann.post(f"{LIST}/add", token=token, kind="paper", id="2204.00501", title="By hand")
        assert with_title.status_code == 303
    finally:
        done.set()
        thread.join()
    assert view(workspace).cards["2204.00501"].title == "By hand"


def test_a_page_by_its_address(tmp_path: Path) -> None:
    workspace = filled(tmp_path, [])
    write_list(workspace)
    ann = Visitor(desk(workspace), "Ann")
    said = {"kind": "page", "url": "https://a.example/post", "title": "A <b>post</b>", "authors": "A Roe, B Moe"}
    assert ann.post(f"{LIST}/add", **said, source="A laboratory").status_code == 303
    page = ann.text(f"{LIST}?show=added")
    assert "A &lt;b&gt;post&lt;/b&gt;" in page
    assert "A laboratory" in page
    assert 'href="https://a.example/post" target="_blank" rel="noopener noreferrer"' in page
    for url in ("javascript:alert(1)", "ftp://a.example", "https://user@a.example", ""):
        refused = ann.post(f"{LIST}/add", kind="page", url=url, title="T")
        assert refused.status_code == 400, url
    assert ann.post(f"{LIST}/add", kind="page", url="https://a.example/2", title=" ").status_code == 400
