"""Every scenario does what it says, and a wrong one names its key."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from lxml import etree

from tests.standin import Scenario, StandIn, World, load_scenario, scenario_names
from tests.standin.asking import ARXIV, ATOM, DAYS, OAI, SEARCH, get, morning, texts, tree
from tests.standin.scenarios import Play, Rule, ScenarioError, parse_scenario

RSS, ATOM_PATH, API = "/rss/cs.CL", "/atom/cs.CL", "/api/query?search_query=cat:cs.CL&max_results=5"
LIST = "/oai?verb=ListRecords&metadataPrefix=arXiv"
PATHS = (RSS, ATOM_PATH, API, LIST)
WORLD = World.made(DAYS)


@contextmanager
def playing(name: str | Scenario) -> Iterator[tuple[StandIn, dict[str, bytes]]]:
    """A stand-in that plays a scenario, and what it answers without it."""
    with StandIn(WORLD, now=morning(DAYS[2]), oai_page=5) as standin:
        good = {path: get(standin, path).content for path in PATHS}
        standin.use(name)
        yield standin, good


def test_every_scenario_is_named_loads_and_says_what_it_is_about() -> None:
    wanted = """throttled-429-good throttled-429-missing throttled-429-zero throttled-429-absurd
        unavailable-503-good unavailable-503-missing unavailable-503-zero unavailable-503-absurd
        forbidden-403 not-acceptable-406 needs-accept empty-first-page short-page
        total-changes stale truncated trickle reset html error-feed bad-token deleted-record
        full-feed redirect short-feed broken-item hostile"""
    assert set(wanted.split()) <= set(scenario_names())
    assert all(load_scenario(name).about and load_scenario(name).rules for name in scenario_names())


@pytest.mark.parametrize(
    ("name", "status", "after", "times"),
    [
        ("throttled-429-good", 429, "1", 1),
        ("throttled-429-missing", 429, None, 2),
        ("throttled-429-zero", 429, "0", 2),
        ("throttled-429-absurd", 429, "999999", 1),
        ("unavailable-503-good", 503, "1", 1),
        ("unavailable-503-missing", 503, None, 2),
        ("unavailable-503-zero", 503, "0", 2),
        ("unavailable-503-absurd", 503, "999999", 1),
        ("forbidden-403", 403, None, 1),
        ("not-acceptable-406", 406, None, 1),
        ("server-error-500", 500, None, 1),
    ],
)
def test_statuses(name: str, status: int, after: str | None, times: int) -> None:
    with playing(name) as (standin, good):
        for _ in range(times):
            answer = get(standin, RSS)
            assert (answer.status_code, answer.headers.get("Retry-After")) == (status, after)
        assert get(standin, API).content == good[API]
        assert [hit.status for hit in standin.log[-times - 1 :]] == [status] * times + [200]


def test_throttled_for_ever() -> None:
    with playing("throttled-for-ever") as (standin, _):
        assert {get(standin, path).status_code for path in PATHS} == {429}


def test_needs_accept() -> None:
    with playing("needs-accept") as (standin, good):
        assert get(standin, API).status_code == 406
        for accept, status in (("application/atom+xml", 200), ("*/*", 406), ("text/html, text/xml;q=0.5", 200)):
            answer = requests.get(f"{standin.url}{RSS}", headers={"Accept": accept}, timeout=30)
            assert answer.status_code == status
        assert answer.content == good[RSS]


def test_empty_first_page_and_short_page() -> None:
    with playing("empty-first-page") as (standin, good):
        root = tree(standin, API)
        assert root.find(f"{ATOM}entry") is None
        assert int(root.findtext(f"{SEARCH}totalResults") or 0) > 5
        assert get(standin, API).content == good[API]
        standin.use("short-page")
        assert len(tree(standin, API).findall(f"{ATOM}entry")) == 3
        assert get(standin, API).content == good[API]
        standin.use("short-page")
        assert len(tree(standin, LIST).findall(f".//{OAI}record")) == 3


def test_total_changes() -> None:
    with playing("total-changes") as (standin, _):
        totals = [int(tree(standin, API).findtext(f"{SEARCH}totalResults") or 0) for _ in range(3)]
        assert [total - totals[0] for total in totals] == [0, 3, 0]


def test_no_list_size() -> None:
    with playing("no-list-size") as (standin, _):
        token = tree(standin, LIST).find(f".//{OAI}resumptionToken")
        assert token is not None
        assert token.items() == [("expirationDate", "2021-06-17T00:00:00Z")]
        assert token.text


def test_stale() -> None:
    with playing("stale") as (standin, good):
        stale = tree(standin, RSS)
        assert stale.findtext("channel/pubDate") == etree.fromstring(good[RSS]).findtext("channel/pubDate")
        standin.use("stale-once")
        assert texts(tree(standin, RSS), ".//guid") == texts(stale, ".//guid")
        assert get(standin, RSS).content == good[RSS]
        standin.now = morning(DAYS[1])
        assert (
            texts(tree(standin, RSS), ".//guid")
            == texts(stale, ".//guid")
            != texts(etree.fromstring(good[RSS]), ".//guid")
        )
        standin.use("stale")
        standin.now = morning(DAYS[0])
        assert not texts(tree(standin, RSS), ".//guid")


@pytest.mark.parametrize("path", PATHS)
def test_truncated_and_broken_off(path: str) -> None:
    with playing("truncated") as (standin, good):
        answer = get(standin, path)
        assert answer.content == good[path][: len(good[path]) // 2]
        with pytest.raises(etree.XMLSyntaxError):
            etree.fromstring(answer.content)
        assert get(standin, path).content == good[path]
        standin.use("broken-off")
        with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
            get(standin, path)
        assert get(standin, path).content == good[path]


def test_trickle() -> None:
    slow = Scenario("quick-trickle", (Rule("any", "trickle", parameters={"seconds": 0.05}),))
    with playing(slow) as (standin, good), requests.get(f"{standin.url}{RSS}", timeout=30, stream=True) as answer:
        assert answer.raw.read(4) == good[RSS][:4]
        hit = standin.log[-1]
        assert hit.ended - hit.arrived >= 0.1
    with playing("trickle") as (standin, _):
        with (
            pytest.raises(requests.exceptions.ConnectionError),
            requests.get(f"{standin.url}{RSS}", timeout=0.2, stream=True) as answer,
        ):
            answer.content  # noqa: B018
        assert get(standin, RSS).status_code == 200


def test_reset() -> None:
    with playing("reset") as (standin, good):
        with pytest.raises(requests.exceptions.RequestException, match="reset by peer"):
            get(standin, RSS)
        assert get(standin, RSS).content == good[RSS]


def test_slow_shows_requests_in_parallel() -> None:
    with playing("slow") as (standin, _):
        standin.clear()
        get(standin, RSS)
        get(standin, RSS)
        assert not standin.overlaps()
        assert standin.gaps()[0] >= 0.2


def test_html_and_error_feed() -> None:
    with playing("html") as (standin, good):
        answer = get(standin, RSS)
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        standin.use("error-feed")
        assert (tree(standin, RSS).findtext("channel/title") or "").startswith("Feed error for query")
        assert get(standin, RSS).content == good[RSS]
        standin.use("error-feed")
        assert tree(standin, API).findtext(f"{ATOM}entry/{ATOM}title") == "Error"
        assert get(standin, API).content == good[API]


def test_bad_token() -> None:
    with playing("bad-token") as (standin, good):
        token = tree(standin, LIST).findtext(f".//{OAI}resumptionToken")
        codes = []
        for _ in range(2):
            error = tree(standin, "/oai", verb="ListRecords", resumptionToken=token).find(f"{OAI}error")
            codes.append(None if error is None else error.get("code"))
        assert codes == ["badResumptionToken", None]
        assert get(standin, LIST).content == good[LIST]


def test_deleted_record() -> None:
    with playing("deleted-record") as (standin, good):
        root, behaved = tree(standin, LIST), etree.fromstring(good[LIST])
        headers = root.findall(f".//{OAI}header[@status='deleted']")
        assert [header.findtext(f"{OAI}identifier") for header in headers] == ["oai:arXiv.org:2001.00001"]
        assert "2001.00001" not in WORLD.records
        names = texts(root, f".//{OAI}identifier")
        assert names[1:] == texts(behaved, f".//{OAI}identifier")[:4]
        sizes = [int(one.xpath("string(//@completeListSize)")) for one in (root, behaved)]  # type: ignore[arg-type]
        assert sizes[0] == sizes[1] + 1


def test_full_cut_short_and_empty_feeds() -> None:
    with playing("full-feed") as (standin, good):
        whole = texts(etree.fromstring(good[RSS]), ".//guid")
        full = tree(standin, RSS)
        guids = texts(full, ".//guid")
        assert len(guids) == len(set(guids)) == 2000
        assert set(guids) & set(whole) == set(whole[:3])
        assert set(texts(full, f".//{ARXIV}announce_type")[3:]) == {"cross"}
        for name, left in (("cut-feed", whole[:3]), ("short-feed", whole[:-2]), ("empty-feed", [])):
            standin.use(name)
            assert texts(tree(standin, RSS), ".//guid") == left


def test_broken_item() -> None:
    with playing("broken-item") as (standin, good):
        items = tree(standin, RSS).findall(".//item")
        assert [item.find("guid") is None for item in items] == [True] + [False] * (len(items) - 1)
        assert [item.find("title") is None for item in items] == [True] + [False] * (len(items) - 1)
        assert len(items) == len(texts(etree.fromstring(good[RSS]), ".//guid"))
        entries = tree(standin, ATOM_PATH).findall(f"{ATOM}entry")
        assert [entry.find(f"{ATOM}id") is None for entry in entries] == [True] + [False] * (len(items) - 1)


def test_redirect() -> None:
    with (
        StandIn(WORLD, now=morning(DAYS[2])) as other,
        StandIn(WORLD, now=morning(DAYS[2]), scenario="redirect", elsewhere=other.url) as standin,
    ):
        answer = get(standin, RSS)
        assert (answer.status_code, answer.headers["Location"]) == (302, f"{other.url}{RSS}")
        assert get(standin, RSS).status_code == 200
        standin.use(Scenario("x", (Rule("any", "redirect", parameters={"location": "http://a.invalid/"}),)))
        assert get(standin, RSS).headers["Location"] == "http://a.invalid/"
        assert not other.log


@pytest.mark.parametrize("path", PATHS)
def test_hostile(path: str) -> None:
    with playing("hostile") as (standin, good):
        body = get(standin, path).text
        assert body.count("<!ENTITY") == 10
        assert len(re.findall("&b9;", body)) == 1
        rest = body[: body.index("<!DOCTYPE")] + body[body.index("]>\n") + 3 :]
        assert rest.replace("&b9;", "") == good[path].decode()
        with pytest.raises(etree.XMLSyntaxError):
            etree.fromstring(body.encode())


def test_rules_count_only_what_fits_them() -> None:
    play = Play(
        Scenario(
            "x",
            (
                Rule("rss", "html", category="cs.IR", first=1, times=2),
                Rule("any", "stale"),
                Rule("any", "reset", first=2, times=-1),
            ),
        )
    )
    asked = [
        ("rss", ["cs.CL"]),
        ("rss", ["cs.IR"]),
        ("rss", ["cs.IR", "cs.CL"]),
        ("api", ["cs.IR"]),
        ("rss", ["cs.IR"]),
    ]
    harms = [play.harm(source, categories) for source, categories in asked]
    assert [harm.action if harm else None for harm in harms] == ["stale", None, "html", "reset", "html"]


def test_categories_are_found_in_all_requests() -> None:
    for source, path in (
        ("rss", "/rss/cs.CL+cs.IR"),
        ("api", "/api/query?search_query=(cat%3Acs.CL+OR+cat:cs.IR)"),
        ("oai", "/oai?verb=ListRecords&metadataPrefix=arXiv&set=cs%3Acs%3AIR"),
    ):
        rule = Rule(source, "status", category="cs.IR", times=-1, parameters={"status": 500, "retry_after": ""})
        with StandIn(WORLD, now=morning(DAYS[0]), scenario=Scenario("x", (rule,))) as standin:
            assert get(standin, path).status_code == 500
            assert get(standin, path.replace("IR", "MM")).status_code == 200


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"source": "rss"}, "rule 1: action is missing"),
        ({"action": "html"}, "rule 1: source is missing"),
        ({"source": "rss", "action": "explode"}, "action 'explode' is none of"),
        ({"source": "ftp", "action": "html"}, "source 'ftp' does not go with html"),
        ({"source": "api", "action": "stale"}, "source 'api' does not go with stale"),
        ({"source": "rss", "action": "html", "colour": 1}, "unknown key colour for html"),
        ({"source": "rss", "action": "html", "times": "2"}, "times must be of type int"),
        ({"source": "rss", "action": "html", "times": True}, "times must be of type int"),
        ({"source": "rss", "action": "html", "times": 0}, "times must be at least 1, or -1"),
        ({"source": "rss", "action": "html", "first": -1}, "first must not be negative"),
        ({"source": "rss", "action": "status"}, "status is missing"),
        ({"source": "rss", "action": "status", "status": 200}, "status must be one of"),
        ({"source": "rss", "action": "status", "status": 429, "retry_after": 1}, "retry_after must be of type str"),
        ({"source": "rss", "action": "trickle", "seconds": "1"}, "seconds must be of type float"),
    ],
)
def test_wrong_rules_name_the_key(rule: dict[str, object], message: str) -> None:
    with pytest.raises(ScenarioError, match=re.escape(message)) as caught:
        parse_scenario("mine", {"rules": [rule]})
    assert str(caught.value).startswith("scenario mine, rule 1: ")


def test_wrong_scenarios_name_the_key(tmp_path: Path) -> None:
    for table, message in (
        ({}, "rules must be a list"),
        ({"rules": []}, "rules must be a list"),
        ({"rules": [1]}, "rules must be a list"),
        ({"rule": []}, "unknown key rule"),
        ({"about": 1}, "about must be text"),
        (1, "expected a table"),
    ):
        with pytest.raises(ScenarioError, match=f"^scenario mine: {message}"):
            parse_scenario("mine", table)
    with pytest.raises(ScenarioError, match="no scenario 'nonsense'; there are: throttled-429-good"):
        load_scenario("nonsense")
    file = tmp_path / "own.toml"
    file.write_text('[own]\nrules = [{ source = "rss", action = "trickle", seconds = 2 }]\n')
    assert load_scenario("own", file).rules[0].seconds("seconds") == 2.0
    assert scenario_names(file) == ("own",)


def test_a_clock_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        StandIn(WORLD, now=dt.datetime(2021, 6, 16))  # noqa: DTZ001
