"""Writing the feeds."""

from __future__ import annotations

from pathlib import Path

import feedparser

from paperradar.pipeline.feeding import write_feeds
from tests.pipeline.listed import TODAY, days_list, decided, listed, workspace


def test_both_feeds_and_again_nothing_new(tmp_path: Path) -> None:
    place = listed(workspace(tmp_path, daily_days=2, daily_rows=1), days_list("2022-05-03", "2022-05-04", "2022-05-04"))
    decided(place, ["2204.00003"], url="https://example.org/may")
    written = write_feeds(place, today=TODAY)
    assert (written.edition_entries, written.daily_entries, written.notes) == (1, 2, ())
    assert written.changed == (written.editions, written.daily)
    assert written.editions == tmp_path / "data" / "feeds" / "editions.atom"
    daily = feedparser.parse(written.daily.read_bytes())
    assert [entry.title for entry in daily.entries] == ["Paper 2", "Paper 1"]
    [entry] = feedparser.parse(written.editions.read_bytes()).entries
    assert entry.link == "https://example.org/may"
    assert "Paper 3" in entry.content[0].value
    before = written.daily.stat().st_mtime_ns
    assert write_feeds(place, today=TODAY).changed == ()
    assert written.daily.stat().st_mtime_ns == before


def test_without_a_list_both_are_empty_and_say_so(tmp_path: Path) -> None:
    place = workspace(tmp_path, feed_url="https://example.org/feeds")
    written = write_feeds(place, today=TODAY, folder=tmp_path / "www")
    assert (written.edition_entries, written.daily_entries) == (0, 0)
    assert written.daily == tmp_path / "www" / "daily.atom"
    assert not feedparser.parse(written.daily.read_bytes()).bozo
    assert written.notes[0].startswith("daily.atom is empty: no list was made yet")
    assert "publishing.feed_tag" in written.notes[1]
    tagged = workspace(tmp_path, feed_url="https://example.org/feeds", feed_tag="example.org,2022")
    assert len(write_feeds(tagged, today=TODAY).notes) == 1
