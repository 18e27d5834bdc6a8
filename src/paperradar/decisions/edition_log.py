"""One edition in the decisions log: votes of each curator, the ten as they are composed, and how far the edition is.

The shared sheet's marks (see `paperradar.decisions.DecisionLog.marks`) say one thing a paper; here every curator has a
word of their own, and nobody's takes another one's place. Nothing is changed or deleted. See docs/curating.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from paperradar.calendar import EditionBounds
from paperradar.decisions.ballots import Ballot, ballots_to_replace, same_curator
from paperradar.decisions.edition_replay import REACHED_BY, EditionReplay
from paperradar.decisions.edition_values import Added, Place, Reached, State
from paperradar.decisions.entries import Entry, Kind, PayloadValue
from paperradar.decisions.journal import Journal, tell_problems
from paperradar.decisions.picks import decided_on
from paperradar.decisions.replay import whole_second
from paperradar.decisions.votes import Vote
from paperradar.errors import InputError
from paperradar.papers import text_hash
from paperradar.settings import EditionSettings

_OUT: Mapping[str, PayloadValue] = {"role": "", "rank": None, "why": "", "group": ""}


class EditionLog:
    """What the log says of one edition. Each call reads the edition's file anew; `replay` gives a snapshot.

    Raises InputError for a wrong edition.
    """

    def __init__(self, folder: Path, edition: str, bounds: EditionBounds | None = None) -> None:
        decided_on(edition, bounds or EditionSettings())  # for its check: the name becomes a file's
        self.edition = edition
        self._journal = Journal(folder / f"{edition}.jsonl")

    # Reading

    def replay(self) -> EditionReplay:
        """All that the log says of the edition now."""
        reading = self._journal.read()
        tell_problems(reading.problems)
        return EditionReplay(
            self.edition,
            tuple(entry for entry in reading.entries if entry.edition == self.edition or entry.kind is Kind.UNDO),
        )

    def entries(self) -> tuple[Entry, ...]:
        """Every good entry about the edition, undos and undone ones included, in the file's order."""
        return self.replay().entries

    def ballots(self, *, marks: bool = True) -> dict[str, dict[str, Ballot]]:
        """See `EditionReplay.ballots`."""
        return self.replay().ballots(marks=marks)

    def added(self) -> dict[str, Added]:
        """See `EditionReplay.added`."""
        return self.replay().added()

    def places(self) -> tuple[Place, ...]:
        """See `EditionReplay.places`."""
        return self.replay().places()

    def decided(self) -> tuple[Place, ...] | None:
        """See `EditionReplay.decided`."""
        return self.replay().decided()

    def reached(self) -> dict[State, Reached]:
        """See `EditionReplay.reached`."""
        return self.replay().reached()

    def state(self) -> State:
        """See `EditionReplay.state`."""
        return self.replay().state()

    # Appending. Each returns how many entries were new.

    def cast(
        self,
        curator: str,
        votes: Mapping[str, tuple[Vote | None, str]],
        *,
        at: dt.datetime,
        file: str = "",
    ) -> int:
        """Append a curator's votes and notes, by identifier, where they differ from what stands; None and "" take back.

        Names that differ in case only are one curator's. All or nothing. Raises InputError for a curator without a
        name.
        """
        return self.cast_all([(curator, votes, file)], at=at)

    def cast_all(
        self, ballots: Iterable[tuple[str, Mapping[str, tuple[Vote | None, str]], str]], *, at: dt.datetime
    ) -> int:
        """`cast` for several curators, each with their votes and the name of the file that they came from.

        All or nothing, so no curator may be there twice with one paper.
        """
        replay = self.replay()
        standing = {same_curator(named): votes for named, votes in replay.ballots().items()}
        replaced = ballots_to_replace(replay.entries)
        new = []
        for curator, votes, file in ballots:
            if not (who := same_curator(curator)):
                raise InputError("say whose votes these are: a ballot needs a curator")
            for identifier, (vote, note) in votes.items():
                now = standing.get(who, {}).get(identifier)
                if (now.vote, now.note) == (vote, note) if now else not (vote or note):
                    continue
                payload: dict[str, PayloadValue] = {"vote": vote or "", "note": note}
                after = replaced.get((who, identifier), ())
                new.append(self._entry(Kind.BALLOT, identifier, payload, at=at, by=curator, file=file, after=after))
        return self._append(new)

    def add(self, item: Added, *, at: dt.datetime) -> int:
        """Append that a paper or page takes part. Raises InputError without a title or an address."""
        if not item.title.strip() or not item.url.strip():
            raise InputError("what is added needs a title and an address")
        replay = self.replay()
        if replay.added().get(item.identifier) == item:
            return 0
        payload: dict[str, PayloadValue] = {
            "title": item.title,
            "authors": "; ".join(item.authors),
            "url": item.url,
            "source": item.source,
        }
        after = replay.to_replace(Kind.ADD).get(item.identifier, ())
        return self._append([self._entry(Kind.ADD, item.identifier, payload, at=at, by=item.by, after=after)])

    def place(self, places: Iterable[Place], *, at: dt.datetime, out: Collection[str] = (), by: str = "") -> int:
        """Append where papers stand now (``entry`` is not looked at), and which are taken ``out``, ``by`` whom.

        Of two places of one paper the last counts. All of one call is one step, see `EditionReplay.last_step`.
        """
        replay = self.replay()
        standing = {place.identifier: place for place in replay.places()}
        replaced = replay.to_replace(Kind.PLACE)
        said: dict[str, tuple[Mapping[str, PayloadValue], str]] = {
            place.identifier: (_said(place), place.by) for place in places
        }
        said |= {name: (_OUT, by) for name in out if name in standing and name not in said}
        new = []
        for identifier, (payload, who) in said.items():
            now = standing.get(identifier)
            if now is None or _said(now) != payload:
                after = replaced.get(identifier, ())
                new.append(self._entry(Kind.PLACE, identifier, payload, at=at, by=who, after=after))
        # Made of what is said and replaced, so that the same step learnt twice is still the same entries.
        step = text_hash(" ".join(entry.id for entry in new))[:12]
        return self._append([replace(entry, payload={**entry.payload, "step": step}) for entry in new])

    def reach(self, state: State, *, at: dt.datetime, by: str, text: str = "", blind: bool = False) -> int:
        """Append that the edition is voted on, decided (as it is composed now) or published.

        ``text``: the bundle that is voted on, or the address where the issue was published. ``blind``: authors are
        hidden while it is voted on. Freezing is `DecisionLog.freeze`. Raises InputError for a decision without any
        place.
        """
        kind = next(kind for kind, reached in REACHED_BY.items() if reached is state)
        replay = self.replay()
        payload: dict[str, PayloadValue]
        if kind is Kind.DECIDE:
            if not (places := replay.places()):
                raise InputError(f"nothing is chosen for edition {self.edition}; compose the ten before deciding")
            payload = {"places": " ".join(place.entry for place in places)}
        elif kind is Kind.VOTING:
            payload = {"bundle": text, "blind": int(blind)}
        else:
            payload = {"url": text}
        if (now := replay.reached().get(state)) and now.payload == payload:
            return 0
        return self._append([self._entry(kind, "", payload, at=at, by=by, after=replay.to_replace(kind).get("", ()))])

    # Inside

    def _entry(
        self,
        kind: Kind,
        identifier: str,
        payload: Mapping[str, PayloadValue],
        *,
        at: dt.datetime,
        by: str,
        file: str = "",
        after: Iterable[str] = (),
    ) -> Entry:
        return Entry(kind, self.edition, identifier, whole_second(at), by, file, payload, tuple(sorted(after)))

    def _append(self, entries: list[Entry]) -> int:
        if not entries:
            return 0
        appended = self._journal.append(entries)
        tell_problems(appended.problems)
        return len(appended.entries)


def _said(place: Place) -> dict[str, PayloadValue]:
    return {"role": place.role, "rank": place.rank, "why": place.why, "group": place.group}
