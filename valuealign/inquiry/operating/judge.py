"""The rules, applied to what was drawn."""

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
    given: Measure,
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
    given : Measure
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
        answers = [_answers(RESPONDENTS[cell.truth](given.setting(occasions), rng), given)]
        claims = _respondent(answers[0], given)
    elif cell.kind == "pair":
        answers = [_answers(x, given) for x in PAIRS[cell.truth](given.setting(occasions), rng)]
        claims = _pair(answers[0], answers[1], given)
    else:
        answers = []
        claims = _rows(cell, given, n=n, construct=construct, rng=rng, rules=rules)
    fewest = [min(each.occasions.values()) for each in answers]
    standings = {name: _standing(claim, given, rules, fewest) for name, claim in claims.items()}
    return {name: standing for name, standing in standings.items() if standing is not None}


def _standing(
    claim: Claim, given: Measure, rules: Rules, occasions: Sequence[int] = ()
) -> Standing | None:
    span = given.people.high - given.people.low
    return standing_by(rules, claim, span=span, occasions=occasions)


def _answers(sheets: Sheets, given: Measure) -> Answers:
    return Answers(
        sheets.values,
        sheets.reversed_scale,
        sheets.opposed,
        low=given.people.low,
        high=given.people.high,
    )


def _respondent(answers: Answers, given: Measure) -> dict[str, Claim]:
    gate = has_profile(answers, limits=LIMITS, draws=DRAWS)
    claims = {"describe": Claim("describe", gate.criteria[:2]), "profile": gate}
    homes: list[tuple[Resolution, Sequence[str | None]]] = [
        ("rank_scales", given.scales),
        ("rank_composites", given.composites),
    ]
    for name, of in homes:
        if len(set(of) - {None}) > 1:
            claims[name] = rank(
                answers,
                of,
                keys=given.keys,
                norms=given.norms,
                resolution=name,
                limits=LIMITS,
                draws=DRAWS,
            ).claim
    return claims


def _pair(first: Answers, second: Answers, given: Measure) -> dict[str, Claim]:
    def between(homes: Sequence[str | None]) -> Differences:
        return differences(first, second, homes, keys=given.keys, limits=LIMITS, draws=DRAWS)

    result = between(given.scales)
    claims = {c.id: c for c in (result.comparable, result.scores_differ, result.values_differ)}
    if any(given.composites):
        claims["values_differ, composites"] = between(given.composites).values_differ
    return claims


def _rows(
    cell: Cell,
    given: Measure,
    *,
    n: int,
    construct: str,
    rng: np.random.Generator,
    rules: Rules,
) -> dict[str, Claim]:
    import pandas as pd

    x = ROWS[cell.truth](given.ground(construct or next(iter(given.models))), n, rng)
    pattern = structure(
        x,
        given.correlation,
        given.blocks,
        keys=given.keys,
        items=given.items,
        draws=DRAWS,
        independent=cell.truth != "occasions of one respondent",
    ).claim
    if not construct:
        return {"structure": pattern}
    latent = Claim("latent_means", pattern.criteria)
    if _standing(latent, given, rules) == "permitted":  # else no ladder can rescue the claim
        frame = pd.DataFrame(x, columns=list(given.items))
        names = [given.items[k] for k in given.ground(construct).targets]
        mine = latent_means(given.models[construct], frame[names], given.population.of(names))
        latent = Claim("latent_means", (*pattern.criteria, *mine.claim.criteria))
    return {"structure": pattern, "latent_means": latent}
