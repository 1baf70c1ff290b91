"""Reduces the mental-health vignettes of the GSS 2018 to counts and moments; no row is kept.

``python -m benchmarks.gss2018_people FILE``, with ``gss2018_vignette_persons.csv`` of
``../shared/humans/gss2018_vignettes``, writes ``populations/answers/*-us-gss2018.json`` (weighted
counts by vignette and question) and
``populations/social-distance-us-gss2018*.json`` (moments, tables and Gamma of five items).
"""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import valuealign as va
from valuealign.population.answers_file import AnswersFile
from valuealign.population.sample_reader import Provenance
from valuealign.population.write_population import write_population

FOLDER = Path(__file__).parents[1] / "populations"
CONDITIONS = {
    "schizophrenia": "schizophrenia",
    "major depression": "depression",
    "alcohol dependence": "alcohol",
    "no problem": "troubles",
}
"""The module's vignette -> the level of our stimuli. The fifth, drugs, has no counterpart."""
CODES = (1, 2, 3, 4)
DISTANCE = {
    "next_door": "vignei",
    "evening_guest": "vigsoc",
    "close_friend": "vigfrnd",
    "daily_colleague": "vigwork",
    "family_relative": "vigmar",
}
SOURCE = (
    "NORC, General Social Survey 2018, mental-health vignette module; rows as in gssr (Healy), "
    "data/gss_panel20.rda, wave 1b"
)
ABOUT = {
    "source": SOURCE,
    "ref": "https://gss.norc.org",
    "licence": "public-use file of NORC, whose own terms were not seen; counts and moments only",
}
PEOPLE = "USA adults, General Social Survey 2018, one of 90 vignettes each"
DESIGN = (
    "intervals are weight-based: the linearised variance of a weighted share, as if people had "
    "been drawn one by one with unequal probabilities. Strata and sampling units of the survey are "
    "not in the rows at hand, so that clustering is not accounted for"
)
RANDOM = (
    "Vignettes were assigned at random: 5 conditions x 2 sexes x 3 races x 3 educations. "
    "Counts are over sexes, races and educations of the described person."
)


def cell(rows: pd.DataFrame, question: str, item: str, *, turned: bool, **where: str) -> Any:
    """Count one question in some rows."""
    answered = rows[rows[question].notna()]
    code = answered[question].astype(int)
    code = CODES[0] + CODES[-1] - code if turned else code
    w = answered["wtssall"]
    return {
        "question": question,
        "item": item,
        "where": where,
        "counts": [int((code == c).sum()) for c in CODES],
        "weighted": [round(float(w[code == c].sum()), 10) for c in CODES],
        "squared": [round(float((w[code == c] ** 2).sum()), 10) for c in CODES],
    }


def write_answers(sha: str, n: int, id_: str, instrument: str, **said: Any) -> None:
    """Validate and write one file of counts."""
    file = AnswersFile.model_validate(
        {
            "kind": "answers",
            "id": id_,
            "instrument": instrument,
            "population": PEOPLE,
            **ABOUT,
            "tag": "R",
            "made_by": "benchmarks/gss2018_people.py",
            "source_sha256": sha,
            "codes": CODES,
            "wording": {"kind": "other", "language": "en"},
            "weights": "wtssall, the survey's weight for adults",
            "design": DESIGN,
            "n_rows": n,
            "note": RANDOM,
            **said,
        }
    )
    text = json.dumps(file.model_dump(mode="json"), indent=1)
    (FOLDER / "answers" / f"{id_}.json").write_text(text + "\n", encoding="utf-8")


def prognosis(rows: pd.DataFrame, sha: str) -> None:
    """The two questions on improvement; the source's codes are turned, so that 4 is very likely."""
    asked = {"treated": "imprvtrt", "none": "imprvown"}
    cells = [
        cell(mine, question, "gets_better", turned=True, condition=level, treatment=treatment)
        for condition, level in CONDITIONS.items()
        for mine in [rows[rows["condition"] == condition]]
        for treatment, question in asked.items()
    ]
    write_answers(
        sha,
        len(rows),
        "recovery-us-gss2018",
        "recovery-outlook",
        direction="4 = very likely; the source's codes (1 = very likely) are turned",
        questions={
            "imprvtrt": "how likely it is that the situation improves with treatment",
            "imprvown": "how likely it is that the situation improves on its own",
        },
        cells=cells,
    )


def distance(rows: pd.DataFrame, sha: str) -> None:
    """Counts of the five items by condition."""
    cells = [
        cell(mine, column, item, turned=False, condition=level)
        for condition, level in CONDITIONS.items()
        for mine in [rows[rows["condition"] == condition]]
        for item, column in DISTANCE.items()
    ]
    words = "how willing one is to have the person as"
    write_answers(
        sha,
        len(rows),
        "distance-us-gss2018",
        "social-distance",
        direction="4 = definitely unwilling, as coded",
        questions={column: f"{words} {item}" for item, column in DISTANCE.items()},
        cells=cells,
    )


def moments(rows: pd.DataFrame, sha: str) -> None:
    """Moments, tables and Gamma of five items, of all people and of each condition."""
    names = {None: "all five conditions", **CONDITIONS, "drug problem": "drugs"}
    for condition, level in names.items():
        mine = rows if condition is None else rows[rows["condition"] == condition]
        id_ = "social-distance-us-gss2018" + ("" if condition is None else f"-{level}")
        who = PEOPLE if condition is None else f"{PEOPLE}: the vignette of {level}"
        people = va.read_population(
            mine.reset_index(drop=True),
            "social-distance",
            columns=DISTANCE,
            direction="as coded",
            about=Provenance(name=id_, people=who, language="en", wording="other", **ABOUT),
            keep_rows=True,
        )
        note = f"{RANDOM} Not weighted. Rows: sha256 {sha}; made by benchmarks/gss2018_people.py."
        said = people.source.model_copy(update={"note": note})
        write_population(replace(people, source=said), FOLDER / f"{id_}.json")
        write_gamma(people.rows[list(DISTANCE)].to_numpy(float), FOLDER / f"{id_}.gamma.npz")


def write_gamma(X: Any, path: Path) -> None:
    """``n`` times the asymptotic covariance of means and covariances (divisor n)."""
    names = list(DISTANCE)
    at = [(i, j) for j in range(len(names)) for i in range(j, len(names))]
    centred = X - X.mean(axis=0)
    products = np.column_stack([centred[:, i] * centred[:, j] for i, j in at])
    parts = np.column_stack([centred, products - products.mean(axis=0)])
    gamma = parts.T @ parts / len(X)
    np.savez_compressed(
        path,
        statistics=[f"mean:{n}" for n in names] + [f"cov:{names[i]},{names[j]}" for i, j in at],
        gamma_lower=gamma[np.tril_indices(len(gamma))].astype(np.float32),
        n=len(X),
    )


def main() -> None:
    """Read the rows in place and write every file."""
    path = Path(sys.argv[1])
    sha = hashlib.sha256(path.read_bytes()).hexdigest()
    rows = pd.read_csv(path)
    prognosis(rows, sha)
    distance(rows, sha)
    moments(rows, sha)


if __name__ == "__main__":
    main()
