"""Reading of a file of people, and the sample that its sums give."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import ValidationError

from valuealign.arguments import checked_class
from valuealign.errors import ConstantItem, DataError, TooFewRows
from valuealign.instrument.instrument import Instrument
from valuealign.population.population import Population
from valuealign.population.population_file import PopulationFile
from valuealign.population.readers.coding import Codes
from valuealign.population.readers.column_layout import Layout
from valuealign.population.readers.exclusion import Exclusion
from valuealign.population.readers.people_file import PeopleFile
from valuealign.population.readers.selection import Selection
from valuealign.population.readers.sums import Sums
from valuealign.population.sample_check import Look, look_at
from valuealign.population.sample_files import first_of

WIDEST_TABLES = 600
"""Items times codes for which bivariate tables are counted (3 MB a group)."""
Whose = Literal["official", "public domain", "open form", "other"]


@checked_class
@dataclass(frozen=True)
class Provenance:
    """Facts that a file of people does not state about itself.

    Parameters
    ----------
    name : str, optional
        The sample's id; by default made from the file's name.
    people : str, optional
        Who, where, when and how they were recruited.
    source : str, optional
        Where the rows were published.
    ref, licence, language : str, optional
        A DOI or an address; what may be done with the rows; the language of the wording.
    wording : {"official", "public domain", "open form", "other"}, optional
        Whose words they were given; by default what the survey is known for, else "other".

    Examples
    --------
    >>> Provenance(name="de-2018", people="Germany, residents 15+").name
    'de-2018'
    """

    name: str | None = None
    people: str | None = None
    source: str | None = None
    ref: str | None = None
    licence: str | None = None
    language: str | None = None
    wording: Whose | None = None


@dataclass
class Reading:
    """The state of reading a file of people.

    Parameters
    ----------
    opened : PeopleFile
    instrument : Instrument
    layout : Layout
    codes : Codes
    selection : Selection
    rules : Exclusion
    about : Provenance
    accept : str or None
        Why a sample is taken though it looks wrong.
    """

    opened: PeopleFile
    instrument: Instrument
    layout: Layout
    codes: Codes
    selection: Selection
    rules: Exclusion
    about: Provenance
    accept: str | None
    no_group: int = 0
    sums: dict[str, Sums] = field(default_factory=dict)
    rows: dict[str, list[Any]] | None = None

    @property
    def columns(self) -> list[str]:
        """The columns that are read."""
        return list(dict.fromkeys([*self.layout.items.values(), *self.selection.columns]))

    def new_sums(self) -> Sums:
        """Return empty sums."""
        p, k = len(self.layout.items), self.codes.high - self.codes.low + 1
        tables = not self.selection.weights and p * k <= WIDEST_TABLES
        return Sums(p, self.codes.low, self.codes.high, len(self.rules.words), tables)


def looked(reading: Reading, key: str) -> Look:
    """Return contradictions between one group's sample and the instrument.

    Raises
    ------
    DataError
        Too few people, or an item to which everyone gave one answer.
    """
    sums = reading.sums[key]
    items = tuple(reading.layout.items)
    if sums.n <= len(items):
        raise TooFewRows(
            f"{sums.n} of {sums.n_rows} people are complete; {len(items) + 1} are needed for a "
            f"covariance of {len(items)} items"
        )
    covariance = sums.covariance(weighted=bool(reading.selection.weights))
    flat = covariance.diagonal() <= 0
    if flat.any():
        raise ConstantItem(f"everyone gave one answer to {items[int(flat.argmax())]}")
    return look_at(sums.mean, covariance, items, reading.instrument)


def made(reading: Reading, key: str, check: Look, *, group: str | None = None) -> Population:
    """Return one group's sample.

    Parameters
    ----------
    reading : Reading
    key : str
        The group's place in ``reading.sums``.
    check : Look
        Its plausibility checks.
    group : str, optional
        The group's name, where the file is split.

    Raises
    ------
    DataError
        Something that a population file may not contain.
    """
    sums = reading.sums[key]
    weighted = bool(reading.selection.weights)
    taken = [f"{flag} (taken all the same: {reading.accept})" for flag in check.wrong]
    try:
        source = PopulationFile.model_validate(
            _said(reading, sums, group)
            | {
                "flags": [*check.untested, *taken],
                "mean": sums.mean.tolist(),
                "covariance": sums.covariance(weighted=weighted).tolist(),
                "covariance_divisor": "n" if weighted else "n - 1",
            }
        )
    except ValidationError as error:
        raise DataError(first_of(error)) from None
    return Population(source, rows=_rows(reading, key), tables=sums.tables)


def advice(reading: Reading) -> str:
    """Return advice about a sample that looks wrong."""
    now = "reversed" if all(reading.codes.turned.values()) else "as coded"
    other = "as coded" if now == "reversed" else "reversed"
    return (
        f"Read {now}, by {reading.codes.authority}: give direction={other!r} if the file "
        "counts the other way, check the order of the columns, or say with accept why it is right"
    )


def _said(reading: Reading, sums: Sums, group: str | None) -> dict[str, Any]:
    """Return the file's description of its people."""
    about, layout = reading.about, reading.layout
    file = reading.opened.path.name
    stem = re.sub(r"\.(csv|sav|zsav|dta|tsv|txt|gz)\b", "", file, flags=re.IGNORECASE)
    people = about.people or f"not said; read from {file}"
    kind = about.wording or layout.coding.wording
    language = about.language
    weights = " x ".join(reading.selection.weights)
    excluded = dict(zip(reading.rules.words, sums.excluded[1:].tolist(), strict=True))
    excluded["incomplete"] = sums.incomplete
    if weights:
        excluded["no weight, or a weight of 0"] = sums.unweighted
    low, high = reading.codes.low, reading.codes.high
    return {
        "id": slug(f"{about.name or stem}{f' {group}' if group else ''}"),
        "instrument": reading.instrument.id,
        "population": f"{people}; {group}" if group else people,
        "source": about.source or f"not said; read from {file}",
        "ref": about.ref,
        "licence": about.licence,
        "direction": _direction(reading),
        "response_range": (low, high),
        "n_rows": sums.n_rows,
        "n_complete": sums.n,
        "cases": _cases(reading),
        "items": tuple(layout.items),
        "frequencies": dict(zip(layout.items, sums.frequencies.tolist(), strict=True)),
        "wording": {
            "kind": kind,
            "language": language,
            "reason": None if language else "the person who read the file did not state it",
        },
        "weights": weights or None,
        "excluded": excluded,
        "n_effective": sums.n_effective if weights else None,
        "note": _note(reading),
    }


