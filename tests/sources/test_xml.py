"""Hostile, damaged and odd XML is refused or read once, and nothing is opened for it."""

from __future__ import annotations

import datetime as dt
import socket
import time
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperradar.errors import InputError, Unavailable
from paperradar.papers import clean_text
from paperradar.sources.xml import check_texts, parse_time, parse_xml, text_of

NAMES = [chr(98 + number) for number in range(12)]
BOMB = (
    '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {name} "{f"&{chr(ord(name) - 1)};" * 10}">' for name in NAMES)
    + "]>"
)
utc = partial(dt.datetime, tzinfo=dt.UTC)
QUADRATIC = f'<!DOCTYPE rss [<!ENTITY a "{"a" * 100_000}">]>'


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        pytest.param("", "empty", id="empty"),
        pytest.param("no XML", "no whole XML document", id="text"),
        pytest.param("<rss><channel>", "no whole XML document", id="cut"),
        pytest.param("<rss/>rest", "no whole XML document", id="trailing"),
        pytest.param("<html><body>Slow down<br></body></html>", "no whole XML document", id="html"),
        pytest.param("<!DOCTYPE html><html/>", "document type declaration", id="doctype"),
        pytest.param('<!DOCTYPE rss [<!ENTITY a "b">]><rss>&a;</rss>', "document type declaration", id="entity"),
        pytest.param(f"{BOMB}<rss>&{NAMES[-1]};</rss>", "", id="bomb in text"),
        pytest.param(f'{BOMB}<rss x="&{NAMES[-1]};"/>', "", id="bomb in an attribute"),
        pytest.param(f"{QUADRATIC}<rss>{'&a;' * 50_000}</rss>", "", id="quadratic bomb"),
        pytest.param("<a>" * 2000 + "</a>" * 2000, "depth", id="deep"),
        pytest.param("<rss>&nbsp;</rss>", "nbsp", id="undeclared entity"),
        pytest.param("<a:rss/>", "prefix", id="undeclared prefix"),
        pytest.param("<rss>]]></rss>", "no whole XML document", id="end of CDATA"),
        pytest.param('<?xml version="1.0" encoding="utf-7"?><rss/>', "encoding utf-7", id="encoding"),
    ],
)
def test_what_is_refused_says_why_and_takes_no_time(document: str, reason: str) -> None:
    begun = time.monotonic()
    with pytest.raises(Unavailable) as caught:
        parse_xml(document.encode())
    assert time.monotonic() - begun < 5
    assert reason in str(caught.value)
    assert "try again later" in str(caught.value)
    assert len(str(caught.value)) < 300


def test_nothing_is_fetched_or_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET", encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}/x.dtd"
        for place in (address, secret.as_uri()):
            for document in (
                f'<!DOCTYPE rss SYSTEM "{place}"><rss/>',
                f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{place}">]><rss>&x;</rss>',
                f'<!DOCTYPE rss [<!ENTITY % x SYSTEM "{place}"> %x;]><rss/>',
            ):
                with pytest.raises(Unavailable) as caught:
                    parse_xml(document.encode())
                assert "SECRET" not in str(caught.value)
        include = f'<rss xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="{secret.as_uri()}" parse="text"/>'
        assert text_of(parse_xml(f"{include}</rss>".encode())) == ""
        server.settimeout(0)
        with pytest.raises(BlockingIOError):
            server.accept()
    with pytest.raises(Unavailable):
        parse_xml(str(secret).encode())


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ("a\x0bb\x0cc&#11;d&#x0C;e", "a b c d e"),
        ("a\x00b\x01c\x1fd&#0;e&#x1f;f", "abcdef"),
        ("a&#55296;b&#xFFFF;c&#65534;d", "abcd"),
        ("a&#65;&#x42;&amp;#11;", "aAB&#11;"),
        ("\ufffea\uffff", "a"),
        ("a]]&gt;b<![CDATA[<c>&amp;]]>", "a]]>b<c>&amp;"),
        ("a<!-- no -->b<?no no?>c<i>d</i>e", "abcde"),
        ("数 ﷽ 🙂", "数 ﷽ 🙂"),
    ],
)
def test_what_xml_forbids_is_dropped_and_the_rest_stays(inner: str, text: str) -> None:
    assert text_of(parse_xml(f"<rss>{inner}</rss>".encode())) == text


def test_comments_and_instructions_are_no_children() -> None:
    assert [child.tag for child in parse_xml(b"<rss><!-- no --><?no no?><channel/></rss>")] == ["channel"]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"<rss>caf\xc3\xa9</rss>", "café"),
        (b"\xef\xbb\xbf<rss>caf\xc3\xa9</rss>", "café"),
        (b"<rss>caf\xe9</rss>", "caf\ufffd"),
        (b'<?xml version="1.0" encoding="ISO-8859-1"?><rss>caf\xe9</rss>', "café"),
        (b"<?xml version='1.0' encoding='UTF-8'?>\r\n<rss>caf\xed\xa0\x80</rss>\r\n", "caf\ufffd\ufffd\ufffd"),
        ('<?xml version="1.0" encoding="UTF-16"?><rss>café</rss>'.encode("utf-16"), "café"),
    ],
)
def test_encodings(data: bytes, text: str) -> None:
    assert text_of(parse_xml(data)) == text


@given(st.text(st.characters(exclude_characters="<&\ufffe\uffff", exclude_categories=["Cs"])))
def test_any_text_comes_out_as_cleaning_it_would_have_it(text: str) -> None:
    assert text_of(parse_xml(f"<rss>{text.replace(']]>', '')}</rss>".encode())) == clean_text(text.replace("]]>", ""))


@given(st.binary())
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        parse_xml(b"<rss>" + data + b"</rss>")
        parse_xml(data)
    except Unavailable:
        pass


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("Mon, 02 May 2022 00:00:00 -0400", utc(2022, 5, 2, 4)),
        ("Mon, 02 May 2022 04:00:00 GMT", utc(2022, 5, 2, 4)),
        ("2 May 2022 04:00:00", utc(2022, 5, 2, 4)),
        ("2022-05-01T20:30:00-05:00", utc(2022, 5, 2, 1, 30)),
        ("2022-05-02T04:00:19.866337+00:00", utc(2022, 5, 2, 4, 0, 19, 866337)),
        (" 2022-05-02T04:00:19Z\n", utc(2022, 5, 2, 4, 0, 19)),
        ("2022-05-02", utc(2022, 5, 2)),
        ("2022-02-31", None),
        ("Mon, 31 Feb 2022 04:00:00 GMT", None),
        ("1970-01-01T00:00:00Z", None),
        ("9999-12-31T23:59:59-12:00", None),
        ("Mon, 02 May 99999999999999999999 00:00:00 GMT", None),
        ("today", None),
        ("", None),
        ("2" * 200, None),
    ],
)
def test_times(text: str, time: dt.datetime | None) -> None:
    assert parse_time(text) == time


@given(st.text(st.sampled_from("0123456789-+:TZ., JanFebMAYgmt")))
def test_any_text_is_a_time_or_none(text: str) -> None:
    time = parse_time(text)
    assert time is None or time.tzinfo == dt.UTC


def test_texts_that_no_paper_can_have() -> None:
    check_texts("t" * 5_000, "")
    check_texts("t", "a" * 100_000)
    for title, abstract in (("", "a"), ("t" * 5_001, ""), ("t", "a" * 100_001)):
        with pytest.raises(InputError):
            check_texts(title, abstract)
