"""Application of the rules to simulated data."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from valuealign.analysis.claims.content_gate import has_profile
from valuealign.analysis.claims.criterion import Claim, Standing
from valuealign.analysis.claims.latent_means import latent_means
from valuealign.analysis.claims.rank import Resolution, rank
from valuealign.analysis.claims.respondent_answers import Answers
from valuealign.analysis.claims.respondent_differences import Differences, differences
from valuealign.analysis.claims.structure import structure
from valuealign.inquiry.answers import LIMITS
from valuealign.inquiry.operating.cells import Cell
from valuealign.inquiry.operating.measure import Measure
from valuealign.inquiry.operating.planted_answers import PAIRS, RESPONDENTS, Sheets
from valuealign.inquiry.operating.planted_rows import ROWS
from valuealign.inquiry.verdict.claim_decision import standing_by
from valuealign.inquiry.verdict.rules import Rules

DRAWS = 400
"""Permutations and bootstrap samples in a replicate."""


def judge(
    cell: Cell,
    measured: Measure,
    *,
    n: int,
    construct: str,
    occasions: int,
    seed: Sequence[int],
    rules: Rules,
) -> dict[str, Standing]:
    """Draw a cell once and return the standing of each claim that is judged there.

    Parameters
    ----------
    cell : Cell
    measured : Measure
    n : int
        Rows, of a cell of rows.
    construct : str
        Whose latent means are judged; empty for none.
    occasions : int
        Of each form, of a cell of one or two respondents.
    seed : sequence of int
    rules : Rules
        Those of the verdict.

    Returns
    -------
    dict of str to str
        Claims that the rules do not have are left out.
    """
    rng = np.random.default_rng(list(seed))
    if cell.kind == "respondent":
        answers = [_answers(RESPONDENTS[cell.truth](measured.setting(occasions), rng), measured)]
        claims = _respondent(answers[0], measured)
    elif cell.kind == "pair":
        answers = [
            _answers(x, measured) for x in PAIRS[cell.truth](measured.setting(occasions), rng)
        ]
        claims = _pair(answers[0], answers[1], measured)
    else:
        answers = []
        claims = _rows(cell, measured, n=n, construct=construct, rng=rng, rules=rules)
    fewest = [min(each.occasions.values()) for each in answers]
    standings = {name: _standing(claim, measured, rules, fewest) for name, claim in claims.items()}
    return {name: standing for name, standing in standings.items() if standing is not None}


def _standing(
    claim: Claim, measured: Measure, rules: Rules, occasions: Sequence[int] = ()
) -> Standing | None:
    span = measured.people.high - measured.people.low
    return standing_by(rules, claim, span=span, occasions=occasions)


def _answers(sheets: Sheets, measured: Measure) -> Answers:
    return Answers(
        sheets.values,
        sheets.reversed_scale,
        sheets.opposed,
        low=measured.people.low,
        high=measured.people.high,
    )


def _respondent(answers: Answers, measured: Measure) -> dict[str, Claim]:
    gate = has_profile(answers, limits=LIMITS, draws=DRAWS)
    claims = {"describe": Claim("describe", gate.criteria[:2]), "profile": gate}
    homes: list[tuple[Resolution, Sequence[str | None]]] = [
        ("rank_scales", measured.scales),
        ("rank_composites", measured.composites),
    ]
    for name, of in homes:
        if len(set(of) - {None}) > 1:
            claims[name] = rank(
                answers,
                of,
                keys=measured.keys,
                norms=measured.norms,
                resolution=name,
                limits=LIMITS,
                draws=DRAWS,
            ).claim
    return claims


def _pair(first: Answers, second: Answers, measured: Measure) -> dict[str, Claim]:
    def between(homes: Sequence[str | None]) -> Differences:
        return differences(first, second, homes, keys=measured.keys, limits=LIMITS, draws=DRAWS)

    result = between(measured.scales)
    claims = {c.id: c for c in (result.comparable, result.scores_differ, result.values_differ)}
    if any(measured.composites):
        claims["values_differ, composites"] = between(measured.composites).values_differ
    return claims


def _rows(
    cell: Cell,
    measured: Measure,
    *,
    n: int,
    construct: str,
    rng: np.random.Generator,
    rules: Rules,
) -> dict[str, Claim]:
    import pandas as pd

    x = ROWS[cell.truth](measured.ground(construct or next(iter(measured.models))), n, rng)
    pattern = structure(
        x,
        measured.correlation,
        measured.blocks,
        keys=measured.keys,
        items=measured.items,
        draws=DRAWS,
        independent=cell.truth != "occasions of one respondent",
    ).claim
    if not construct:
        return {"structure": pattern}
    latent = Claim("latent_means", pattern.criteria)
    if _standing(latent, measured, rules) == "permitted":  # else no ladder can rescue the claim
        frame = pd.DataFrame(x, columns=list(measured.items))
        names = [measured.items[k] for k in measured.ground(construct).targets]
        mine = latent_means(measured.models[construct], frame[names], measured.population.of(names))
        latent = Claim("latent_means", (*pattern.criteria, *mine.claim.criteria))
    return {"structure": pattern, "latent_means": latent}
