"""`operating_characteristics`: error rates of the verdict for one instrument."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from valuealign.analysis.result_display import Shown
from valuealign.arguments import checked
from valuealign.errors import DataError
from valuealign.inquiry.human_sample import human_sample
from valuealign.inquiry.operating.cells import CELLS, Cell, Kind
from valuealign.inquiry.operating.measure import Measure, measure
from valuealign.inquiry.operating.rates import rates
from valuealign.inquiry.operating.run import Task, run
from valuealign.inquiry.verdict.rules import Rules, rules_of
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.load import load_instrument
from valuealign.population.population import Population

if TYPE_CHECKING:
    import pandas as pd

KINDS: tuple[Kind, ...] = ("respondent", "pair", "rows")


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class OperatingCharacteristics(Shown):
    """The rates at which each claim is permitted under known truths.

    Attributes
    ----------
    table : DataFrame
        ``measure kind truth n occasions construct claim expected replicates permitted
        not_permitted inconclusive rate lower upper p holds``.
    measure : str
        The instrument and the people.

    Examples
    --------
    >>> result = operating_characteristics("pvq-21", kinds=["pair"], truths=["identical"],
    ...                                    replicates=4)
    >>> result.measure, len(result.failures)
    ('pvq-21 with pvq21-de-ess9', 0)
    """

    table: pd.DataFrame
    measure: str

    @property
    def failures(self) -> pd.DataFrame:
        """Rows whose rate misses the bar."""
        return self.table[[holds is False for holds in self.table["holds"]]]


@checked
def operating_characteristics(
    instrument: str | Instrument,
    *,
    people: str | Population | None = None,
    rules: str | Path | Rules | None = None,
    n: int | Sequence[int] = (500,),
    latent_n: int | Sequence[int] = (),
    replicates: int = 200,
    kinds: Sequence[Kind] = KINDS,
    truths: Sequence[str] | None = None,
    occasions: int = 3,
    seed: int = 1,
    path: str | Path | None = None,
    workers: int = 1,
    progress: Callable[[str], None] | None = None,
) -> OperatingCharacteristics:
    """Simulate how often the verdict permits each claim under known truths.

    Parameters
    ----------
    instrument : str or Instrument
        Whose items, scales and claims are judged.
    people : str or Population, optional
        The human sample whose thresholds and polychoric correlations are drawn from; by default
        the one that the instrument's norms name. It needs bivariate tables or rows.
    rules : str, Path or Rules, optional
        Other rules than the toolkit's.
    n : int or sequence of int
        Numbers of personas for structure.
    latent_n : int or sequence of int
        Numbers of personas for latent means, which take seconds a replicate; none by default.
    replicates : int
        Of each planted truth.
    kinds : sequence of {"respondent", "pair", "rows"}
        Truths about one respondent, two, or many.
    truths : sequence of str, optional
        Names of planted truths; all by default.
    occasions : int
        Of each of the four forms of one respondent.
    seed : int
        Of the random draws; the same seed gives the same result.
    path : str or Path, optional
        A file of JSON lines: replicates are appended to it, and those in it are not drawn again.
    workers : int
        Processes.
    progress : callable, optional
        Receives a line for each finished truth.

    Returns
    -------
    OperatingCharacteristics
        ``.table``: how often each claim is permitted, by truth.

    Raises
    ------
    DataError
        A truth that does not exist, or people without tables and rows.

    Notes
    -----
    Truths are drawn by code that shares nothing with the rules: latent normal answers with
    people's polychoric correlations, cut at people's thresholds. Of several constructs, a false
    truth about latent means changes one, and replicates are divided among them. Truths that make
    structure false are not simulated again for latent means, which need structure.

    Examples
    --------
    >>> result = operating_characteristics("pvq-21", kinds=["respondent"], replicates=10,
    ...                                    truths=["uniform noise"])
    >>> result.table.set_index("claim")["permitted"].to_dict()
    {'describe': 10, 'profile': 0, 'rank_scales': 0, 'rank_composites': 0}
    """
    loaded = instrument if isinstance(instrument, Instrument) else load_instrument(instrument)
    sample = human_sample(people, loaded)
    if sample is None:
        raise DataError(f"no human sample of {loaded.id} is at hand; name one with people=")
    chosen = [cell for cell in CELLS if cell.kind in kinds]
    unknown = sorted(set(truths or ()) - {cell.truth for cell in chosen})
    if unknown:
        names = ", ".join(cell.truth for cell in chosen)
        raise DataError(f"no planted truth is named {unknown[0]!r}; expected one of {names}")
    cells = [cell for cell in chosen if truths is None or cell.truth in truths]
    measured = measure(loaded, sample)
    file = None if path is None else Path(path)
    held = rules_of(rules)
    rows = []
    for task, times in _tasks(
        cells, measured, (n, latent_n), occasions=occasions, replicates=replicates
    ):
        rows += run(
            [task],
            measured,
            replicates=times,
            seed=seed,
            rules=held,
            path=file,
            workers=workers,
            progress=progress or (lambda _: None),
        )
    return OperatingCharacteristics(table=rates(rows, measured.id), measure=measured.id)


def _tasks(
    cells: Sequence[Cell],
    measured: Measure,
    sizes: tuple[int | Sequence[int], int | Sequence[int]],
    *,
    occasions: int,
    replicates: int,
) -> Iterator[tuple[Task, int]]:
    """Yield each task and its replicates: a false truth divides them among the constructs."""
    structure, latent = ([k] if isinstance(k, int) else list(k) for k in sizes)
    for cell in cells:
        if cell.kind != "rows":
            yield Task(cell, 0, "", occasions), replicates
            continue
        for size in structure:
            yield Task(cell, size, "", 0), replicates
        if "structure" in cell.false:  # no latent mean is permitted without structure
            continue
        share = (
            replicates if cell.expects("latent_means") else -(-replicates // len(measured.models))
        )
        for size in latent:
            for construct in measured.models:
                yield Task(cell, size, construct, 0), share