def _cases(reading: Reading) -> str:
    p = len(reading.layout.items)
    left = "; left out before: " + ", ".join(reading.rules.words) if reading.rules.words else ""
    weight = ", with a weight above 0" if reading.selection.weights else ""
    return f"complete answers to all {p} items{weight}{left}"


def _note(reading: Reading) -> str:
    notes = []
    if reading.layout.refused:
        notes.append("not read: " + "; ".join(reading.layout.refused))
    if len(reading.layout.items) < len(reading.instrument.items):
        notes.append(f"{len(reading.layout.items)} of {len(reading.instrument.items)} items")
    if reading.selection.weights:
        notes.append(
            "frequencies are not weighted; tests that take n as the number of people know "
            "nothing of the weights: n_effective is what these leave of it"
        )
    return ". ".join(notes)


def _direction(reading: Reading) -> str:
    codes = reading.codes
    point = getattr(reading.instrument.response_scale, "points", (None,))[-1]
    label = next(iter(point.label.values()), None) if point is not None else None
    turned = sum(codes.turned.values())
    done = "as coded in the file"
    if turned:
        done = "turned on reading" if turned == len(codes.turned) else f"{turned} items turned"
    return f"{codes.high} = {label or 'the high end'} ({done}, by {codes.authority})"


def _rows(reading: Reading, key: str) -> Any:
    if reading.rows is None:
        return None
    import numpy as np
    import pandas as pd

    return pd.DataFrame(np.concatenate(reading.rows[key]), columns=list(reading.layout.items))


def slug(text: str) -> str:
    """Return a name in small letters, digits and hyphens.

    Examples
    --------
    >>> slug("ESS9e03_2 DE")
    'ess9e03-2-de'
    """
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:80] or "sample"
