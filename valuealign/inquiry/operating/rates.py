"""Error rates of claims, compared with their limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from valuealign.analysis.claims.criterion import STANDINGS
from valuealign.inquiry.operating.cells import CELLS

if TYPE_CHECKING:
    import pandas as pd

FALSE_RATE, FALSE_BOUND, TRUE_RATE = 0.05, 0.10, 0.80
"""A false claim is permitted at most this often, its upper 95 % bound is below the second, and a
true claim is permitted at least this often."""
IN_TURN = "each in turn"
"""The construct of a false truth, whose replicates are divided among the constructs."""
EXACT_LEVEL = 0.01
"""Of the one-sided exact test that a false claim is permitted more often than it may be."""
STANDING_COLUMNS = tuple(standing.replace(" ", "_") for standing in STANDINGS)
PLACE = ("measure", "kind", "truth", "n", "occasions", "construct", "claim")
"""What identifies a rate."""
COUNTED = (*PLACE, *STANDING_COLUMNS)
COLUMNS = (
    "measure",
    "kind",
    "truth",
    "n",
    "occasions",
    "construct",
    "claim",
    "expected",
    "replicates",
    *STANDING_COLUMNS,
    "rate",
    "lower",
    "upper",
    "p",
    "holds",
)


def rates(rows: Iterable[Mapping[str, Any]], measure: str) -> pd.DataFrame:
    """Count how often each claim was permitted.

    Parameters
    ----------
    rows : iterable of mapping
        As `run` returns.
    measure : str

    Returns
    -------
    DataFrame
        One row a truth, size, construct and claim: ``expected`` (False: the claim must not be
        permitted; True: it should be; None: neither is an error), counts, ``rate`` of permits,
        its exact one-sided 95 % bounds ``lower`` and ``upper``, ``p`` of the exact one-sided test
        against 5 %, and ``holds``: of a false claim, that the test does not reject at 1 % and the
        bound is below 10 %; of a true one, that the rate is at least 80 %. Fewer than 29 replicates
        can miss a bar (an exact test rejects it) and cannot meet it (None).

    Examples
    --------
    >>> row = {"kind": "rows", "truth": "items permuted", "n": 500, "construct": "",
    ...        "occasions": 3, "standings": {"structure": "not permitted"}}
    >>> table = rates([row] * 200, "pvq-21")
    >>> table[["claim", "expected", "rate", "holds"]].values.tolist()
    [['structure', False, 0.0, True]]
    >>> round(float(table["upper"][0]), 3)
    0.015
    """
    import pandas as pd

    cells = {(cell.kind, cell.truth): cell for cell in CELLS}
    counts: dict[tuple[Any, ...], Counter[str]] = {}
    for row in rows:
        cell = cells[row["kind"], row["truth"]]
        named = row["construct"] if cell.expects("latent_means") else IN_TURN
        for claim, standing in row["standings"].items():
            construct = named if row["construct"] and claim == "latent_means" else ""
            place = (cell.kind, cell.truth, row["n"], row["occasions"], construct, claim)
            counts.setdefault(place, Counter())[standing] += 1
    return rated(
        pd.DataFrame(
            [
                (measure, *place, *(count[standing] for standing in STANDINGS))
                for place, count in counts.items()
            ],
            columns=list(COUNTED),
        )
    )


def rated(counts: pd.DataFrame) -> pd.DataFrame:
    """Add rates and whether they meet their bar to counts.

    Parameters
    ----------
    counts : DataFrame
        Columns `COUNTED`.

    Returns
    -------
    DataFrame
        As from :func:`rates`.
    """
    import pandas as pd

    cells = {(cell.kind, cell.truth): cell for cell in CELLS}
    out = []
    for row in counts.to_dict("records"):
        expected = cells[row["kind"], row["truth"]].expects(row["claim"])
        total, permitted = sum(row[name] for name in STANDING_COLUMNS), row["permitted"]
        out.append(
            row
            | {
                "expected": expected,
                "replicates": total,
                "rate": permitted / total,
                "lower": 1 - exact_bound(total - permitted, total),
                "upper": exact_bound(permitted, total),
                "p": exact_p(permitted, total),
                "holds": _holds(expected, permitted, total),
            }
        )
    return pd.DataFrame(out, columns=list(COLUMNS)).astype({"expected": object, "holds": object})


def exact_bound(count: int, total: int, *, level: float = 0.95) -> float:
    """Return the exact one-sided upper bound of a rate (Clopper and Pearson).

    Examples
    --------
    >>> round(exact_bound(0, 200), 4), exact_bound(200, 200)
    (0.0149, 1.0)
    """
    from scipy.special import betaincinv

    return 1.0 if count == total else float(betaincinv(count + 1, total - count, level))


def exact_p(count: int, total: int, *, rate: float = FALSE_RATE) -> float:
    """Return the probability of as many permits or more at a rate.

    Examples
    --------
    >>> exact_p(0, 200), round(exact_p(18, 200), 3)
    (1.0, 0.012)
    """
    from scipy.stats import binom

    return float(binom.sf(count - 1, total, rate))


def _holds(expected: bool | None, permitted: int, total: int) -> bool | None:
    if expected is None:
        return None
    rejected = _rejected(permitted, total, expected=expected)
    if exact_bound(0, total) >= FALSE_BOUND:  # too few to meet a bar, but not too few to miss it
        return False if rejected else None
    if expected:
        return permitted / total >= TRUE_RATE
    return not rejected and exact_bound(permitted, total) < FALSE_BOUND


def _rejected(permitted: int, total: int, *, expected: bool) -> bool:
    """Whether an exact one-sided test rejects the rate that the claim may have."""
    if expected:
        return exact_p(total - permitted, total, rate=1 - TRUE_RATE) < EXACT_LEVEL
    return exact_p(permitted, total) < EXACT_LEVEL
