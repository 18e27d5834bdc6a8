"""The bundle: plain, complete, exact, and named by its bytes."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperradar.decisions import Mark
from paperradar.papers import Author, DayBasis
from paperradar.publishing import bundle_bytes, bundle_id, marks_of
from paperradar.ranking import Candidate, LeftOut
from tests.publishing.builders import bundle, candidate, full_row, many, paper, row


def test_a_bundle_is_plain_json() -> None:
    made = bundle([full_row(), row(2)], {"2204.10628": Mark("pick", "read it", "Ann")})
    assert json.loads(bundle_bytes(made)) == made
    assert made["edition"] == "2022-05"
    assert made["window"] == {"first": "2022-03-25", "last": "2022-05-05", "overridden": False}
    assert made["counts"]["ranked"] == 3400
    assert made["counts"]["rows"] == 2
    first = made["rows"][0]
    assert first["score"] == sum(first["components"].values()) == 340
    assert first["code_links"] == ["https://github.com/a/b"]
    assert first["project_links"] == ["https://a.example/demo"]
    assert first["submitted"] == "2022-04-19"
    assert first["version"] == 2
    assert first["story"][0]["similarity"] == 931
    assert (first["decision"], first["note"], first["curator"]) == ("pick", "read it", "Ann")
    assert made["rows"][1]["decision"] == ""


def test_the_name_is_the_hash_of_canonical_bytes() -> None:
    made = many(3)
    assert bundle_id(made) == hashlib.sha256(bundle_bytes(made)).hexdigest()[:12]
    assert bundle_bytes(json.loads(json.dumps(made))) == bundle_bytes(dict(reversed(made.items())))
    assert bundle_id(made) != bundle_id(bundle([row(rank) for rank in (1, 2, 3)], sample=True))


def test_the_same_input_gives_the_same_bytes() -> None:
    assert bundle_bytes(many(5)) == bundle_bytes(many(5))


def test_a_score_that_is_no_sum_is_refused() -> None:
    with pytest.raises(ValueError, match=r"2204\.00001.*do not make the score"):
        bundle([dataclasses.replace(row(1), score=1)])


def test_a_component_that_the_facts_do_not_name_is_refused() -> None:
    with pytest.raises(ValueError, match="do not make the score"):
        bundle([row(1, components={"unheard of": 3})])


def test_what_was_left_out_is_there_but_for_papers_that_would_have_come_back() -> None:
    def left(identifier: str, reason: str, loud: bool = False) -> LeftOut:
        return LeftOut(candidate(paper(identifier)), reason, loud)

    made = bundle(
        [], left_out=[left("2204.00001", "withdrawn", True), left("2204.00002", "featured"), left("2", "resurfaced")]
    )
    assert [(item["identifier"], item["reason"], item["loud"]) for item in made["left_out"]] == [
        ("2204.00001", "withdrawn", True),
        ("2204.00002", "featured", False),
    ]


@given(title=st.text(), name=st.text(), note=st.text())
def test_any_text_becomes_one_harmless_line(title: str, name: str, note: str) -> None:
    of = paper("2204.00001", title, title, authors=(Author(name),), comments=title)
    made = bundle(
        [row(1, candidate=Candidate(of, dt.date(2022, 4, 20), DayBasis.ANNOUNCED))], {"2204.00001": Mark("", note)}
    )
    text = bundle_bytes(made).decode()
    assert json.loads(text) == made
    assert not set(text) & set("\n\r\x00\x1b\u202e\u2066\ufeff")


def test_marks_come_back_out_of_a_bundle() -> None:
    marks = {"2204.00001": Mark("pick", "read it", "Ann"), "2204.00003": Mark(note="only a note")}
    assert marks_of(bundle([row(rank) for rank in range(1, 4)], marks)) == marks
    assert marks_of(bundle([])) == {}
