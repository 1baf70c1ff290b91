"""The rules, applied to what was drawn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from valuealign.analysis.claims.content_gate import has_profile
from valuealign.analysis.claims.criterion import Claim, Standing
from valuealign.analysis.claims.latent_means import latent_means
from valuealign.analysis.claims.rank import Resolution, rank
from valuealign.analysis.claims.respondent_answers import Answers
from valuealign.analysis.claims.respondent_differences import differences
from valuealign.analysis.claims.structure import structure
from valuealign.inquiry.operating.cells import Cell
from valuealign.inquiry.operating.measure import Measure
from valuealign.inquiry.operating.planted_answers import PAIRS, RESPONDENTS, Sheets
from valuealign.inquiry.operating.planted_rows import ROWS
from valuealign.inquiry.verdict.decide import standing_by
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
    rules: Rules | None = None,
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
    rules : Rules, optional
        Other thresholds than the toolkit's.

    Returns
    -------
    dict of str to str
        Claims that the rules do not have are left out.
    """
    rng = np.random.default_rng(list(seed))
    if cell.kind == "respondent":
        claims = _respondent(RESPONDENTS[cell.truth](given.setting(occasions), rng), given)
    elif cell.kind == "pair":
        first, second = PAIRS[cell.truth](given.setting(occasions), rng)
        claims = _pair(first, second, given)
    else:
        claims = _rows(cell, given, n=n, construct=construct, rng=rng, rules=rules)
    standings = {name: _standing(claim, given, rules) for name, claim in claims.items()}
    return {name: standing for name, standing in standings.items() if standing is not None}


def _standing(claim: Claim, given: Measure, rules: Rules | None) -> Standing | None:
    if rules is None:
        return claim.standing
    return standing_by(rules, claim, span=given.people.high - given.people.low)


def _answers(sheets: Sheets, given: Measure) -> Answers:
    return Answers(
        sheets.values,
        sheets.reversed_scale,
        sheets.opposed,
        low=given.people.low,
        high=given.people.high,
    )


def _respondent(sheets: Sheets, given: Measure) -> dict[str, Claim]:
    answers = _answers(sheets, given)
    gate = has_profile(answers, draws=DRAWS)
    claims = {"describe": Claim("describe", gate.criteria[:2]), "profile": gate}
    homes: list[tuple[Resolution, Sequence[str | None]]] = [
        ("rank_scales", given.scales),
        ("rank_composites", given.composites),
    ]
    for name, of in homes:
        if len(set(of) - {None}) > 1:
            claims[name] = rank(
                answers, of, keys=given.keys, norms=given.norms, resolution=name, draws=DRAWS
            ).claim
    return claims


def _pair(first: Sheets, second: Sheets, given: Measure) -> dict[str, Claim]:
    a, b = (_answers(one, given) for one in (first, second))
    result = differences(a, b, given.scales, keys=given.keys, draws=DRAWS)
    claims = {c.id: c for c in (result.comparable, result.scores_differ, result.values_differ)}
    if any(given.composites):
        wide = differences(a, b, given.composites, keys=given.keys, draws=DRAWS).values_differ
        claims["values_differ, composites"] = wide
    return claims


def _rows(
    cell: Cell,
    given: Measure,
    *,
    n: int,
    construct: str,
    rng: np.random.Generator,
    rules: Rules | None,
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
    claims = {"structure": pattern}
    if construct:
        claims["latent_means"] = pattern
        if (
            _standing(pattern, given, rules) == "permitted"
        ):  # else the claim is lost and no ladder is needed
            frame = pd.DataFrame(x, columns=list(given.items))
            names = [given.items[k] for k in given.ground(construct).targets]
            mine = latent_means(given.models[construct], frame[names], given.population.of(names))
            claims["latent_means"] = Claim(
                "latent_means", (*pattern.criteria, *mine.claim.criteria)
            )
    return claims
