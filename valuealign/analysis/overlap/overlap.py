"""Overlap of replies with a reference text, with intervals over what was summarised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.frame_columns import check_scalars
from valuealign.analysis.matrix import frame_with
from valuealign.analysis.overlap.bert_score import Encoder, TokenVectors, bert_score
from valuealign.analysis.overlap.rouge import Score, rouge_l, rouge_n, words
from valuealign.analysis.result_display import Shown
from valuealign.analysis.unit_jackknife import Statistic, jackknife_interval
from valuealign.arguments import checked
from valuealign.errors import DataError, TooFewRows

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]
MEASURES = ("rouge1", "rouge2", "rougeL")
"""Always there; with an encoder also ``bertscore``."""
PARTS = ("precision", "recall", "f1")
FEW_UNITS = 10
"""With fewer units an interval rests on very little."""


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Overlap(Shown):
    """Overlap of texts with reference texts.

    Attributes
    ----------
    table : DataFrame
        By group: ``group measure precision recall f1 ci_lower ci_upper n_units``: means over
        units, and the interval of the mean F1. Overlap of words is not quality.
    scores : DataFrame
        By row of the data, under its index: ``group unit`` and three columns for each measure, such
        as ``rouge1_f1``.
    encoder : str or None
        The encoder of ``bertscore`` and its layer; scores of different encoders do not compare.
    flags : frozenset of str

    Examples
    --------
    >>> import pandas as pd
    >>> import valuealign as va
    >>> rows = pd.DataFrame({"summary": ["sleeps badly", "lost her job"],
    ...                      "expert": ["she sleeps badly", "lost the job"]})
    >>> va.overlap(rows, text="summary", reference="expert").table["f1"].round(2).tolist()
    [0.73, 0.33, 0.73]
    """

    table: pd.DataFrame
    scores: pd.DataFrame
    encoder: str | None
    flags: frozenset[str]


@checked
def overlap(
    data: pd.DataFrame,
    *,
    text: str,
    reference: str | Sequence[str],
    unit: str | None = None,
    by: str | None = None,
    encoder: str | Path | None = None,
    layer: int | None = None,
    level: float = 0.95,
) -> Overlap:
    """Compare texts with reference texts by the words that they share.

    Parameters
    ----------
    data : DataFrame
        One row a text.
    text : str
        The column of texts.
    reference : str or sequence of str
        The column of reference texts; of several the one with the highest F1 counts.
    unit : str, optional
        The column of what the texts are about (a dialogue). Rows of one unit are averaged, and
        intervals are over units; else each row is a unit.
    by : str, optional
        The column of groups (a model).
    encoder : str or Path, optional
        A folder with a language model and its tokenizer, as transformers saves them: adds
        BERTScore. Needs the extra ``valuealign[bertscore]``; nothing is downloaded.
    layer : int, optional
        The encoder's hidden layer, from 1; by default the last.
    level : float
        Confidence level of the intervals.

    Returns
    -------
    Overlap
        Tables of groups and of rows.

    Raises
    ------
    DataError
        Columns that are absent or do not hold texts; a folder without an encoder.
    NotSupported
        An encoder without the extra ``bertscore``.
    TooFewRows
        A group with fewer than two units.

    Notes
    -----
    ROUGE-1, ROUGE-2 and ROUGE-L of words in lower case, without stemming. English texts score as by
    ``rouge_score`` 0.1.2 (``use_stemmer=False``) to 1e-12; that package drops letters beyond a to
    z, here words of any script count. BERTScore equals ``bert-score`` 0.3.13 without weights by
    rarity and without rescaling to 1e-5.

    References
    ----------
    Lin, C.-Y. (2004). ROUGE: A package for automatic evaluation of summaries. Text Summarization
    Branches Out, 74-81.
    Zhang, T., Kishore, V., Wu, F., Weinberger, K. Q., & Artzi, Y. (2020). BERTScore: Evaluating
    text generation with BERT. International Conference on Learning Representations.
    arXiv:1904.09675

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"t": ["a b c d", "e f"], "r": ["a b x d", "e f"]})
    >>> overlap(rows, text="t", reference="r").scores["rougeL_recall"].tolist()
    [0.75, 1.0]
    """
    import pandas as pd

    references = [reference] if isinstance(reference, str) else list(reference)
    if not references:
        raise DataError("reference names no column")
    columns = [text, *references, *(c for c in (unit, by) if c is not None)]
    frame_with(data, columns)
    check_scalars(data[columns])
    there = data[text].notna() & data[references].notna().any(axis=1)
    there &= data[[c for c in (unit, by) if c is not None]].notna().all(axis=1)
    rows = data[there]
    scores = _scores(rows, text, references)
    flags: set[str] = set()
    model = Encoder(Path(encoder), layer) if encoder is not None else None
    if model is not None:
        scores, flags = _with_bert_score(scores, rows, text, references, model)
    scores.insert(0, "unit", rows[unit] if unit is not None else np.arange(len(rows)))
    scores.insert(0, "group", rows[by].astype(str) if by is not None else "")
    measures = [*MEASURES, *(["bertscore"] if model is not None else [])]
    table = [
        row
        for name, part in scores.groupby("group", sort=False)
        for row in _rows(name, part, measures, level)
    ]
    names = ["group", "measure", *PARTS, "ci_lower", "ci_upper", "n_units"]
    made = pd.DataFrame(table, columns=names)
    if made.empty:
        raise TooFewRows("no row has both a text and a reference")
    return Overlap(
        table=made,
        scores=scores,
        encoder=None if model is None else model.name,
        flags=_flags(rows, made, text, int((~there).sum())) | flags,
    )


def _scores(rows: pd.DataFrame, text: str, references: Sequence[str]) -> pd.DataFrame:
    """Return every row's scores, each measure against its best reference."""
    import pandas as pd

    table = []
    for k in range(len(rows)):
        ours = words(_text(rows[text].iloc[k], text))
        theirs = [words(_text(t, c)) for c in references if not pd.isna(t := rows[c].iloc[k])]
        best = [
            max((_measured(name, ours, other) for other in theirs), key=lambda score: score[2])
            for name in MEASURES
        ]
        table.append([part for score in best for part in score])
    columns = [f"{measure}_{part}" for measure in MEASURES for part in PARTS]
    return pd.DataFrame(table, columns=columns, index=rows.index)


