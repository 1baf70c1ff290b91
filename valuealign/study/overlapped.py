"""Open answers about stimuli, compared with their own reference text and with those of others."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from valuealign.administration.read.reasoning import after_thinking
from valuealign.analysis.overlap.overlap import Overlap, overlap
from valuealign.errors import DataError
from valuealign.stimulus.chosen import Chosen
from valuealign.study.overlap_file import WithReference

if TYPE_CHECKING:
    import pandas as pd

ENCODER = "VALUEALIGN_ENCODER"
"""The variable of the environment that names an encoder's folder, for BERTScore."""


@dataclass(frozen=True, eq=False)
class Overlapped:
    """Answers to one item beside reference texts.

    Attributes
    ----------
    own : Overlap
        With the reference of the stimulus that was asked about, by model.
    beyond : DataFrame
        By model and measure: ``model measure others difference ci_lower ci_upper n``: the mean F1
        with references of other stimuli, and how much own F1 is above it, over stimuli.
    n_missing : int
        Answers that are refusals or empty.
    """

    own: Overlap
    beyond: pd.DataFrame
    n_missing: int


def overlapped(long: pd.DataFrame, each: WithReference, about: Chosen) -> Overlapped:
    """Compare answers with reference texts.

    Parameters
    ----------
    long : DataFrame
        Responses, one row an item.
    each : WithReference
    about : Chosen
        The stimuli, which have the references.

    Raises
    ------
    DataError
        Nothing was answered.
    """
    asked = long[(long["item_id"] == each.item) & (long["stimulus_variant"] == "original")]
    texts = [after_thinking(str(raw)) for raw in asked["raw"]]
    asked = asked.assign(text=np.array(texts, dtype=object))
    answered = asked[(asked["outcome"] == "answer") & asked["text"].notna()]
    if answered.empty:
        raise DataError(f"no reply to {each.item} has a text")
    references = _references(about, each.reference, answered["language"].unique())
    language, stimulus = answered["language"], answered["stimulus"]
    rows = answered[["model", "stimulus", "text"]].assign(
        reference=[references[key] for key in zip(language, stimulus, strict=True)],
        language=language,
    )
    own = overlap(
        rows,
        text="text",
        reference="reference",
        unit="stimulus",
        by="model",
        encoder=os.environ.get(ENCODER) or None,
    )
    return Overlapped(own, _beyond(rows, own, references), len(asked) - len(answered))


def _references(about: Chosen, field: str, languages: object) -> dict[tuple[str, str], str]:
    """Return the reference text of every language and stimulus."""
    found = {}
    for language in languages:  # type: ignore[attr-defined]  # an array of words
        for k in range(len(about)):
            one = about.stimulus(k, str(language))
            found[str(language), one.id] = one.reference[field]
    return found


def _beyond(
    rows: pd.DataFrame, own: Overlap, references: dict[tuple[str, str], str]
) -> pd.DataFrame:
    """Return F1 with references of other stimuli, and the difference from own F1."""
    import pandas as pd
    from scipy.stats import t

    others = [
        row | {"reference": text}
        for row in rows.to_dict("records")
        for (language, stimulus), text in references.items()
        if language == row["language"] and stimulus != row["stimulus"]
    ]
    if not others:
        raise DataError("there is one stimulus, so no reference of another to compare with")
    chance = overlap(
        pd.DataFrame(others), text="text", reference="reference", unit="stimulus", by="model"
    )
    table = []
    for measure in chance.table["measure"].unique():
        column = f"{measure}_f1"
        means = [s.groupby(["group", "unit"])[column].mean() for s in (own.scores, chance.scores)]
        apart = (means[0] - means[1]).groupby("group", sort=False)
        for model, values in apart:
            n, mean = len(values), float(values.mean())
            half = float(t.ppf(0.975, n - 1)) * float(values.std(ddof=1)) / np.sqrt(n)
            theirs = float(means[1][model].mean())
            table.append((model, measure, theirs, mean, mean - half, mean + half, n))
    names = ["model", "measure", "others", "difference", "ci_lower", "ci_upper", "n"]
    return pd.DataFrame(table, columns=names)
