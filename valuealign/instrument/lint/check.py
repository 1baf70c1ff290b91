"""The linter for instrument files."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from pydantic import ValidationError

from valuealign.errors import InstrumentError
from valuealign.instrument.explain import faults
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.instrument_schema import instrument_schema
from valuealign.instrument.lint import check_measure, check_words
from valuealign.instrument.lint.finding import SEVERITIES, Finding, Remark
from valuealign.instrument.yaml_text import YamlText, read_yaml_file


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
        return [_of_error(error, str(name or path))]
    remarks = _remarks(source, populations)
    findings = [
        Finding(r.severity, source.path, source.line(r.place), r.found, r.hint) for r in remarks
    ]
    return sorted(findings, key=lambda f: (SEVERITIES.index(f.severity), f.line))


def _of_error(error: InstrumentError, path: str) -> Finding:
    hint = "; ".join(part for part in (_expected(error.expected), error.hint) if part)
    return Finding("error", path, error.line or 1, error.found, hint)


def _expected(text: str | None) -> str:
    return f"expected {text}" if text else ""


def _remarks(source: YamlText, populations: Collection[str] | None) -> list[Remark]:
    if not isinstance(source.value, dict):
        return [Remark("error", (), "the file holds no mapping", "write 'name: value' lines")]
    try:
        instrument = Instrument.model_validate(source.value)
    except ValidationError as error:
        return [
            Remark(
                "error",
                fault.place,
                fault.found,
                "; ".join(part for part in (_expected(fault.expected), fault.hint) if part),
            )
            for fault in faults(error, instrument_schema())
        ]
    return list(remarks_on(instrument, populations=populations))


def remarks_on(
    instrument: Instrument, *, populations: Collection[str] | None = None
) -> Iterator[Remark]:
    """Return every remark of the linter on a valid instrument."""
    for check in (*check_words.CHECKS, *check_measure.CHECKS):
        yield from check(instrument)
    yield from check_measure.norms(instrument, populations)
    yield from check_measure.people(instrument, populations)
