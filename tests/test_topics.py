"""Topic profiles: reading a folder of them, and the four that ship."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperradar.errors import SettingsError, UsageError
from paperradar.papers import identifier_month, is_identifier
from paperradar.topics import TopicFile, TopicProfile, check_slug, load_topics, new_topic_text, profile_hash

SHIPPED = ("diffusion", "information-retrieval", "mixture-of-experts", "multimodal")


def profile(folder: Path, slug: str = "a-topic", text: str = "") -> Path:
    path = folder / f"{slug}.toml"
    path.write_text('description = "About it."\n' + text, encoding="utf-8")
    return path


def mistake(folder: Path) -> str:
    with pytest.raises(SettingsError) as caught:
        load_topics(folder)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_reads_a_folder_sorted_by_slug(tmp_path: Path) -> None:
    profile(tmp_path, "b-2")
    profile(tmp_path, "b", 'name = "The  B"\nfloor = 3\n[[seeds]]\nidentifier = "arXiv:2004.04906v3"\ntitle = "T"\n')
    (tmp_path / "README.md").write_text("not a profile", encoding="utf-8")
    (tmp_path / ".b.toml").write_text("an editor's leavings", encoding="utf-8")
    first, second = load_topics(tmp_path)
    assert (first.slug, first.name, first.floor) == ("b", "The B", 3)
    assert first.seeds[0].identifier == "2004.04906"
    assert (second.slug, second.name) == ("b-2", "B 2")


def test_a_missing_folder_holds_no_profiles(tmp_path: Path) -> None:
    assert load_topics(tmp_path / "none") == ()


def test_a_description_of_several_lines_becomes_one(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('description = """\nOne.\n  Two.\n"""\n', encoding="utf-8")
    assert load_topics(tmp_path)[0].description == "One. Two."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('slug = "x"\n', "slug: unknown key"),
        ('includes = ["x"]\n', "did you mean include?"),
        ("weight = 11\n", "weight = 11: expected a number from 0 to 10"),
        ('include = ["x", " - "]\n', "include (entry 2)"),
        (
            'include = ["Dense retrieval"]\nexclude = ["dense retrieval"]\n',
            "the phrase 'dense retrieval' is there twice",
        ),
        ('[[seeds]]\nidentifier = "2013.99999"\ntitle = "T"\n', "is not an arXiv identifier"),
        ('[[seeds]]\nidentifier = "2004.04906"\ntitle = " "\n', "seeds.title (entry 1)"),
        (
            '[[seeds]]\nidentifier = "2004.04906"\ntitle = "T"\n[[seeds]]\nidentifier = "2004.04906v2"\ntitle = "U"\n',
            "seeds: 2004.04906 is there twice",
        ),
    ],
)
def test_mistakes_are_one_line(tmp_path: Path, text: str, message: str) -> None:
    path = profile(tmp_path, text=text)
    told = mistake(tmp_path)
    assert told.startswith(f"{path}: ")
    assert message in told


def test_a_description_is_needed(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("", encoding="utf-8")
    assert "description: missing" in mistake(tmp_path)
    (tmp_path / "a.toml").write_text('description = "  "\n', encoding="utf-8")
    assert "expected a text that is not empty" in mistake(tmp_path)


def test_one_wrong_file_does_not_hide_another(tmp_path: Path) -> None:
    profile(tmp_path, "good")
    profile(tmp_path, "one", "weight = 'x'\n")
    profile(tmp_path, "two", "nonsense = 1\n")
    profile(tmp_path, "Three_3")
    told = mistake(tmp_path)
    assert all(name in told for name in ("one.toml", "two.toml", "Three_3.toml"))
    assert "good.toml" not in told


@given(st.text(max_size=20))
def test_slugs(text: str) -> None:
    good = bool(text) and all(
        word and all(c in "abcdefghijklmnopqrstuvwxyz0123456789" for c in word) for word in text.split("-")
    )
    if good:
        assert check_slug(text) == text
    else:
        with pytest.raises(UsageError):
            check_slug(text)


WORDS = st.lists(st.text("abcxyz019", min_size=1, max_size=6), min_size=1, max_size=4)


@given(WORDS)
def test_a_new_profile_can_be_used_at_once(tmp_path_factory: pytest.TempPathFactory, words: list[str]) -> None:
    slug = "-".join(words)
    folder = tmp_path_factory.mktemp("new")
    (folder / f"{slug}.toml").write_text(new_topic_text(slug), encoding="utf-8")
    (read,) = load_topics(folder)
    assert read.slug == slug
    assert read.description == f"Papers about {' '.join(words)}."
    assert (read.weight, read.threshold, read.floor) == (1.0, TopicFile.model_fields["threshold"].default, None)


def test_the_commented_lines_of_a_new_profile_are_right_too(tmp_path: Path) -> None:
    text = new_topic_text("x")
    for line in ("# floor", "# [[seeds]]", "# identifier", "# title"):
        assert f"\n{line}" in text
        text = text.replace(f"\n{line}", f"\n{line.removeprefix('# ')}")
    (tmp_path / "x.toml").write_text(text, encoding="utf-8")
    (read,) = load_topics(tmp_path)
    assert (read.floor, len(read.seeds)) == (5, 1)


def test_the_hash_names_everything_in_a_profile() -> None:
    first = TopicProfile(slug="a", name="A", description="About a.")
    assert profile_hash(first) == profile_hash(first.model_copy())
    changes: list[dict[str, object]] = [
        {"slug": "b"}, {"name": "B"}, {"description": "x"}, {"include": ("x",)}, {"exclude": ("x",)},
        {"categories": ("cs.IR",)}, {"weight": 2.0}, {"floor": 0}, {"threshold": 1},
    ]  # fmt: skip
    hashes = {profile_hash(first.model_copy(update=change)) for change in changes}
    assert len(hashes | {profile_hash(first)}) == len(changes) + 1


def test_the_shipped_profiles_are_well_made(root: Path) -> None:
    profiles = load_topics(root / "config" / "topics")
    assert tuple(profile.slug for profile in profiles) == SHIPPED
    for shipped in profiles:
        assert 25 <= len(shipped.description.split()) <= 80
        assert 2 <= shipped.description.count(". ") + 1 <= 4
        assert 6 <= len(shipped.seeds) <= 10
        assert len(shipped.include) >= 10
        assert len(shipped.exclude) >= 5
        assert shipped.categories
        # Older than the windows of the bundled sample, so that no seed paper is ranked against itself.
        assert all(identifier_month(seed.identifier) < "2022-01" for seed in shipped.seeds)
    identifiers = [seed.identifier for shipped in profiles for seed in shipped.seeds]
    assert len(identifiers) == len(set(identifiers))


def test_no_seed_paper_is_a_pick_that_rankings_are_judged_by(root: Path, shared: Path) -> None:
    with (shared / "data" / "picks" / "zeta-alpha.csv").open(encoding="utf-8", newline="") as file:
        picked = {row["arxiv_id"] for row in csv.DictReader(file)}
    assert all(map(is_identifier, picked))
    for shipped in load_topics(root / "config" / "topics"):
        assert picked.isdisjoint(seed.identifier for seed in shipped.seeds)


def test_no_seed_paper_is_a_label_of_the_months_that_profiles_were_fitted_on(root: Path, shared: Path) -> None:
    fitted = {"2021-05", "2021-06", "2021-07", "2021-08", "2025-03", "2025-04", "2025-05"}
    with (shared / "data" / "topics.csv").open(encoding="utf-8", newline="") as file:
        labelled = {row["arxiv_id"] for row in csv.DictReader(file)}
    for shipped in load_topics(root / "config" / "topics"):
        seeds = {seed.identifier for seed in shipped.seeds if identifier_month(seed.identifier) in fitted}
        assert labelled.isdisjoint(seeds)


def test_the_seed_titles_agree_with_the_real_snapshot(root: Path, shared: Path) -> None:
    import gzip
    import json

    titles = {
        seed.identifier: seed.title for shipped in load_topics(root / "config" / "topics") for seed in shipped.seeds
    }
    seen = 0
    with gzip.open(shared / "data" / "snapshot" / "arxiv-2021-05_08.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            if (title := titles.get(record["id"])) is not None:
                assert " ".join(record["title"].split()) == title
                seen += 1
    assert seen >= 2


@pytest.mark.parametrize("slug", ["wildcard", "resurfaced", "datasets-benchmarks"])
def test_a_topic_cannot_have_the_name_of_another_lane(slug: str) -> None:
    with pytest.raises(UsageError, match="is a lane that every shortlist has"):
        check_slug(slug)
