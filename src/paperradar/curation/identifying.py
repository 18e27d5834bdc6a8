"""Which paper of an edition a row of a sheet means, also where a spreadsheet took the identifier for a number.

The identifier tells, never the title. Where there is a title it is a check: a spreadsheet can sort one column without
the others, and then every vote would go to the wrong paper.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from paperradar.decisions import checked_identifier
from paperradar.errors import InputError

# What is left of 2204.10000 or 0704.0010 once it was a number; some countries write a comma.
_NUMBER = re.compile(r"'?(?:arxiv:\s*)?(\d{3,4})(?:[.,](\d{1,5}))?", re.ASCII | re.IGNORECASE)
_NEW_STYLE = re.compile(r"\d{4}\.\d{4,5}", re.ASCII)
_NOT_TOLD_BY = re.compile(r"[^a-z0-9]+", re.ASCII)
_SHOWN = 60


class Papers:
    """The papers and pages of an edition, by identifier, with their titles."""

    def __init__(self, titles: Mapping[str, str]) -> None:
        self.titles = titles
        self._by_title: dict[str, set[str]] = {}
        self._by_number: dict[Decimal, set[str]] = {}
        for identifier, title in titles.items():
            self._by_title.setdefault(_letters(title), set()).add(identifier)
            if _NEW_STYLE.fullmatch(identifier):
                self._by_number.setdefault(Decimal(identifier), set()).add(identifier)

    def meant_by(self, cell: str, title: str) -> str:
        """The identifier that a row's cells mean; ``title`` is empty where the sheet has none.

        Raises InputError where that is not certain: the identifier is damaged and not just one paper of the edition
        fits, or the title is that of another paper of the edition.
        """
        identifier = self._identifier(cell, title)
        own, said = _letters(self.titles.get(identifier, "")), _letters(title)
        # Any other difference may be a title that was corrected, or that a spreadsheet read as a number.
        if own and said and own != said and (others := self._by_title.get(said)):
            raise InputError(
                f"{identifier} stands beside the title of {min(others)}, {_short(title)}; columns may have been sorted"
                " without each other, so take the sheet as it was before"
            )
        return identifier

    def _identifier(self, cell: str, title: str) -> str:
        if cell in self.titles:  # pages have identifiers of their own
            return cell
        try:
            return checked_identifier(cell)
        except InputError:
            number = _NUMBER.fullmatch(cell.strip())
            if number is None:
                raise
        fits = self._by_number.get(Decimal(f"{number[1]}.{number[2] or 0}"), set())
        if len(fits) != 1:
            raise InputError(
                f"{cell!r} is a number that a spreadsheet made of an identifier, and"
                f" {'no paper' if not fits else 'more than one paper'} of the edition fits it; write the identifier"
                " as arXiv:2204.10628"
            )
        (identifier,) = fits
        if title and _letters(title) != _letters(self.titles[identifier]):
            raise InputError(
                f"{cell!r} is a number that a spreadsheet made of an identifier; {identifier} fits it, but its title is"
                f" {_short(self.titles[identifier])} and not {_short(title)}; write the identifier as arXiv:2204.10628"
            )
        return identifier


def _letters(title: str) -> str:
    """What of a title outlives every encoding and spreadsheet."""
    return _NOT_TOLD_BY.sub("", title.casefold())


def _short(title: str) -> str:
    return f"“{title if len(title) <= _SHOWN else title[: _SHOWN - 1] + '…'}”"
