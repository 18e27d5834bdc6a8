"""Raw answers are kept as they came, found again in order, and removed when they are old."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paperradar.transport import RawArchive
from paperradar.transport.archive import KEPT_HEADERS, clean_label
from tests.transport.builders import MORNING, document, kept

DAY = dt.timedelta(days=1)
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def test_an_answer_is_one_file_named_by_time_and_label(tmp_path: Path) -> None:
    archive = RawArchive(tmp_path / "raw")
    item = document(headers={"content-type": "application/xml", "server": "x", "set-cookie": "secret"})
    path = archive.keep(item, "rss-cs.CL")
    assert path.parent == tmp_path / "raw" / "2021-06-14"
    assert path.name.startswith("083000.000000-rss-cs.CL-")
    header, body = gzip.decompress(path.read_bytes()).split(b"\n", 1)
    assert body == b"<feed/>"
    assert json.loads(header) == {
        "url": item.url,
        "status": 200,
        "fetched_at": "2021-06-14T08:30:00+00:00",
        "headers": {"content-type": "application/xml"},
    }
    first = path.read_bytes()
    assert first[4:8] == bytes(4)  # gzip's own time
    assert archive.keep(item, "rss-cs.CL") == path
    assert path.read_bytes() == first
    assert len(list(path.parent.iterdir())) == 1


@given(
    body=st.binary(),
    url=st.text(),
    status=st.integers(100, 599),
    time=st.integers(0, 4 * 10**15).map(lambda microseconds: EPOCH + dt.timedelta(microseconds=microseconds)),
    headers=st.dictionaries(st.sampled_from(KEPT_HEADERS), st.text()),
    label=st.text(),
)
@settings(max_examples=60, deadline=None)
def test_what_is_kept_comes_back(
    tmp_path_factory: pytest.TempPathFactory,
    body: bytes,
    url: str,
    status: int,
    time: dt.datetime,
    headers: dict[str, str],
    label: str,
) -> None:
    archive = RawArchive(tmp_path_factory.mktemp("raw"))
    item = document(url, body, status=status, fetched_at=time, headers=headers)
    path = archive.keep(item, label)
    assert list(archive.documents()) == [(clean_label(label), item)]
    assert archive.damaged == []
    assert path.parent.parent == archive.folder


def test_times_are_in_utc(tmp_path: Path) -> None:
    archive = RawArchive(tmp_path)
    late = dt.datetime(2021, 6, 13, 22, 0, tzinfo=dt.timezone(dt.timedelta(hours=-4)))
    assert archive.keep(document(fetched_at=late), "a").parent.name == "2021-06-14"
    ((_, item),) = archive.documents()
    assert (item.fetched_at, item.fetched_at.tzinfo) == (late, dt.UTC)


@pytest.mark.parametrize(
    ("label", "clean"),
    [
        ("rss-cs.CL", "rss-cs.CL"),
        ("../../etc/x", ".._.._etc_x"),
        ("a b\n\0c", "a_b_c"),
        ("", "answer"),
        ("é" * 10, "_"),
        ("x" * 200, "x" * 80),
    ],
)
def test_labels_are_made_into_names(label: str, clean: str) -> None:
    assert clean_label(label) == clean


def test_documents_come_in_the_order_of_time_and_of_the_days_asked(tmp_path: Path) -> None:
    archive = RawArchive(tmp_path)
    later = [MORNING + dt.timedelta(microseconds=step) for step in (3, 1, 7, 5, 2, 6, 4)]
    times = [MORNING + DAY, MORNING, *later, MORNING - DAY, MORNING + 2 * DAY]
    for time in times:
        archive.keep(document(body=time.isoformat().encode(), fetched_at=time), "a")
    assert [item.fetched_at for _, item in archive.documents()] == sorted(times)
    day = MORNING.date()
    assert [item.fetched_at for _, item in archive.documents(day, day)] == sorted(times)[1:9]
    assert [item.fetched_at for _, item in archive.documents(first_day=day + DAY)] == sorted(times)[9:]
    assert [item.fetched_at for _, item in archive.documents(last_day=day - DAY)] == sorted(times)[:1]
    assert list(RawArchive(tmp_path / "none").documents()) == []


BAD_HEADERS: list[object] = [
    {},
    [],
    None,
    {"url": 1, "status": 200, "fetched_at": "2021-06-14T08:30:00+00:00", "headers": {}},
    {"url": "u", "status": "200", "fetched_at": "2021-06-14T08:30:00+00:00", "headers": {}},
    {"url": "u", "status": 200, "fetched_at": "2021-06-14T08:30:00", "headers": {}},
    {"url": "u", "status": 200, "fetched_at": "soon", "headers": {}},
    {"url": "u", "status": 200, "fetched_at": "2021-06-14T08:30:00+00:00", "headers": []},
]
DAMAGED = [
    b"",
    b"no gzip",
    gzip.compress(b"x" * 1000)[:-9],
    gzip.compress(b"no newline"),
    gzip.compress(b"no JSON\n"),
    gzip.compress(b"[" * 100_000 + b"\n"),
    *(gzip.compress(json.dumps(header).encode() + b"\nbody") for header in BAD_HEADERS),
]


@pytest.mark.parametrize("data", DAMAGED, ids=range(len(DAMAGED)))
def test_damaged_files_are_skipped_and_told(tmp_path: Path, data: bytes) -> None:
    archive = RawArchive(tmp_path)
    path = archive.keep(document(body=b"damaged"), "a")
    archive.keep(document(body=b"good", fetched_at=MORNING + DAY), "b")
    path.write_bytes(data)
    assert kept(archive) == [("b", b"good")]
    ((damaged, reason),) = archive.damaged
    assert damaged == path
    assert reason
    path.unlink()
    assert kept(archive) == [("b", b"good")]
    assert archive.damaged == []


def test_old_days_are_removed_and_nothing_else(tmp_path: Path) -> None:
    archive = RawArchive(tmp_path / "raw")
    elsewhere = RawArchive(tmp_path / "elsewhere")
    outside = elsewhere.keep(document(), "a")
    for days in range(4):
        archive.keep(document(fetched_at=MORNING + days * DAY), "a")
        archive.keep(document(fetched_at=MORNING + days * DAY), "b")
    raw = archive.folder
    half = raw / "2021-06-14" / ".083000.000000-a-12345678.gz.0a1b2c3d.tmp"
    for path in (half, raw / "2021-06-15" / "notes.txt", raw / "old" / "x.gz", raw / "2021-02-31" / "y.gz", raw / "z"):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"")
    (raw / "2020-01-01").symlink_to(outside.parent, target_is_directory=True)
    assert archive.prune(dt.date(2021, 6, 16)) == 4
    assert {path.name for path in raw.iterdir()} == {
        "2020-01-01",
        "2021-02-31",
        "2021-06-15",
        "2021-06-16",
        "2021-06-17",
        "old",
        "z",
    }
    assert [path.name for path in (raw / "2021-06-15").iterdir()] == ["notes.txt"]
    assert outside.exists()
    assert len(kept(archive)) == 4
    assert archive.prune(dt.date(2021, 6, 16)) == 0
    assert RawArchive(tmp_path / "none").prune(dt.date(2021, 6, 16)) == 0
