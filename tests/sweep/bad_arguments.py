"""Every keyword of every public statistic, with values of the wrong kind."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pandas as pd
from hostile_frames import good_rows
from public_calls import DIRECTED, GROUPS, NAMES, SIXTHS, TARGET, TWO, _long, good_fit

import valuealign as va

WRONG: dict[str, Any] = {
    "'2'": "2",
    "'direction'": "direction",
    "-1": -1,
    "0": 0,
    "2.5": 2.5,
    "NaN": float("nan"),
    "infinity": float("inf"),
    "None": None,
    "True": True,
    "an empty list": [],
    "a list": ["direction", 2],
    "an empty mapping": {},
    "a mapping": {"direction": "2"},
    "an object": object(),
    "a frame": pd.DataFrame({"a": [1.0]}),
}
SKIPPED = {"progress", "backend", "workers", "say", "display", "options"}
"""Callables and the places where work is done; no model is the bundled one, which is slow."""

ROWS = good_rows(NAMES)
CALLS: dict[str, tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]] = {
    "alpha": (va.alpha, (ROWS,), {"bootstrap": 5}),
    "guttman": (va.guttman, (ROWS,), {}),
    "kr20": (va.kr20, ((ROWS > 3).astype(float),), {}),
    "spearman_brown": (va.spearman_brown, (0.5,), {}),
    "icc": (va.icc, (ROWS,), {}),
    "omega": (va.omega, (ROWS, 2), {"bootstrap": 2}),
    "adequacy": (va.adequacy, (ROWS,), {}),
    "parallel_analysis": (va.parallel_analysis, (ROWS,), {"draws": 3}),
    "factor_number": (va.factor_number, (ROWS,), {"draws": 3, "most": 2}),
    "efa": (va.efa, (ROWS, 2), {"starts": 3}),
    "polychoric": (va.polychoric, (ROWS,), {}),
    "congruence": (va.congruence, (TARGET, TARGET), {}),
    "congruence_interval": (va.congruence_interval, (ROWS, TARGET), {"draws": 3}),
    "procrustes": (va.procrustes, (TARGET, TARGET), {}),
    "collapse_categories": (va.collapse_categories, (ROWS, NAMES), {"at_least": 2}),
    "directional_share": (va.directional_share, (ROWS, DIRECTED), {"draws": 3}),
    "method_factor": (va.method_factor, (ROWS, GROUPS, {"x2": -1}), {}),
    "mtmm": (va.mtmm, (ROWS, ROWS + 1), {"draws": 3}),
    "htmt": (va.htmt, (TWO, ROWS), {}),
    "generalizability": (va.generalizability, (_long(ROWS),), {}),
    "agreement": (va.agreement, (ROWS,), {"kind": "ordinal", "bootstrap": 3}),
    "judgement": (
        va.judgement,
        (pd.DataFrame({"truth": [0, 1] * 20, "p": [0.2, 0.7, 0.6, 0.4] * 10}),),
        {"truth": "truth", "prediction": "p"},
    ),
    "corrected": (
        va.corrected,
        (pd.DataFrame({"judge": [0.0, 1, 2, 4] * 10, "people": [1.0, 2, None, None] * 10}),),
        {"judge": "judge", "people": "people"},
    ),
    "ratings_needed": (
        va.ratings_needed,
        (0.3,),
        {"total": 100, "sd": 1.0, "correlation": 0.5},
    ),
    "overlap": (
        va.overlap,
        (pd.DataFrame({"t": ["a b", "c d"], "r": ["a c", "c d"]}),),
        {"text": "t", "reference": "r"},
    ),
    "stability": (va.stability, (_long(ROWS),), {"unit": "person", "variant": "item"}),
    "mixed": (va.mixed, ("value ~ form + (1 | model)", _long(ROWS)), {}),
    "marginal": (
        va.marginal,
        ("value ~ form", _long(ROWS)),
        {"cluster": "person", "family": "gaussian"},
    ),
    "response_style": (va.response_style, (_long(ROWS),), {"factors": ["form"], "scale": (1, 6)}),
    "Moments": (va.Moments, (ROWS.cov().to_numpy(),), {"n": 120, "names": NAMES}),
    "cfa": (va.cfa, (TWO, ROWS), {}),
    "sem": (va.sem, (TWO, ROWS), {}),
    "invariance": (
        va.invariance,
        (TWO, ROWS.assign(grp=["a", "b"] * 60)),
        {"group": "grp", "levels": ("configural",)},
    ),
    "bootstrap": (va.bootstrap, (good_fit(), 2), {"seed": 1}),
    "simulate": (va.simulate, (good_fit(), 2), {"seed": 1}),
    "shrunken": (va.shrunken, (good_fit(),), {}),
    "modification_indices": (va.modification_indices, (good_fit(),), {}),
    "factor_scores": (va.factor_scores, (good_fit(),), {}),
    "composite_reliability": (va.composite_reliability, (good_fit(),), {}),
    "maximal_reliability": (va.maximal_reliability, (good_fit(),), {}),
    "second_order_reliability": (va.second_order_reliability, (good_fit(), "f"), {}),
    "score_tests": (va.score_tests, (good_fit("groups"),), {}),
    "alignment": (va.alignment, (good_fit("groups"),), {}),
    "lr_test": (va.lr_test, (good_fit("one"), good_fit()), {}),
    "proper": (va.proper, (good_fit(),), {}),
    "anchor_check": (va.anchor_check, (ROWS, pd.Series(["x1", "x2"] * 60)), {}),
    "predict_choices": (
        va.predict_choices,
        (
            pd.DataFrame({"dilemma": [1, 2], "first": "x1", "second": "x2", "chosen": "x1"}),
            ROWS.iloc[0],
        ),
        {"draws": 5},
    ),
    "order_likelihood": (va.order_likelihood, ([1.0, 2.0], [[0.5, 1, 2] * 4] * 2), {}),
    "score": (va.score, (good_rows([f"pvq{k:02d}" for k in range(1, 22)]), "pvq-21"), {}),
    "reliability": (
        va.reliability,
        (good_rows([f"pvq{k:02d}" for k in range(1, 22)]), "pvq-21"),
        {},
    ),
    "circumplex": (
        va.circumplex,
        (good_rows([f"pvq{k:02d}" for k in range(1, 22)]), "pvq-21"),
        {"starts": 2, "draws": 20},
    ),
    "verdict": (va.verdict, (good_rows([f"pvq{k:02d}" for k in range(1, 22)]), "pvq-21"), {}),
    "administer": (va.administer, ("pvq-21", "sim:human"), {}),
    "sample_personas": (va.sample_personas, ({"sex": {"man": 0.5, "woman": 0.5}}, 3), {}),
    "raking_weights": (va.raking_weights, (ROWS, SIXTHS), {}),
    "load_instrument": (va.load_instrument, ("pvq-21",), {}),
    "load_population": (va.load_population, ("pvq21-de-ess9",), {}),
    "load_norms": (va.load_norms, ("pvq21-europe",), {}),
    "load_stimuli": (va.load_stimuli, ("x",), {}),
    "load_study": (va.load_study, ("x",), {}),
    "load_answers": (va.load_answers, ("x",), {}),
    "freeze_study": (va.freeze_study, ("x", "x.json"), {}),
    "replies": (va.replies, ("x.db",), {"instrument": "leas"}),
    "ratings": (va.ratings, ("x.db", "leas-levels"), {}),
    "paired_ratings": (va.paired_ratings, ("x.db", "leas-levels"), {"judge": "rule:a"}),
    "rater_quality": (va.rater_quality, ("x.db", "leas-levels"), {}),
    "changes": (va.changes, (ROWS, ROWS), {}),
    "load_rules": (va.load_rules, (None,), {}),
    "load_personas": (va.load_personas, ("x.csv",), {}),
    "list_populations": (va.list_populations, (), {}),
}


def wrong_arguments(name: str) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Yield each argument with its value, and the call."""
    function, places, options = CALLS[name]
    parameters = inspect.signature(function).parameters
    named = dict(zip(parameters, places, strict=False)) | options
    for parameter in parameters.values():
        if parameter.name in SKIPPED or (name, parameter.name) == ("administer", "model"):
            continue
        for label, value in WRONG.items():
            keywords = named | {parameter.name: value}
            yield f"{parameter.name}={label}", partial(function, **keywords)
