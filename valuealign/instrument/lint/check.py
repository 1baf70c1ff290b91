"""The linter for instrument files."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from valuealign.errors import InstrumentError
from valuealign.instrument.file_kind import INSTRUMENT
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.instrument_schema import instrument_schema
from valuealign.instrument.lint import check_measure, check_variants, check_words
from valuealign.instrument.lint.file_findings import (
    in_order,
    of_error,
    remarks_on_fields,
    with_lines,
)
from valuealign.instrument.lint.finding import Finding, Remark
from valuealign.instrument.load import build_instrument
from valuealign.instrument.yaml_text import read_yaml_file


def check_file(
    path: str | Path, *, name: str | None = None, populations: Collection[str] | None = None
) -> list[Finding]:
    """Check an instrument file.

    Parameters
    ----------
    path : str or Path
    name : str, optional
        What the file is called in findings; by default its path.
    populations : collection of str, optional
        The names norms may refer to; without it their names are not looked up.

    Returns
    -------
    list of Finding
        Errors first, then by line; empty where there is nothing to say.

    Raises
    ------
    InstrumentError
        Only where the file cannot be read at all.

    Examples
    --------
    >>> from valuealign.instrument.load import find_instrument
    >>> [str(f) for f in check_file(find_instrument("pvq-21")) if f.severity == "error"]
    []
    """
    path = Path(path)
    if not path.is_file():
        raise InstrumentError("there is no such file", path=name or path)
    try:
        source = read_yaml_file(path, name=name)
    except InstrumentError as error:
        return [of_error(error, str(name or path))]
    remarks = remarks_on_fields(source, Instrument, instrument_schema(), kind=INSTRUMENT)
    if not remarks:
        remarks = list(remarks_on(build_instrument(source), populations=populations))
    return in_order(with_lines(remarks, source))


def remarks_on(
    instrument: Instrument, *, populations: Collection[str] | None = None
) -> Iterator[Remark]:
    """Return every remark of the linter on a valid instrument."""
    for check in (*check_words.CHECKS, *check_measure.CHECKS, *check_variants.CHECKS):
        yield from check(instrument)
    yield from check_measure.norms(instrument, populations)
    yield from check_measure.people(instrument, populations)
