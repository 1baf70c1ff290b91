"""People from a user's file or frame, reduced to sufficient statistics in chunks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, overload

import numpy as np

from valuealign.arguments import checked
from valuealign.errors import DataError
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.load import load_instrument
from valuealign.population.population import Population
from valuealign.population.population_groups import Populations
from valuealign.population.readers.coding import codes_of
from valuealign.population.readers.column_layout import Columns, layout_of
from valuealign.population.readers.exclusion import Exclusion
from valuealign.population.readers.people_file import MOST_ROWS
from valuealign.population.readers.selection import NO_GROUP, select
from valuealign.population.readers.survey_files import Turn
from valuealign.population.readers.table_chunks import open_people
from valuealign.population.sample_reader import Provenance, Reading, advice, looked, made

if TYPE_CHECKING:
    import pandas as pd

MOST_GROUPS = 2_000
"""Groups a file may be split into; more is an id, no group."""


@overload
def read_population(
    path: str | Path | pd.DataFrame,
    instrument: Instrument | str,
    *,
    group: None = None,
    file_format: str | Path | None = None,
    columns: Columns | None = None,
    weight: str | None = None,
    direction: Turn | None = None,
    missing: Sequence[float] = (),
    exclude: Exclusion | None = None,
    accept: str | None = None,
    about: Provenance | None = None,
    keep_rows: bool = False,
    chunk: int = 200_000,
) -> Population: ...
@overload
def read_population(
    path: str | Path | pd.DataFrame,
    instrument: Instrument | str,
    *,
    group: str | Sequence[str],
    file_format: str | Path | None = None,
    columns: Columns | None = None,
    weight: str | None = None,
    direction: Turn | None = None,
    missing: Sequence[float] = (),
    exclude: Exclusion | None = None,
    accept: str | None = None,
    about: Provenance | None = None,
    keep_rows: bool = False,
    chunk: int = 200_000,
) -> Populations: ...
@checked
def read_population(
    path: str | Path | pd.DataFrame,
    instrument: Instrument | str,
    *,
    group: str | Sequence[str] | None = None,
    file_format: str | Path | None = None,
    columns: Columns | None = None,
    weight: str | None = None,
    direction: Turn | None = None,
    missing: Sequence[float] = (),
    exclude: Exclusion | None = None,
    accept: str | None = None,
    about: Provenance | None = None,
    keep_rows: bool = False,
    chunk: int = 200_000,
) -> Population | Populations:
    """Read people from a file or a frame and keep the statistics that analyses need.

    Item means, covariance, frequencies and bivariate tables are added up in chunks, so that a
    file of any length fits; no row is kept unless you ask for it. The direction of the codes comes
    from your argument, else from the file's value labels, else from the survey's known coding. It
    is then tested: people everywhere rate benevolence and universalism above power.

    Parameters
    ----------
    path : str, Path or DataFrame
        ``.csv`` or ``.csv.gz`` (commas, semicolons or tabs), ``.sav``, ``.zsav``, ``.por``,
        ``.dta``, ``.xpt``, ``.sas7bdat``, ``.parquet`` or ``.xlsx``; or a frame of pandas, polars
        or pyarrow, one row a person.
    instrument : Instrument or str
        Whose items the people answered.
    group : str or sequence of str, optional
        Columns whose values make the groups (``["cntry", "essround"]``); then
        :class:`Populations` is returned.
    file_format : str or Path, optional
        Whose names and missing codes the file has: a survey ("ess", "ess11", "gss", "wvs", or
        your own YAML file), "irw" (one row an answer: ``id``, ``item``, ``resp``) or "plain"
        (columns named as the items); by default taken from its columns.
    columns : mapping, sequence or str, optional
        Item -> column; or the columns in the instrument's order; or "FIRST:LAST".
    weight : str, optional
        A column, or a product of columns ("pspwght*pweight"). ``anweight`` of the ESS is made
        from these two where the file lacks it.
    direction : {"as coded", "reversed"}, optional
        Whether the file's codes are the instrument's or run the other way.
    missing : sequence of float
        Codes that mean no answer, in addition to those of the survey. A value that is neither a
        code of the instrument nor declared missing raises an error that proposes what to declare.
    exclude : Exclusion, optional
        Rules by which people are left out, counted in the result.
    accept : str, optional
        Why the sample is accepted although it looks wrong; kept as a flag.
    about : Provenance, optional
        Who they are, where the rows were published, under which licence.
    keep_rows : bool
        Keep the complete rows in ``.rows``.
    chunk : int
        Rows read at once.

    Returns
    -------
    Population or Populations
        One sample, or one a group where `group` names columns.

    Raises
    ------
    DataError
        Missing columns (with the nearest ones), codes that are none, a sample whose direction,
        item order or keys look wrong (unless `accept` says why it is taken), too few people, or
        a file that cannot be read.

    Notes
    -----
    Without weights the covariance has divisor ``n - 1``. With weights it is
    ``sum w (x - m)(x - m)' / sum w``, as ``cov.wt(method = "ML")`` in R and the sample statistics
    of lavaan's ``sampling.weights`` (equal to 1e-10 in the tests); ``n`` stays the number of
    people, and ``n_effective = (sum w)^2 / sum w^2`` is Kish's effective sample size.
    Frequencies are never weighted; a weighted sample has no bivariate tables.

    References
    ----------
    Kish, L. (1965). Survey sampling. Wiley.

    Examples
    --------
    >>> import numpy as np, pandas as pd, valuealign as va
    >>> m = va.load_population("pvq21-us-gss2012").moments
    >>> rng = np.random.default_rng(1)
    >>> drawn = rng.multivariate_normal(m.mean, m.covariance, 500, method="cholesky")
    >>> rows = pd.DataFrame(drawn.round().clip(1, 6), columns=m.names)
    >>> about = Provenance(name="mine", people="drawn from US moments")
    >>> people = read_population(rows, "pvq-21", about=about)
    >>> people
    <Population mine: 500 people, drawn from US moments>
    >>> people.source.cases
    'complete answers to all 21 items'
    """
    from threadpoolctl import threadpool_limits

    reading = _opened(
        path,
        instrument,
        group=group,
        file_format=file_format,
        columns=columns,
        weight=weight,
        direction=direction,
        missing=missing,
        exclude=exclude,
        accept=accept,
        about=about,
    )
    if keep_rows:
        reading.rows = {}
    # Many products of tall thin matrices: threads of BLAS would only wait for one another.
    with threadpool_limits(limits=1, user_api="blas"):
        n_rows = 0
        for frame in reading.opened.chunks(reading.columns, chunk):
            _add(reading, frame)
            n_rows += len(frame)
            if n_rows > MOST_ROWS:
                raise DataError(f"{reading.opened.path.name} has more than {MOST_ROWS:,} rows")
    if not any(sums.n_rows for sums in reading.sums.values()):
        raise DataError(f"{reading.opened.path.name} holds no row")
    return _one(reading) if group is None else _several(reading)


def _opened(
    path: str | Path | pd.DataFrame,
    instrument: Instrument | str,
    *,
    group: str | Sequence[str] | None,
    file_format: str | Path | None,
    columns: Columns | None,
    weight: str | None,
    direction: Turn | None,
    missing: Sequence[float],
    exclude: Exclusion | None,
    accept: str | None,
    about: Provenance | None,
) -> Reading:
    loaded = instrument if isinstance(instrument, Instrument) else load_instrument(instrument)
    opened = open_people(path, long=file_format == "irw")
    layout = layout_of(opened, loaded, file_format=file_format, columns=columns)
    codes = codes_of(opened, layout, loaded, turn=direction, missing=tuple(missing))
    selection = select(opened, group, weight)
    return Reading(
        opened,
        loaded,
        layout,
        codes,
        selection,
        exclude or Exclusion(),
        about or Provenance(),
        accept,
    )


def _add(reading: Reading, frame: pd.DataFrame) -> None:
    """Add one chunk, group by group."""
    name = reading.opened.path.name
    values = reading.codes.read(frame, reading.layout, name)
    weights = reading.selection.weight_of(frame, name)
    rule = reading.rules.apply(values)
    places, names = reading.selection.group_of(frame)
    order = np.argsort(places, kind="stable")
    starts = np.searchsorted(places[order], np.arange(len(names) + 1))
    for k, group in enumerate(names):
        mine = order[starts[k] : starts[k + 1]]
        if group == NO_GROUP:
            reading.no_group += len(mine)
            continue
        if group not in reading.sums and len(reading.sums) >= MOST_GROUPS:
            raise DataError(
                f"{name}: more than {MOST_GROUPS:,} groups; is {reading.selection.groups} an id?"
            )
        sums = reading.sums.setdefault(group, reading.new_sums())
        chosen = None if weights is None else weights[mine]
        kept = sums.add(values[mine], chosen, rule[mine])
        if reading.rows is not None:
            reading.rows.setdefault(group, []).append(values[mine][kept])


def _one(reading: Reading) -> Population:
    name = reading.opened.path.name
    try:
        check = looked(reading, "all")
        if check.wrong and reading.accept is None:
            raise DataError(f"{'; '.join(check.wrong)}. {advice(reading)}")
        return made(reading, "all", check)
    except DataError as error:
        raise type(error)(f"{name}: {error}") from None


def _several(reading: Reading) -> Populations:
    """Return each group's sample; groups without a covariance are left out and named."""
    name = reading.opened.path.name
    groups: dict[str, Population] = {}
    exclusions: dict[str, str] = {}
    wrong: list[str] = []
    for group in sorted(reading.sums, key=_by_number):
        try:
            check = looked(reading, group)
            groups[group] = _named_once(made(reading, group, check, group=group), groups)
        except DataError as error:
            exclusions[group] = str(error)
            continue
        if check.wrong and reading.accept is None:
            wrong.append(f"{group}: {'; '.join(check.wrong)}")
    if wrong:
        more = f"; and {len(wrong) - 3} more groups" if len(wrong) > 3 else ""
        raise DataError(f"{name}, {'; '.join(wrong[:3])}{more}. {advice(reading)}")
    if not groups:
        group, why = next(iter(exclusions.items()), ("no group", "the file holds no row"))
        raise DataError(f"{name}: no group can be reduced; {group}: {why}")
    if reading.no_group:
        exclusions["(no group)"] = f"{reading.no_group} people whose group is missing"
    return Populations(groups, exclusions)


def _named_once(people: Population, others: Mapping[str, Population]) -> Population:
    """Return a sample under an id that no other has, ignoring case."""
    taken = {other.id for other in others.values()}
    name, k = people.id, 1
    while name in taken:
        k += 1
        name = f"{people.id[:74]}-{k}"
    if k == 1:
        return people
    return replace(people, source=people.source.model_copy(update={"id": name}))


def _by_number(name: str) -> list[tuple[int, float, str]]:
    """Sort "DE 9" before "DE 10"."""
    parts = re.split(r"(\d+)", name)
    return [(1, float(p), "") if p.isdecimal() else (0, 0.0, p) for p in parts]
