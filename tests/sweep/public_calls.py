"""Every public function that takes data, as a user calls it on a frame of responses.

A call takes the data as they come. Where a function wants another layout (long responses, two
frames), the call makes it from a frame and passes anything else on as it is.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np
import pandas as pd
from hostile_frames import good_rows

import valuealign as va

NAMES = ["x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8"]
PVQ = [f"pvq{k:02d}" for k in range(1, 22)]
TWO = "f =~ x1 + x2 + x3 + x4\nh =~ x5 + x6 + x7 + x8"
ONE = "f =~ x1 + x2 + x3 + x4"
SIXTHS = {"x1": {f"{k}-{k}": 1 / 6 for k in range(1, 7)}}
GROUPS = {"a": NAMES[:4], "b": NAMES[4:]}
TARGET = np.kron(np.eye(2), np.full((4, 1), 0.8))
DIRECTED = {"f": {"x1": 1, "x2": 1, "x3": -1, "x4": -1}, "h": {"x5": 1, "x6": -1, "x7": 1}}


def _as_texts(long: Any) -> Any:
    """Responses as texts, where they are a frame with responses."""
    if not isinstance(long, pd.DataFrame) or "value" not in long:
        return long
    return long.assign(text=long["value"].astype(str))


def _judged(long: Any) -> Any:
    """Responses with a truth of two values, where they are a frame with persons."""
    if not isinstance(long, pd.DataFrame) or "person" not in long:
        return long
    return long.assign(truth=long["person"] % 2)


def _part_rated(long: Any) -> Any:
    """Responses of which people rated a part, where they are a frame with persons."""
    if not isinstance(long, pd.DataFrame) or "person" not in long:
        return long
    return long.assign(people=long["value"].where(long["person"] % 3 == 0))


def _long(data: Any, **design: Any) -> Any:
    """One row a response, where the data are a frame with one name a column."""
    if not isinstance(data, pd.DataFrame):
        return data
    parts = [
        pd.DataFrame({"item": str(name), "value": data.iloc[:, k].reset_index(drop=True)})
        for k, name in enumerate(data.columns)
    ]
    if not parts:
        return data
    long = pd.concat(parts, ignore_index=True)
    row = np.tile(np.arange(len(data)), len(parts))
    return long.assign(model=row % 6, form=(row // 6) % 5, person=row, **design)


def _grouped(data: Any) -> Any:
    if not isinstance(data, pd.DataFrame) or isinstance(data.columns, pd.MultiIndex):
        return data
    return data.assign(grp=np.where(np.arange(len(data)) % 2, "a", "b"))


def _halved(data: Any) -> Any:
    if hasattr(data, "to_dicts"):  # polars
        return type(data)(_halved(pd.DataFrame(data.to_dicts())).to_dict("list"))
    if not isinstance(data, pd.DataFrame):
        return data
    try:
        return (data > 3).astype(float).where(data.notna())
    except (TypeError, ValueError):  # nothing that can be compared with 3
        return data


def _columns(data: Any) -> list[str]:
    return [str(c) for c in getattr(data, "columns", NAMES)]


def _covariance(data: Any) -> Any:
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return data.cov() if isinstance(data, pd.DataFrame) else data
    except (TypeError, ValueError, OverflowError):
        return data


def _anchors(data: Any) -> Any:
    if not isinstance(data, pd.DataFrame) or not data.shape[1]:
        return pd.Series(["x1", "x2"])
    names = [str(c) for c in data.columns[:2]]
    labels = np.resize(names, len(data))
    return pd.Series(labels, index=data.index, dtype=object)


def _chosen(data: Any) -> Any:
    if not isinstance(data, pd.DataFrame) or data.shape[1] < 2:
        return data
    return pd.DataFrame(
        {
            "dilemma": range(len(data)),
            "first": "x1",
            "second": "x2",
            "chosen": np.where(np.arange(len(data)) % 3, "x1", "x2"),
        }
    )


def _dilemmas(data: Any) -> Any:
    if not isinstance(data, pd.DataFrame) or not data.shape[1]:
        return data
    items = [f"vd{k % 30 + 1:02d}" for k in range(len(data))]
    design = {"instrument": "value-dilemmas", "model": "m", "persona": "p", "form": "f"}
    value = data.iloc[:, 1 if data.shape[1] > 1 else 0].to_numpy()
    return pd.DataFrame({"item_id": items, "value": value}).assign(occasion=1, **design)


def _profile(data: Any) -> Any:
    return data.iloc[0] if isinstance(data, pd.DataFrame) and len(data) else data


@cache
def good_fit(kind: str = "plain") -> Any:
    """Return a fit of the good frame."""
    rows = good_rows(NAMES, 200)
    if kind == "groups":
        return va.cfa(TWO, _grouped(rows), group="grp", group_equal="loadings")
    return va.cfa(TWO if kind == "plain" else ONE, rows)


def _fitted(function: Callable[[Any], Any], data: Any) -> Any:
    return function(va.cfa(TWO, data))


Call = Callable[[Any], Any]

ITEMS: dict[str, Call] = {
    "agreement": lambda d: va.agreement(d, kind="interval"),
    "agreement, nominal": va.agreement,
    "alpha": va.alpha,
    "alpha, bootstrap": lambda d: va.alpha(d, bootstrap=20),
    "alpha, keyed": lambda d: va.alpha(d, items=NAMES, keyed={"x2": -1}),
    "guttman": va.guttman,
    "kr20": lambda d: va.kr20(_halved(d)),
    "icc": va.icc,
    "omega": lambda d: va.omega(d, 2),
    "omega, one factor": lambda d: va.omega(d, 1, bootstrap=3),
    "adequacy": va.adequacy,
    "parallel_analysis": lambda d: va.parallel_analysis(d, draws=3),
    "parallel_analysis, components": lambda d: va.parallel_analysis(d, draws=3, basis="components"),
    "parallel_analysis, permutation": lambda d: va.parallel_analysis(
        d, draws=3, kind="permutation"
    ),
    "parallel_analysis, polychoric": lambda d: va.parallel_analysis(d, draws=2, kind="polychoric"),
    "factor_number": lambda d: va.factor_number(d, draws=1, most=1),
    "efa, minres": lambda d: va.efa(d, 2, starts=3),
    "efa, ml": lambda d: va.efa(d, 2, method="ml", rotation="varimax", starts=3),
    "efa, pa": lambda d: va.efa(d, 1, method="pa", starts=3),
    "efa, target": lambda d: va.efa(d, 2, rotation="target", target=TARGET, starts=3),
    "polychoric": va.polychoric,
    "polychoric, listwise": lambda d: va.polychoric(d, missing="listwise"),
    "congruence": lambda d: va.congruence(d, d),
    "congruence_interval": lambda d: va.congruence_interval(d, TARGET, draws=3),
    "procrustes": lambda d: va.procrustes(d, d, scale=True, shift=True),
    "collapse_categories": lambda d: va.collapse_categories(d, NAMES, at_least=2),
    "directional_share": lambda d: va.directional_share(d, DIRECTED, draws=5),
    "mtmm": lambda d: va.mtmm(d, d, draws=5),
    "anchor_check": lambda d: va.anchor_check(d, _anchors(d)),
    "predict_choices": lambda d: va.predict_choices(_chosen(d), _profile(d), draws=5),
    "order_likelihood": lambda d: va.order_likelihood(
        d.iloc[:, 0] if isinstance(d, pd.DataFrame) and d.shape[1] else d,
        pd.concat([d, d], axis=1) if isinstance(d, pd.DataFrame) else d,
    ),
    "htmt": lambda d: va.htmt(TWO, d),
    "htmt, arithmetic": lambda d: va.htmt(TWO, d, geometric=False),
    "Moments": lambda d: va.Moments(_covariance(d), n=100, names=_columns(d)),
    "raking_weights": lambda d: va.raking_weights(d, SIXTHS),
    "sample_personas": lambda d: va.sample_personas(d, 3),
}

BOTH_WAYS: dict[str, Call] = {
    "omega, groups": lambda d: va.omega(d, groups=GROUPS),
    "method_factor": lambda d: va.method_factor(d, GROUPS, dict.fromkeys(NAMES[1::2], -1)),
}
"""On items keyed both ways."""

MODELS: dict[str, Call] = {
    "cfa": lambda d: va.cfa(TWO, d),
    "cfa, groups": lambda d: va.cfa(TWO, _grouped(d), group="grp", group_equal="loadings"),
    "cfa, MLR": lambda d: va.cfa(ONE, d, estimator="MLR"),
    "cfa, fiml": lambda d: va.cfa(ONE, d, missing="fiml"),
    "cfa, ordered": lambda d: va.cfa(ONE, d, ordered=True),
    "cfa, ULS": lambda d: va.cfa(ONE, d, estimator="ULS"),
    "sem": lambda d: va.sem("f =~ x1 + x2 + x3\nf ~ x4 + x5", d),
    "growth": lambda d: va.growth(
        "i =~ 1*x1 + 1*x2 + 1*x3 + 1*x4\ns =~ 0*x1 + 1*x2 + 2*x3 + 3*x4", d
    ),
    "invariance": lambda d: va.invariance(
        ONE, _grouped(d), group="grp", levels=("configural", "metric")
    ),
    "alignment": lambda d: va.alignment(
        va.cfa(ONE, _grouped(d), group="grp", mean_structure=True, std_lv=True)
    ),
    "bootstrap": partial(_fitted, lambda fit: va.bootstrap(fit, 2, seed=1)),
    "simulate": partial(_fitted, lambda fit: va.simulate(fit, 2, seed=1)),
    "shrunken": partial(_fitted, va.shrunken),
    "modification_indices": partial(_fitted, va.modification_indices),
    "score_tests": lambda d: va.score_tests(va.cfa("f =~ x1 + a*x2 + a*x3 + x4", d)),
    "factor_scores": partial(_fitted, va.factor_scores),
    "composite_reliability": partial(_fitted, va.composite_reliability),
    "maximal_reliability": partial(_fitted, va.maximal_reliability),
    "second_order_reliability": lambda d: va.second_order_reliability(
        va.cfa("a =~ x1 + x2 + x3\nb =~ x4 + x5\nc =~ x6 + x7 + x8\ng =~ a + b + c", d), "g"
    ),
    "lr_test": lambda d: va.lr_test(va.cfa("f =~ 1*x1 + 1*x2 + 1*x3 + 1*x4", d), va.cfa(ONE, d)),
    "proper": partial(_fitted, va.proper),
}

LONG: dict[str, Call] = {
    "overlap": lambda d: va.overlap(_as_texts(_long(d)), text="text", reference="item"),
    "stability": lambda d: va.stability(_long(d), unit="person", variant="item", threshold=3),
    "corrected": lambda d: va.corrected(
        _part_rated(_long(d)), judge="value", people="people", by="form", cluster="person"
    ),
    "judgement": lambda d: va.judgement(_judged(_long(d)), truth="truth", prediction="value"),
    "agreement, long": lambda d: va.agreement(
        _long(d), kind="ordinal", unit="person", rater="item"
    ),
    "generalizability": lambda d: va.generalizability(_long(d)),
    "generalizability, fixed": lambda d: va.generalizability(_long(d), fixed=["item"]),
    "generalizability, ems": lambda d: va.generalizability(_long(d), method="ems"),
    "marginal": lambda d: va.marginal(
        "value ~ form", _long(d), cluster="person", family="gaussian"
    ),
    "mixed": lambda d: va.mixed("value ~ item + (1 | model) + (1 | model:item)", _long(d)),
    "mixed, ml": lambda d: va.mixed("value", _long(d), random=["model", "item"], method="ml"),
    "response_style": lambda d: va.response_style(_long(d), factors=["form"], scale=(1, 6)),
}

PEOPLE: dict[str, Call] = {
    "as_responses": lambda d: va.as_responses(d, "pvq-21", design={"model": "m"}),
    "score": lambda d: va.score(d, "pvq-21"),
    "score, centred": lambda d: va.score(d, "pvq-21", centre="mrat", bounds=True),
    "reliability": lambda d: va.reliability(d, "pvq-21"),
    "circumplex": lambda d: va.circumplex(d, "pvq-21", starts=1, draws=5, harmonics=1),
    "verdict": lambda d: va.verdict(d, "pvq-21"),
    "compare": lambda d: va.compare(
        d, "pvq21-de-ess9", instrument="pvq-21", unit="administrations", draws=5
    ),
    "invariance_with_people": lambda d: va.invariance_with_people(
        d, "pvq21-de-ess9", unit="administrations", instrument="pvq-21", draws=2
    ),
    "group_differences": lambda d: va.group_differences(
        d.assign(
            persona_sex=np.where(np.arange(len(d)) % 2, "women", "men"),
            model="m",
            persona=[f"p{k}" for k in range(len(d))],
        )
        if isinstance(d, pd.DataFrame) and not isinstance(d.columns, pd.MultiIndex)
        else d,
        "pvq-21",
        by="sex",
        draws=5,
        people={"women": "pvq21-de-ess9-women", "men": "pvq21-de-ess9-men"},
    ),
    "response_style, instrument": lambda d: va.response_style(_long(d), "pvq-21"),
    "choices": lambda d: va.choices(_dilemmas(d), "value-dilemmas"),
    "choice_accuracy": lambda d: va.choice_accuracy(
        _chosen(d).assign(model="m", persona="p").replace({"x1": "pvq01", "x2": "pvq02"})
        if isinstance(d, pd.DataFrame) and d.shape[1] > 1
        else d,
        d.assign(model="m", persona="p")
        if isinstance(d, pd.DataFrame) and not isinstance(d.columns, pd.MultiIndex)
        else d,
        draws=5,
    ),
}
