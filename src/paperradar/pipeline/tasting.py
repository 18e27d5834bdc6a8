"""The taste that counts for a list now: the adopted one and the shipped prior, put together, and what to say of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from paperradar.decisions import Pick, decided_on
from paperradar.encoding import encoder_card
from paperradar.errors import InputError
from paperradar.evaluation.depth import Reading, advice, readings
from paperradar.lexical import LEXICAL_FINGERPRINT
from paperradar.pipeline.examples import AsOf
from paperradar.ranking import Taste
from paperradar.ranking.taste import OWN_VIEWS
from paperradar.settings import Settings
from paperradar.taste.keeping import TasteShelf
from paperradar.taste.mixing import mix, words_only
from paperradar.taste.prior import prior
from paperradar.workspace import Workspace

_RETRAIN = "learn it anew with: paperradar taste train"


@dataclass(frozen=True, slots=True)
class PresentTaste:
    """The taste of a list, None for none.

    ``notes``: what readers of the list should know of it. ``facts``: what it is made of, and ``depth`` what reading
    the list buys (see docs/taste.md), both plain values; empty where there is nothing to say.
    """

    taste: Taste | None
    notes: tuple[str, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)
    depth: Mapping[str, object] = field(default_factory=dict)


def present_taste(workspace: Workspace, rule: AsOf) -> PresentTaste:
    """The adopted taste mixed with the shipped prior, for a list that may know what ``rule`` says.

    The prior's share is `prior_share`; without an adopted taste it counts alone. Of a taste learnt with another
    encoder than the settings' only the words count. Raises NotFoundError and InputError where the adopted taste is lost
    or damaged.
    """
    settings = workspace.settings
    notes: list[str] = []
    adopted = TasteShelf(workspace.taste).adopted()
    shipped = _usable(prior(), settings)
    taste: Taste | None = None
    facts: dict[str, object] = {}
    depth: dict[str, object] = {}
    if adopted:
        name, whole = adopted
        taste = _usable(whole, settings)
        facts = {"name": name, "trained_until": whole.trained_until.isoformat()}
        if taste is not whole:
            left = "nothing of it counts" if taste is None else "only its words count"
            notes.append(f"The taste was learnt with another encoder, so {left}; {_RETRAIN}.")
        else:
            depth = depth_of(whole.card, settings)
            if not depth and depth_of(whole.card, None):
                notes.append(f"How far to read is not told: the taste was measured under other settings; {_RETRAIN}.")
        if taste is not None and not _may_know(whole, rule, settings):
            notes.append(_unfair("The taste", whole))
    share = prior_share(taste, settings)
    if shipped is not None and share:
        facts |= {"prior_until": shipped.trained_until.isoformat(), "prior_share": round(share * 1000)}
        if shipped.trained_until >= rule.first:
            notes.append(_unfair("The shipped prior", shipped))
        taste = mix(taste, shipped, share) if taste is not None else shipped
    return PresentTaste(taste, tuple(notes), facts, depth)


def prior_share(taste: Taste | None, settings: Settings) -> float:
    """The prior's part of the whole: ``taste.prior`` times h / (n + h), with n own picks and h ``half_trusted``.

    All of it where there is no other taste, unless it is switched off.
    """
    weight, half = settings.taste.prior, settings.taste.half_trusted
    if taste is None:
        return 1.0 if weight else 0.0
    counted = taste.card.get("picks", {})
    own = int(counted.get(OWN_VIEWS, 0)) if isinstance(counted, Mapping) else 0
    return weight * half / (own + half) if own + half else weight


def depth_of(card: Mapping[str, object], settings: Settings | None) -> dict[str, object]:
    """What reading buys by a taste's card, as plain values; empty for too few measured picks.

    Empty too where it was measured under other settings than these (None: whichever), or by months: a month has fewer
    papers than the window of a list, so a pick's row in it is too good.
    """
    measured = card.get("measured")
    if not isinstance(measured, Mapping) or measured_by(card) != "edition":
        return {}
    editions = measured["editions"]
    if settings is not None and measured.get("settings") != measured_settings(settings):
        return {}
    ranks = [rank for edition in editions.values() for rank in edition["ranks"].values()]
    if not (made := readings(ranks)):
        return {}
    names = sorted(editions)
    span = names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"
    where = f"measured on {len(ranks)} picks of {len(names)} edition{'' if len(names) == 1 else 's'} ({span})"
    return {
        "picks": len(ranks),
        "editions": names,
        "readings": [_reading(item) for item in made],
        "line": f"{advice(made)}; {where}",
    }


def measured_by(card: Mapping[str, object]) -> str:
    """What a taste was measured by, by its card: ``edition`` or ``month``, or nothing where it was not measured."""
    measured = card.get("measured")
    if not isinstance(measured, Mapping) or not measured.get("editions"):
        return ""
    return "month" if measured.get("pool") == "days" else "edition"


def measured_settings(settings: Settings) -> dict[str, object]:
    """The settings that a backtest's figures depend on, as plain values."""
    return {
        "taste": settings.taste.model_dump(mode="json", exclude={"prior"}),
        "ranking": settings.ranking.model_dump(mode="json", exclude={"rows"}),
        "encoder": encoder_card(settings.encoder).fingerprint,
    }


def _reading(item: Reading) -> dict[str, int]:
    """In thousandths, as every share in a bundle."""
    return {
        "first": item.depth,
        "found": item.found,
        "low": round(item.low * 1000),
        "high": round(item.high * 1000),
    }


def _usable(taste: Taste | None, settings: Settings) -> Taste | None:
    """The taste itself, its words where the encoder is another one, None where nothing of it can be used."""
    if taste is None:
        return None
    same_words = taste.card.get("words", LEXICAL_FINGERPRINT) == LEXICAL_FINGERPRINT
    same_vectors = taste.encoder == encoder_card(settings.encoder).fingerprint
    if same_words and same_vectors:
        return taste
    if same_words:
        return words_only(taste)
    views = tuple(view for view in taste.views if view.kind.endswith("vector"))
    return replace(taste, views=views) if same_vectors and views else None


def _may_know(taste: Taste, rule: AsOf, settings: Settings) -> bool:
    """Whether the list may know all the picks that the taste was learnt from."""
    latest = taste.card.get("latest", {})
    for source, edition in latest.items() if isinstance(latest, Mapping) else ():
        try:
            day = decided_on(str(edition), settings.edition)
        except InputError:
            continue
        if not rule.knows(Pick(str(source), str(edition), None, "pick", "", "", day)):
            return False
    return bool(latest) or taste.trained_until < rule.first


def _unfair(what: str, taste: Taste) -> str:
    return (
        f"{what} knows picks until {taste.trained_until}, later ones than were known then: this list is no fair test of"
        " it."
    )
