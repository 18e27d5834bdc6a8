"""The prior that ships: what may be in it, and what not."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from paperradar.errors import InputError
from paperradar.settings import Settings
from paperradar.taste import prior as shipped

LARGEST = 300_000
NAME = "prior.npz"


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The real file, read anew."""
    monkeypatch.setattr(shipped, "PRIOR_FILE", NAME)
    shipped.prior.cache_clear()
    yield
    shipped.prior.cache_clear()


@pytest.fixture
def path(root: Path) -> Path:
    file = root / "src" / "paperradar" / "data" / NAME
    if not file.is_file():
        pytest.skip("no prior was built in this checkout")
    return file


def test_it_is_small_and_holds_no_word_in_the_clear(path: Path) -> None:
    assert path.stat().st_size < LARGEST
    with zipfile.ZipFile(path) as archive:
        kinds = {name.rpartition(".")[2] for name in archive.namelist()}
        assert kinds == {"json", "npy"}
        for name in archive.namelist():
            if name.endswith(".npy"):
                with archive.open(name) as member:
                    assert np.lib.format.read_array(member, allow_pickle=False).dtype.kind in "fu"


def test_it_is_one_crowds_and_knows_nothing_of_after_its_day(path: Path) -> None:
    taste = shipped.prior()
    assert taste is not None
    assert {view.source for view in taste.views} == {shipped.PRIOR_VIEWS}
    assert sum(view.share for view in taste.views) == pytest.approx(1)
    assert taste.trained_until <= dt.date(2025, 5, 31)
    assert taste.trained_until.isoformat() == taste.card["trained_until"]
    for view in taste.views:
        assert np.isfinite(view.weights).all()
        assert view.deviation > 0
        assert len(view.terms) <= 5_000


def test_its_card_names_no_paper_and_the_samples_editions_did_not_train_it(path: Path, root: Path) -> None:
    taste = shipped.prior()
    assert taste is not None
    assert taste.card["left_out"] == ["zeta-alpha 2022-03", "zeta-alpha 2022-05"]
    text = json.dumps(taste.card)
    for file in sorted((root / "data" / "sample").glob("*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            assert not [record["id"] for line in lines if (record := json.loads(line))["id"] in text]


def test_it_is_of_the_bundled_encoder(path: Path) -> None:
    from paperradar.encoding import encoder_card

    taste = shipped.prior()
    assert taste is not None
    assert taste.encoder == encoder_card(Settings().encoder).fingerprint


def test_a_checkout_without_one_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipped, "PRIOR_FILE", "none.npz")
    assert shipped.prior() is None


def test_a_damaged_one_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipped, "PRIOR_FILE", "arxiv_holidays.toml")
    with pytest.raises(InputError, match="not a taste"):
        shipped.prior()