def _with_bert_score(
    scores: pd.DataFrame,
    rows: pd.DataFrame,
    text: str,
    references: Sequence[str],
    encoder: Encoder,
) -> tuple[pd.DataFrame, set[str]]:
    """Add each row's BERTScore against its best reference; flag texts that do not fit."""
    columns = [text, *references]
    used = {value for c in columns for value in rows[c].dropna()}
    vectors = encoder.vectors(used)
    table = []
    for k in range(len(rows)):
        ours, *theirs = (_vectors(rows[c].iloc[k], vectors) for c in columns)
        pairs = (bert_score(ours, other) for other in theirs if other is not None and ours)
        table.append(max(pairs, key=lambda score: score[2]))
    names = [f"bertscore_{part}" for part in PARTS]
    scores[names] = np.array(table).reshape(len(rows), len(PARTS))
    cut = sum(v.cut for v in vectors.values())
    what = f"{cut} texts are longer than {encoder.longest} tokens: bertscore is of their beginning"
    return scores, {what} if cut else set()


def _vectors(value: object, vectors: dict[str, TokenVectors]) -> TokenVectors | None:
    return vectors[value.strip()] if isinstance(value, str) else None


def _text(value: object, column: str) -> str:
    if not isinstance(value, str):
        raise DataError(f"column {column!r} holds {value!r}; expected texts")
    return value


def _measured(name: str, ours: list[str], theirs: list[str]) -> Score:
    if name == "rougeL":
        return rouge_l(ours, theirs)
    return rouge_n(ours, theirs, int(name[-1]))


def _rows(
    name: object, part: pd.DataFrame, measures: Sequence[str], level: float
) -> list[tuple[object, ...]]:
    """Return one group's means with the interval of F1."""
    of_unit = part.drop(columns="group").groupby("unit", sort=False).mean()
    n = len(of_unit)
    if n < 2:
        raise TooFewRows(f"{name or 'the data'}: {n} unit; an interval needs at least two")
    out = []
    for measure in measures:
        means = [float(of_unit[f"{measure}_{p}"].mean()) for p in PARTS]
        f1 = of_unit[f"{measure}_f1"].to_numpy()
        low, high = jackknife_interval(_mean_of(f1), n, level=level)[2:]
        out.append(
            (
                name,
                measure,
                *means,
                max(low, -1.0 if measure == "bertscore" else 0.0),
                min(high, 1.0),
                n,
            )
        )
    return out


def _mean_of(values: FloatArray) -> Statistic:
    return lambda weights: weights @ values / weights.sum(axis=1)


def _flags(rows: pd.DataFrame, table: pd.DataFrame, text: str, n_missing: int) -> frozenset[str]:
    flags = set()
    if n_missing:
        flags.add(f"{n_missing} rows without a text or a reference left out")
    empty = sum(not words(t) for t in rows[text])
    if empty:
        flags.add(f"{empty} texts have no words and score 0")
    few = table.loc[table["n_units"] < FEW_UNITS, "n_units"]
    if len(few):
        flags.add(f"{few.min()} units: the interval rests on very little")
    return frozenset(flags)
