"""References in BibTeX: what is written is read again with the library."""

from __future__ import annotations

import re

import pytest
from bibtexparser.entrypoint import parse_string
from bibtexparser.library import Library
from bibtexparser.middlewares import SeparateCoAuthors
from hypothesis import given
from hypothesis import strategies as st

from paperradar.papers import clean_text
from paperradar.publishing.bibtex import Reference, reference_keys, write_bibtex
from tests.publishing.test_tex import HOSTILE


def reference(identifier: str = "2204.00001", title: str = "A title", *authors: str, **keys: str) -> Reference:
    keys = {"year": "2022", "eprint": identifier, "category": "cs.IR", **keys}
    return Reference(identifier, title, authors or ("Ann Roe",), **keys)


def parsed(references: list[Reference], heading: str = "Edition 2022-05") -> Library:
    data = write_bibtex(references, reference_keys(references), heading).decode()
    library = parse_string(data, append_middleware=[SeparateCoAuthors()])
    assert library.failed_blocks == []
    return library


def plain(tex: str) -> str:
    """Text without what escaping adds, and without what it takes to be the same."""
    for written, character in (("backslash", ""), ("braceleft", ""), ("braceright", ""), ("asciicircum", "^")):
        tex = tex.replace(f"\\text{written}{{}}", character)
    tex = tex.replace("\\lbrace ", "").replace("\\rbrace ", "").replace("\\backslash ", "").replace("^{}^", "^^")
    return re.sub(r"[\\{}]", "", tex)


def test_an_entry() -> None:
    data = write_bibtex(
        [
            reference(
                "2204.00001", "The R&D of $O(n)$", "Søren Møller Jr.", "R&D Team", url="https://arxiv.org/abs/2204.00001",
                doi="10.1145/12_3. 10.1000/other", journal_ref="J. Things 3, 2022",
            )
        ],
        {"2204.00001": "moller2022r"},
        "Edition 2022-05: the issue",
    )  # fmt: skip
    assert data.decode() == (
        "% Edition 2022-05: the issue\n\n"
        "@article{moller2022r,\n"
        "  title = {{The R\\&D of $O(n)$}},\n"
        "  author = {Møller, Jr., Søren and R\\&D Team},\n"
        "  year = {2022},\n"
        "  journal = {J. Things 3, 2022},\n"
        "  eprint = {2204.00001},\n"
        "  archivePrefix = {arXiv},\n"
        "  primaryClass = {cs.IR},\n"
        "  doi = {10.1145/12_3},\n"
        "  url = {https://arxiv.org/abs/2204.00001},\n"
        "}\n"
    )


def test_a_page_has_no_eprint() -> None:
    [entry] = parsed(
        [Reference("page:0a", "A post", ("OpenAI",), url="https://a.example/{b}_c", source="A lab's blog")]
    ).entries
    fields = {key: field.value for key, field in entry.fields_dict.items()}
    assert entry.entry_type == "misc"
    assert fields == {
        "title": "{A post}",
        "author": ["OpenAI"],
        "howpublished": "A lab's blog",
        "url": "https://a.example/%7Bb%7D_c",
    }


@pytest.mark.parametrize(
    ("authors", "title", "key"),
    [
        (("Søren Møller",), "The “Größe” of things", "moller2022grosse"),
        (("Łukasz Żółw",), "$O(n)$ Attention", "zolw2022attention"),
        (("Martin Luther King Jr.",), "On dreams", "king2022dreams"),
        ((r"Andr\'e M\"uller",), r"\emph{Deep} nets", "muller2022deep"),
        (("王伟",), "王", "anon2022"),
        ((), "A", "anon2022a"),
        (("Jean-Luc d'Arc",), "GPT-3", "darc2022gpt"),
    ],
)
def test_keys_are_readable_ascii(authors: tuple[str, ...], title: str, key: str) -> None:
    one = Reference("2204.00001", title, authors, "2022")
    assert reference_keys([one]) == {"2204.00001": key}


def test_keys_do_not_depend_on_order_and_never_clash() -> None:
    same = [reference(f"2204.0000{number}") for number in range(5)]
    keys = reference_keys(same)
    assert keys["2204.00000"] == "roe2022title"
    assert keys["2204.00001"] == "roe2022title-2"
    assert reference_keys(same[::-1]) == keys
    assert len(set(keys.values())) == 5


def test_names_that_hold_and_or_a_comma_are_one_author() -> None:
    [entry] = parsed([reference("2204.00001", "T", "Ann and Sons", "Roe, Inc.", "others", "X Band")]).entries
    assert entry.fields_dict["author"].value == ["{Ann and Sons}", "{Roe, Inc.}", "{others}", "X Band"]


@given(st.lists(st.tuples(HOSTILE, st.lists(HOSTILE, max_size=3)), max_size=4), HOSTILE)
def test_whatever_is_written_is_read_again(papers: list[tuple[str, list[str]]], other: str) -> None:
    references = [
        reference(f"2204.{number:05}", title, *authors, doi=other, journal_ref=other, source=other, category=other)
        for number, (title, authors) in enumerate(papers)
    ]
    library = parsed(references, heading=other)
    assert [entry.key for entry in library.entries] == list(reference_keys(references).values())
    for entry, written in zip(library.entries, references, strict=True):
        fields = entry.fields_dict
        assert fields["eprint"].value == written.identifier
        if title := clean_text(written.title):
            assert plain(fields["title"].value) == plain(title)
        names = [name for author in written.authors if (name := clean_text(author))]
        found = fields["author"].value if "author" in fields else []
        assert len(found) == len(names)
        for one, name in zip(found, names, strict=True):
            assert sorted(plain(one).replace(",", "").split()) == sorted(plain(name).replace(",", "").split())
