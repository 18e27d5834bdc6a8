"""A measured edition as JSON and back, so that it can be kept: plain values, and nothing that is executed."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from pydantic import TypeAdapter, ValidationError

from paperradar.errors import InputError
from paperradar.evaluation.report import MeasuredEdition


def measured_bytes(measured: MeasuredEdition) -> bytes:
    """The edition as JSON. ``settings`` and ``learnt`` must hold plain values, and no number may be infinite."""
    return _form().dump_json(measured)


def read_measured(data: bytes) -> MeasuredEdition:
    """What `measured_bytes` made JSON of; an order is a tuple again. Raises InputError for anything else."""
    try:
        measured = _form().validate_json(data, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise InputError(f"not a measured edition: {first['msg']} ({error.error_count()} mistakes)") from error
    return replace(measured, runs={name: tuple(run) for name, run in measured.runs.items()})


@cache
def _form() -> TypeAdapter[MeasuredEdition]:
    return TypeAdapter(MeasuredEdition)
