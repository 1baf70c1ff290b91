"""What the factors of a study's stimuli do to its ratings: cell means, effects and interactions."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from valuealign.analysis.mixed.mixed import Mixed, mixed
from valuealign.errors import AnalysisError, DataError
from valuealign.instrument.instrument import Instrument

if TYPE_CHECKING:
    import pandas as pd

Levels = Mapping[str, Sequence[str]]
"""Factor -> its levels, in the order of the set."""
PREFIX = "f_"
"""Before the name of a factor, in the rows of a mixed model."""


def rated(long: pd.DataFrame, factors: Levels) -> pd.DataFrame:
    """The answers of a study as rows of a mixed model.

    Parameters
    ----------
    long : DataFrame
        One row a response, with the columns of its stimulus.
    factors : mapping

    Returns
    -------
    DataFrame
        ``model item rating base persona`` and a categorical column ``f_NAME`` a factor; only
        answers to the stimuli themselves, not to their variants.
    """
    import pandas as pd

    kept = long[(long["stimulus_variant"] == "original") & long["value"].notna()]
    rows = pd.DataFrame(
        {
            "model": kept["model"].astype(str),
            "item": kept["item_id"].astype(str),
            "rating": kept["value"].astype(float),
            "base": kept["stimulus_base"].astype(str),
            "persona": kept["persona"].astype(object).fillna("none").astype(str),
        }
    )
    for name, levels in factors.items():
        column = kept[f"stimulus_{name}"].astype(str)
        rows[PREFIX + name] = pd.Categorical(column, categories=list(levels))
    return rows.reset_index(drop=True)


def cell_means(rows: pd.DataFrame, instrument: Instrument, factors: Levels) -> pd.DataFrame:
    """Mean, standard deviation and number of answers in every cell.

    Returns
    -------
    DataFrame
        ``model item``, the factors, ``mean sd n``; a cell without an answer has n 0.
    """
    names = [PREFIX + name for name in factors]
    grouped = rows.groupby(["model", "item", *names], observed=False, sort=True)["rating"]
    table = grouped.agg(["mean", "std", "count"]).reset_index()
    table["item"] = _ordered(table["item"], instrument)
    table = table.sort_values(["model", "item", *names], kind="stable", ignore_index=True)
    table["item"] = table["item"].astype(str)
    new = {"std": "sd", "count": "n", **{name: name.removeprefix(PREFIX) for name in names}}
    return table.rename(columns=new)


def fitted(rows: pd.DataFrame, factors: Levels) -> Mixed:
    """The mixed model of one outcome of one model.

    Parameters
    ----------
    rows : DataFrame
        As :func:`rated` gives them, of one model and one item.
    factors : mapping

    Returns
    -------
    Mixed
        All factors crossed; base texts and personas are random where there are several.

    Raises
    ------
    AnalysisError
        It cannot be fitted; the message says why.
    """
    if rows.empty:
        raise DataError("there is no answer")
    random = [name for name in ("base", "persona") if rows[name].nunique() > 1]
    if not random:
        raise DataError("there is one base text; write several, so that texts are a random factor")
    return mixed("rating", rows, fixed=[PREFIX + name for name in factors], random=random)


def effects(rows: pd.DataFrame, instrument: Instrument, factors: Levels) -> pd.DataFrame:
    """Each main effect and each interaction of two factors, with its interval.

    Returns
    -------
    DataFrame
        ``model item effect estimate se df pvalue ci_lower ci_upper reason``. A main effect is the
        first level minus the last; an interaction the difference of these differences. ``reason``
        says why there is no estimate.
    """
    import pandas as pd

    found = [
        {"model": model, "item": item.id, **row}
        for model in dict.fromkeys(rows["model"])
        for item in instrument.items
        for row in effects_of_rows(
            rows[(rows["model"] == model) & (rows["item"] == item.id)], factors
        )
    ]
    return pd.DataFrame(found, columns=["model", "item", "effect", *NUMBERS, "reason"])


NUMBERS = ("estimate", "se", "df", "pvalue", "ci_lower", "ci_upper")


def effects_of_rows(rows: pd.DataFrame, factors: Levels) -> Iterator[dict[str, Any]]:
    """Yield each main effect and interaction of one outcome of one model, or why there is none.

    Parameters
    ----------
    rows : DataFrame
        ``rating base persona`` and a categorical column a factor.
    factors : mapping
    """
    try:
        yield from effects_of_fit(fitted(rows, factors), factors)
    except AnalysisError as error:
        yield from no_effects(factors, str(error))


def effects_of_fit(fit: Mixed, factors: Levels) -> Iterator[dict[str, Any]]:
    """Yield each main effect and each interaction of two factors.

    Parameters
    ----------
    fit : Mixed
        Of :func:`fitted`.
    factors : mapping
    """
    for name, levels in factors.items():
        row = _contrast(fit, [name], {name: levels}, interaction=False)
        yield {"effect": f"{name}: {levels[0]} - {levels[-1]}", **row, "reason": ""}
    for pair in itertools.combinations(factors, 2):
        row = _contrast(fit, pair, {name: factors[name] for name in pair}, interaction=True)
        yield {"effect": " x ".join(pair), **row, "reason": ""}


def no_effects(factors: Levels, reason: str) -> Iterator[dict[str, Any]]:
    """Yield the same rows without numbers, with the reason.

    Parameters
    ----------
    factors : mapping
    reason : str
    """
    pairs = itertools.combinations(factors, 2)
    for name in [*factors, *(" x ".join(pair) for pair in pairs)]:
        yield {"effect": name, **dict.fromkeys(NUMBERS, float("nan")), "reason": reason}


def _contrast(
    fit: Mixed, names: Sequence[str], factors: Levels, *, interaction: bool
) -> dict[str, float]:
    """First levels minus last ones; of two factors, the difference of these differences."""
    table = fit.contrasts([PREFIX + n for n in names], interaction=interaction, adjust="none")
    pairs = [f"{factors[n][0]} - {factors[n][-1]}" for n in names]
    wanted = " x ".join(f"({pair})" for pair in pairs) if interaction else pairs[0]
    row = table[table["contrast"] == wanted].iloc[0]
    return {name: float(row[name]) for name in NUMBERS}


def _ordered(column: pd.Series[str], instrument: Instrument) -> pd.Series[Any]:
    import pandas as pd

    return pd.Series(pd.Categorical(column, categories=list(instrument.item_ids)), column.index)
