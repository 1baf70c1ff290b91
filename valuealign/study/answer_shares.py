"""Shares of each answer about the stimuli of a study, and how far they are from people's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.analysis.comparison.distance_interval import distances_from_people
from valuealign.analysis.comparison.weighted_shares import (
    clustered_variance,
    kish,
    share_interval,
    weighted_variance,
)
from valuealign.instrument.instrument import Instrument
from valuealign.population.answers import Answers
from valuealign.population.answers_file import AnswerCell
from valuealign.study.vignette_effects import PREFIX, Levels

if TYPE_CHECKING:
    import pandas as pd

DRAWS = 1000
SHARES = ["respondent", "item", "cell", "code", "share", "ci_lower", "ci_upper", "n", "n_effective"]
DISTANCES = ["respondent", "item", "cell", "distance", "value", "ci_lower", "ci_upper", "by_chance"]
Where = Mapping[str, str]
Row = dict[str, Any]


def cell_name(where: Where) -> str:
    """Name a cell by its levels.

    Examples
    --------
    >>> cell_name({"condition": "alcohol", "treatment": "none"})
    'alcohol, none'
    """
    return ", ".join(where.values())


def codes_of(instrument: Instrument) -> list[float]:
    """The codes of a response scale, lowest first; empty where it has none."""
    points = getattr(instrument.response_scale, "points", ())
    return [float(point.code) for point in points]


class AnswersByText:
    """A model's answers of each code about each base text.

    Parameters
    ----------
    rows : DataFrame
        As :func:`valuealign.study.vignette_effects.rated` gives them.
    codes : sequence of float
        Lowest first.

    Attributes
    ----------
    models : tuple of str
        In the order in which they were asked.
    """

    def __init__(self, rows: pd.DataFrame, codes: Sequence[float]) -> None:
        place = {code: k for k, code in enumerate(codes)}
        factors = [name for name in rows.columns if name.startswith(PREFIX)]
        self.models = tuple(dict.fromkeys(rows["model"]))
        self._n_codes = len(codes)
        self._of = {
            key: (
                np.unique(part["base"].to_numpy(str), return_inverse=True)[1],
                np.array([place[rating] for rating in part["rating"]], dtype=int),
                {name.removeprefix(PREFIX): part[name].to_numpy(str) for name in factors},
            )
            for key, part in rows.groupby(["model", "item"], sort=False)
        }

    def counts(self, model: str, item: str, where: Where) -> Any:
        """Count the answers to an item; factors that are not named are pooled.

        Returns
        -------
        ndarray, shape (texts, codes)
            Only texts with an answer.
        """
        if (model, item) not in self._of:
            return np.zeros((0, self._n_codes))
        text, code, factors = self._of[model, item]
        wanted = np.ones(len(text), dtype=bool)
        for name, level in where.items():
            wanted &= factors[name] == level
        counts = np.zeros((text.max() + 1, self._n_codes))
        np.add.at(counts, (text[wanted], code[wanted]), 1.0)
        return counts[counts.sum(axis=1) > 0]


def shares_of_texts(counts: Any, chosen: Sequence[bool]) -> tuple[float, float, float]:
    """The share of answers with some of the codes, with its interval over base texts.

    Parameters
    ----------
    counts : ndarray, shape (texts, codes)
    chosen : sequence of bool, length codes

    Returns
    -------
    share, lower, upper : float
        NaN where there is no answer; no interval where there is one text.
    """
    of = np.asarray(chosen, dtype=float)
    if not np.sum(counts):
        return (float("nan"),) * 3
    p, V = clustered_variance(np.column_stack([counts @ of, counts @ (1 - of)]))
    texts, n = len(counts), int(counts.sum())
    return float(p[0]), *share_interval(p[0], V[0, 0], n=n, df=texts - 1, fewest=texts)


def shares_of_people(cell: AnswerCell, chosen: Sequence[bool]) -> tuple[float, float, float]:
    """The weighted share of people who gave some of the codes, with its interval.

    Parameters
    ----------
    cell : AnswerCell
    chosen : sequence of bool, length codes

    Returns
    -------
    share, lower, upper : float
    """
    of = np.asarray(chosen, dtype=float)
    w, q = np.array(cell.weighted), np.array(cell.squared)
    both = [[float(x @ of), float(x @ (1 - of))] for x in (w, q)]
    p, V = weighted_variance(*both, n=cell.n)
    fewest = kish(cell.weighted, cell.squared)
    return float(p[0]), *share_interval(p[0], V[0, 0], n=cell.n, df=cell.n - 1, fewest=fewest)


def cells_of(
    item: str, factors: Levels, people: Answers | None
) -> Iterator[tuple[dict[str, str], AnswerCell | None]]:
    """The cells that are compared with people; without people, every cell of the design."""
    import itertools

    asked = [] if people is None else [c for c in people.source.cells if c.item == item]
    if asked:
        yield from ((dict(cell.where), cell) for cell in asked)
        return
    for levels in itertools.product(*factors.values()):
        yield dict(zip(factors, levels, strict=True)), None


def shares_table(
    rows: pd.DataFrame, instrument: Instrument, factors: Levels, people: Answers | None
) -> pd.DataFrame:
    """Shares of each answer in each cell, people's first.

    Returns
    -------
    DataFrame
        Columns :data:`SHARES`; `respondent` is the id of people's answers, or a model.
    """
    import pandas as pd

    codes = codes_of(instrument)
    answers = AnswersByText(rows, codes)
    table: list[Row] = []
    for item in instrument.item_ids:
        for where, cell in cells_of(item, factors, people):
            head = {"item": item, "cell": cell_name(where)}
            if cell is not None and people is not None:
                table += [{"respondent": people.id, **head, **r} for r in _people_rows(cell, codes)]
            for model in answers.models:
                counts = answers.counts(model, item, where)
                table += [{"respondent": model, **head, **r} for r in _model_rows(counts, codes)]
    return pd.DataFrame(table, columns=SHARES)


def distances_table(
    rows: pd.DataFrame, instrument: Instrument, people: Answers, *, seed: int
) -> pd.DataFrame:
    """Distances of each model from people in each cell that people answered.

    Returns
    -------
    DataFrame
        Columns :data:`DISTANCES`.
    """
    import pandas as pd

    codes = codes_of(instrument)
    answers = AnswersByText(rows, codes)
    table: list[Row] = []
    for cell in people.source.cells:
        for model in answers.models:
            counts = answers.counts(model, cell.item, cell.where)
            if not counts.sum():
                continue
            table += [
                {
                    "respondent": model,
                    "item": cell.item,
                    "cell": cell_name(cell.where),
                    "distance": each.name,
                    "value": each.value,
                    "ci_lower": each.ci_lower,
                    "ci_upper": each.ci_upper,
                    "by_chance": each.by_chance,
                }
                for each in distances_from_people(
                    counts, cell.weighted, cell.squared, codes=codes, draws=DRAWS, seed=seed
                )
            ]
    return pd.DataFrame(table, columns=DISTANCES)


def _model_rows(counts: Any, codes: Sequence[float]) -> Iterator[Row]:
    for code in codes:
        share, low, high = shares_of_texts(counts, [c == code for c in codes])
        yield _row(code, share, low, high, n=int(counts.sum()), effective=float(len(counts)))


def _people_rows(cell: AnswerCell, codes: Sequence[float]) -> Iterator[Row]:
    effective = kish(cell.weighted, cell.squared)
    for code in codes:
        share, low, high = shares_of_people(cell, [c == code for c in codes])
        yield _row(code, share, low, high, n=cell.n, effective=effective)


def _row(code: float, share: float, low: float, high: float, *, n: int, effective: float) -> Row:
    return {
        "code": code,
        "share": share,
        "ci_lower": low,
        "ci_upper": high,
        "n": n,
        "n_effective": effective,
    }
