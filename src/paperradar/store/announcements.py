"""What arXiv's listings said, and the announcement days that papers have from it."""

# ruff: noqa: S608 - the SQL put together here is made of constants of this package; values are parameters
from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from paperradar.calendar import identifier_days
from paperradar.papers import Announcement, AnnouncementKind, DayBasis, identifier_month
from paperradar.store.base import SessionBase

_COLUMNS = "identifier, version, category, kind, day"
# Identifiers since April 2007 sort as text (the century ends with this one), and are all higher than older ones.
_NEW_STYLE = "NOT contains(identifier, '/')"
_NEW = f"kind = 'new' AND version = 1 AND {_NEW_STYLE}"
# As `paperradar.papers.identifier_order` has it, the highest first: ``archive/YYMMNNN``, where 91 to 99 are of 19xx.
_OLD_STYLE_NEWEST = (
    "right(identifier, 7) >= '91', left(right(identifier, 7), 4) DESC, "
    "left(identifier, length(identifier) - 8) DESC, right(identifier, 3) DESC"
)
# Listings are seen late at times.
_SLACK = dt.timedelta(days=7)


class AnnouncementTables(SessionBase):
    """The table ``announcements``."""

    def add_announcements(self, announcements: Sequence[Announcement]) -> int:
        """Keep announcements; return how many were not known. Papers get their first announcement day from them.

        Paper and announcement may come in either order. See `is_first` for which announcements tell the day.
        """
        rows = {(item.identifier, item.version, item.category, item.kind.value, item.day) for item in announcements}
        if not rows:
            return 0
        before = self._count_announcements()
        self._append("announcements", sorted(rows), action="upsert")
        first = self._first_announced(sorted({row[0] for row in rows}))
        self._connection.execute("CREATE OR REPLACE TEMP TABLE first_day (key VARCHAR, day DATE)")
        self._append("first_day", ((identifier, day) for identifier, (day, _) in first.items()))
        self._connection.execute(
            "UPDATE papers SET announced_on = day, basis = 'announced' FROM first_day WHERE identifier = key "
            "AND (basis <> 'announced' OR announced_on > day)"
        )
        return self._count_announcements() - before

    def announcements(self, first: dt.date, last: dt.date) -> list[Announcement]:
        """The announcements of the days from ``first`` to ``last``, both included, by day, category, identifier."""
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM announcements WHERE day BETWEEN ? AND ? "
            "ORDER BY day, category, identifier, version, kind",
            [first, last],
        ).fetchall()
        return [_announcement(*row) for row in rows]

    def announced_before(self, category: str, day: dt.date, identifiers: Sequence[str]) -> set[tuple[str, int]]:
        """Which (identifier, version) pairs of these identifiers a category's feed announced before a day."""
        self._wanted(dict.fromkeys(identifiers))
        rows = self._connection.execute(
            "SELECT identifier, version FROM announcements SEMI JOIN wanted ON identifier = key "
            "WHERE category = ? AND day < ?",
            [category, day],
        ).fetchall()
        return set(rows)

    def highest_before(self, day: dt.date) -> str:
        """The highest identifier that was first announced before a day, as far as the ledger knows.

        Empty for none. arXiv numbers papers in the order of their first announcement. A feed's row of the ledger counts
        once a second source has confirmed it: one wrong number would make all later listings look old.
        """
        known = (
            "(SELECT highest AS identifier FROM coverage WHERE counted_by = 'announced' AND highest <> '' "
            "AND day < $day AND (source <> 'rss' OR state = 'complete'))"
        )
        row = self._one(f"SELECT max(identifier) FROM {known} WHERE {_NEW_STYLE}", {"day": day})
        if row and row[0]:
            return str(row[0])
        row = self._one(f"SELECT identifier FROM {known} ORDER BY {_OLD_STYLE_NEWEST} LIMIT 1", {"day": day})
        return str(row[0]) if row else ""

    def lowest_after(self, day: dt.date) -> str:
        """The lowest new-style identifier that a listing after a day announced as new (version 1); empty for none.

        One that is not above all that was new until that day came late, and is passed over: it tells no border.
        """
        row = self._one(
            f"SELECT min(identifier) FROM announcements WHERE {_NEW} AND day > $day AND identifier > "
            f"coalesce((SELECT max(identifier) FROM announcements WHERE {_NEW} AND day <= $day), '')",
            {"day": day},
        )
        return str(row[0]) if row and row[0] else ""

    def listings_around(self, day: dt.date, within: dt.timedelta) -> list[tuple[dt.date, str, str]]:
        """The lowest and the highest new-style identifier that was new on each day around a day, by day.

        Identifiers that came late (see `lowest_after`) are passed over, so that the listings do not overlap.
        """
        return self._connection.execute(
            f"WITH listed AS (SELECT day, identifier FROM announcements WHERE {_NEW} AND day BETWEEN ? AND ?), "
            "earlier AS (SELECT day, max(max(identifier)) OVER "
            "(ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS highest FROM listed GROUP BY day) "
            "SELECT day, min(identifier), max(identifier) FROM listed JOIN earlier USING (day) "
            "WHERE highest IS NULL OR identifier > highest GROUP BY day ORDER BY day",
            [day - within, day + within],
        ).fetchall()

    def _first_announced(self, identifiers: Sequence[str]) -> dict[str, tuple[dt.date, DayBasis]]:
        self._wanted(identifiers)
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM announcements SEMI JOIN wanted ON identifier = key WHERE kind IN ('new', 'cross')"
        ).fetchall()
        first: dict[str, tuple[dt.date, DayBasis]] = {}
        for item in (_announcement(*row) for row in rows):
            if is_first(item) and (item.identifier not in first or item.day < first[item.identifier][0]):
                first[item.identifier] = item.day, DayBasis.ANNOUNCED
        return first

    def _count_announcements(self) -> int:
        row = self._one("SELECT count(*) FROM announcements")
        return int(row[0]) if row else 0


def is_first(announcement: Announcement) -> bool:
    """Whether an announcement can be the paper's first.

    Every *new* is. A *cross* is where a paper's primary category was not among the feeds asked; but papers are
    also cross-listed long after they came out. arXiv assigns the identifier's month at the first announcement,
    so a *cross* counts only as version 1 and on the days of that month, or shortly after them.
    """
    if announcement.kind is AnnouncementKind.NEW:
        return True
    if announcement.kind is not AnnouncementKind.CROSS or announcement.version != 1:
        return False
    days = identifier_days(identifier_month(announcement.identifier))
    return days.first <= announcement.day <= days.last + _SLACK


def _announcement(identifier: str, version: int, category: str, kind: str, day: dt.date) -> Announcement:
    return Announcement(identifier, version, category, AnnouncementKind(kind), day)
