"""Words as numbers: the same on every machine, however a text is spelled."""

from __future__ import annotations

import subprocess
import sys
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperradar.lexical import LEXICAL_FINGERPRINT, STOP_WORDS, tokenise, words

PLAIN = st.text(st.sampled_from("abcxyzäÖß李 -.,_{}$1"), max_size=60)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dense Retrieval, densely retrieved.", "dense retrieval densely retrieved"),
        ("The words of which there are too few", "words"),
        ("A C, x2 and 3D at 1.5B", "x2 3d 5b"),  # single ASCII characters go
        ("李 对比学习", "李 对比学习"),  # other scripts' words may be one character long
        ("Pre-training", "pre training pretraining"),
        ("state\u2010of\u2010the\u2011art", "state art stateoftheart"),  # typographic hyphens
        ("in-the", "inthe"),
        ("e-mail", "mail email"),
        ("- -- a- -b", ""),
        ("snake_case", "snake case"),
        ("naïve Schrödinger ÉTUDE", "naive schrodinger etude"),
        ("ﬁne-tuning of ﬂows", "fine tuning finetuning flows"),  # ligatures
        ("Straße", "strasse"),
        (r"Schr\"{o}dinger's \'etude of fa\c{c}ades, Garc\'{\i}a", "schrodinger etude facades garcia"),
        (r"Nystr{\"o}m, Poincar\'e recurrence, caf\'{e} noir", "nystrom poincare recurrence cafe noir"),
        (r"\emph{\'etude} \textbf{\'e}tat {\"{o}}l \"{oo}", "etude etat ol oo"),
        (r"\emph{large} \textbf*{models} $\alpha$-divergence", "large models divergence"),
        ("caf&eacute; &amp; bar &lt;unk&gt;", "cafe bar unk"),
        ("see https://www.example.org/code", "see example org code"),
        ("", ""),
    ],
)
def test_the_words_that_count(text: str, expected: str) -> None:
    assert " ".join(words(text)) == expected


def test_a_mark_that_is_no_latin_accent_makes_another_letter() -> None:
    assert list(words("が か")) == ["が", "か"]


@given(PLAIN)
def test_case_composition_and_spaces_make_no_difference(text: str) -> None:
    expected = list(words(text))
    assert list(words(text.upper())) == expected
    assert list(words(unicodedata.normalize("NFD", text))) == expected
    assert list(words(text.replace(" ", "\n  "))) == expected


@given(st.text(st.characters(codec=None)))
def test_any_text_at_all_has_words(text: str) -> None:
    found = list(words(text))
    assert len(tokenise(text)) == len(found)
    for word in found:
        assert word
        assert not any(letter.isspace() or letter == "_" for letter in word)
        assert word.casefold() == word or not word.isascii()
    if "-" not in text and "\u2010" not in text and "\u2011" not in text:
        assert not STOP_WORDS.intersection(found)


@given(PLAIN, PLAIN)
def test_words_of_two_texts_are_those_of_each(first: str, second: str) -> None:
    np.testing.assert_array_equal(tokenise(f"{first} . {second}"), np.concatenate([tokenise(first), tokenise(second)]))


def test_ids_are_as_stored_ones_were_made() -> None:
    # Whoever changes these needs another fingerprint: ids that are stored would not be found any more.
    assert LEXICAL_FINGERPRINT == "words-1"
    assert tokenise("dense retrieval 李 dense").tolist() == [2198493526, 1544454503, 3018678809, 2198493526]
    assert tokenise("dense").dtype == tokenise("").dtype == np.uint32
    assert tokenise("the of").shape == (0,)


def test_two_processes_agree() -> None:
    text = "Contrastive pre-training of naïve 李 transformers"
    code = f"from paperradar.lexical import tokenise; print(tokenise({text!r}).tolist())"
    run = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, timeout=60, check=True, encoding="utf-8"
    )
    assert run.stdout.strip() == str(tokenise(text).tolist())
