"""Every public function takes the frames of other libraries, and refuses what is no frame.

A stand-in plays a frame of another library: it has columns and ``to_pandas``, and nothing else of
pandas. Where polars is installed, its frames go the same way.
"""

from __future__ import annotations

import inspect
import re

import numpy as np
import pandas as pd
import pytest

import valuealign as va
from valuealign.errors import DataError, ValuealignError
from valuealign.frames import as_pandas, frame_of, responses_frame

PVQ = va.load_instrument("pvq-21")
DILEMMAS = va.load_instrument("value-dilemmas")
RNG = np.random.default_rng(3)
F = RNG.normal(size=(150, 2))
CODES = np.repeat(F, 4, axis=1) + 0.8 * RNG.normal(size=(150, 8)) + 3.5
X = pd.DataFrame(CODES.round().clip(1, 6), columns=[f"x{k}" for k in range(8)])
GROUPED = X.assign(g=["a", "b"] * 75)
LONG = X.assign(person=range(150)).melt("person", var_name="item", value_name="value")
MODEL = "f =~ x0 + x1 + x2 + x3\ng_ =~ x4 + x5 + x6 + x7"
GROWTH = "i =~ 1*x0 + 1*x1 + 1*x2\ns =~ 0*x0 + 1*x1 + 2*x2"
LOADINGS = pd.DataFrame(np.kron(np.eye(2), np.ones((4, 1))), columns=["a", "b"])
M = va.load_population("pvq21-de-ess9").moments
VALUES = pd.DataFrame(
    RNG.multivariate_normal(M.mean, M.covariance, 120, method="cholesky").round().clip(1, 6),
    columns=list(M.names),
)
PERSONAS = VALUES.iloc[:40].assign(
    model="one", persona=[f"p{k}" for k in range(40)], persona_sex=["female", "male"] * 20
)
CHOSEN = pd.DataFrame(
    {
        "model": "one",
        "persona": None,
        "dilemma": ["d1", "d2", "d3"],
        "first": "SD",
        "second": "PO",
        "chosen": ["SD", "SD", "PO"],
    }
)
SCORES = pd.DataFrame({"model": ["one"], "persona": [None], "SD": [5.0], "PO": [2.0]})
ANSWERED = pd.DataFrame(
    {
        "model": "one",
        "persona": None,
        "form": "f",
        "occasion": 1,
        "instrument": "value-dilemmas",
        "item_id": [item.id for item in DILEMMAS.items],
        "value": 1.0,
    }
)
STYLE = LONG.assign(model="one", form="f", occasion=1)
PEOPLE = pd.DataFrame({"sex": ["female", "male"] * 20})
SEXES = {"female": "pvq21-de-ess9-women", "male": "pvq21-de-ess9-men"}

TAKES = {
    "adequacy": (va.adequacy, X),
    "alpha": (va.alpha, X),
    "anchor_check": (
        lambda d: va.anchor_check(d, pd.Series(["SD", "PO"] * 60)),
        va.score(VALUES, PVQ)[["SD", "PO"]],
    ),
    "cfa": (lambda d: va.cfa(MODEL, d).parameters, X),
    "choice_accuracy": (lambda d: va.choice_accuracy(d, SCORES, draws=9), CHOSEN),
    "choices": (lambda d: va.choices(d, DILEMMAS), ANSWERED),
    "circumplex": (lambda d: va.circumplex(d, PVQ, starts=1, draws=9).table, VALUES),
    "corrected": (
        lambda d: va.corrected(d, judge="judge", people="people").table,
        pd.DataFrame({"judge": X["x0"], "people": X["x1"].where(X.index < 60)}),
    ),
    "marginal": (
        lambda d: va.marginal("value ~ item", d, cluster="person", family="gaussian").fixed,
        LONG[LONG["item"].isin(["x0", "x1"])],
    ),
    "collapse_categories": (lambda d: va.collapse_categories(d, ["x0"]).data, X),
    "compare": (lambda d: va.compare(d, "pvq21-de-ess9", draws=9).scales, VALUES),
    "congruence": (lambda d: va.congruence(d, LOADINGS), LOADINGS),
    "congruence_interval": (lambda d: va.congruence_interval(d, LOADINGS, draws=9), X),
    "directional_share": (
        lambda d: va.directional_share(d, {"s": {"x0": 1, "x1": -1}}, draws=5),
        X,
    ),
    "efa": (lambda d: va.efa(d, 2).loadings, X),
    "factor_number": (lambda d: va.factor_number(d, draws=10, most=2).table, X),
    "generalizability": (lambda d: va.generalizability(d, "person", ["item"]).components, LONG),
    "group_differences": (
        lambda d: va.group_differences(d, PVQ, by="sex", people=SEXES, draws=9).scales,
        PERSONAS,
    ),
    "growth": (lambda d: va.growth(GROWTH, d).parameters, X),
    "guttman": (va.guttman, X),
    "htmt": (lambda d: va.htmt(MODEL, d), X),
    "agreement": (lambda d: va.agreement(d, kind="interval").table, X),
    "icc": (va.icc, X),
    "judgement": (
        lambda d: va.judgement(d, truth="truth", prediction="p", positive="yes").table,
        pd.DataFrame({"truth": ["yes", "yes", "no", "no"] * 5, "p": [0.9, 0.6, 0.7, 0.1] * 5}),
    ),
    "overlap": (
        lambda d: va.overlap(d, text="t", reference="r").scores,
        pd.DataFrame({"t": ["a b c d", "e f"], "r": ["a b x d", "e f"]}),
    ),
    "stability": (
        lambda d: va.stability(d, unit="item", variant="order").units,
        pd.DataFrame({"item": [*"aabb"], "order": [1, 2, 1, 2], "value": ["y", "n", "n", "n"]}),
    ),
    "mixed": (lambda d: va.mixed("value ~ item + (1 | person)", d).fixed, LONG),
    "invariance": (
        lambda d: va.invariance(MODEL, d, group="g", levels=["configural", "metric"]).table,
        GROUPED,
    ),
    "invariance_with_people": (
        lambda d: va.invariance_with_people(d, "pvq21-de-ess9", unit="personas", draws=5).table,
        VALUES,
    ),
    "kr20": (va.kr20, (X > 3).astype(float)),
    "method_factor": (
        lambda d: va.method_factor(d, {"a": list(X)}, {"x1": -1, "x5": -1}).variance,
        X,
    ),
    "mtmm": (lambda d: va.mtmm(d, X[["x0", "x4"]], draws=9).gap, X[["x0", "x4"]]),
    "omega": (lambda d: va.omega(d, 2).loadings, X),
    "parallel_analysis": (lambda d: va.parallel_analysis(d, draws=5).table, X),
    "polychoric": (lambda d: va.polychoric(d).correlations, X),
    "predict_choices": (
        lambda d: va.predict_choices(d, pd.Series({"SD": 5.0, "PO": 2.0}), draws=9).accuracy,
        CHOSEN,
    ),
    "procrustes": (lambda d: va.procrustes(d, LOADINGS).rotated, LOADINGS),
    "raking_weights": (
        lambda d: va.raking_weights(d, {"sex": {"female": 0.4, "male": 0.6}}),
        PEOPLE,
    ),
    "reliability": (lambda d: va.reliability(d, PVQ).table, VALUES),
    "response_style": (lambda d: va.response_style(d, scale=(1, 6)).indices, STYLE),
    "sample_personas": (lambda d: [p.text for p in va.sample_personas(d, 4)], PEOPLE),
    "score": (lambda d: va.score(d, PVQ), VALUES),
    "sem": (lambda d: va.sem(MODEL, d).parameters, X),
    "verdict": (lambda d: va.verdict(d, PVQ).table, VALUES),
}
"""Public name -> a call that takes a frame, and the frame."""
RESPONSES_ONLY = {"changes", "write_report"}
ELSEWHERE = {"read_population", "as_responses"}
"""Functions whose frames have tests of their own."""
FOLDERS = {"check_study"}
"""Functions whose data are a folder."""


class Other:
    """A frame of another library."""

    def __init__(self, frame: pd.DataFrame, *, pyarrow: bool = True) -> None:
        self._frame, self._pyarrow = frame, pyarrow

    @property
    def columns(self) -> list[str]:
        return list(self._frame.columns)

    def __getitem__(self, name: str) -> pd.Series:
        return self._frame[name]

    def to_pandas(self) -> pd.DataFrame:
        if not self._pyarrow:
            raise ModuleNotFoundError("pyarrow")
        return self._frame.reset_index(drop=True)


class Lazy:
    """A frame that is not computed yet."""

    columns = ("x0",)

    def collect(self) -> None:
        """Compute it."""


def polars(frame):
    """The frame in polars, where that is installed."""
    return pytest.importorskip("polars").from_pandas(frame.reset_index(drop=True))


def same(found, expected):
    """Compare frames, arrays and plain values."""
    if isinstance(expected, pd.DataFrame):
        found, expected = (one.astype(object).where(one.notna(), None) for one in (found, expected))
        pd.testing.assert_frame_equal(found, expected, check_column_type=False)
    elif isinstance(expected, np.ndarray | float):
        np.testing.assert_array_equal(found, expected)
    elif isinstance(expected, list):
        assert found == expected
    else:
        assert str(found) == str(expected)


@pytest.mark.parametrize("name", TAKES)
@pytest.mark.parametrize("library", [Other, polars])
def test_a_frame_of_another_library_gives_what_pandas_gives(name, library):
    call, frame = TAKES[name]
    same(call(library(frame)), call(frame))


@pytest.mark.parametrize("name", TAKES)
@pytest.mark.parametrize(
    "given",
    [None, "people.csv", ["agree", "disagree"], 5, {"x0": [1, 2]}, Lazy(), pd.DataFrame],
    ids=["None", "text", "a list", "a number", "a mapping", "a lazy frame", "a class"],
)
def test_what_is_no_frame_gets_a_sentence(name, given):
    if (name, given) == ("compare", "people.csv"):
        return  # a name or a file of a population
    with pytest.raises(ValuealignError) as error:
        TAKES[name][0](given)
    assert len(str(error.value)) > 20


def takes_a_frame(function):
    """Whether its signature says so."""
    first = [str(p) for p in inspect.signature(function).parameters.values()][:2]
    return any(
        re.match(r"(data|long|wide|responses)\b|.*(DataFrame|Data\b|Responses)", p) for p in first
    )


def test_every_public_function_that_takes_a_frame_is_tried():
    functions = {name: getattr(va, name) for name in va.__all__}
    taking = {n for n, f in functions.items() if inspect.isfunction(f) and takes_a_frame(f)}
    assert {"alpha", "cfa", "score", "mtmm"} <= taking
    assert taking <= TAKES.keys() | RESPONSES_ONLY | ELSEWHERE | FOLDERS


def test_a_report_is_of_responses(tmp_path):
    for given in (None, X, ["a"]):
        with pytest.raises(DataError, match="expected a Responses"):
            va.write_report(given, tmp_path / "r.html")


def test_groups_may_be_frames_of_another_library_and_a_wrong_one_is_named():
    expected = va.cfa(MODEL, {"a": X[:75], "b": X[75:]}).parameters
    same(va.cfa(MODEL, {"a": Other(X[:75]), "b": X[75:]}).parameters, expected)
    with pytest.raises(DataError, match="group 'b': found None"):
        va.cfa(MODEL, {"a": X[:75], "b": None})


def test_without_pyarrow_columns_are_taken_one_by_one():
    pd.testing.assert_frame_equal(as_pandas(Other(X, pyarrow=False)), X)


def test_arrow_tables_are_taken():
    pyarrow = pytest.importorskip("pyarrow")
    table = pyarrow.Table.from_pandas(X)
    pd.testing.assert_frame_equal(frame_of(table), X)
    pd.testing.assert_frame_equal(frame_of(table.to_reader()), X)


def test_missing_answers_of_another_library_are_missing():
    pl = pytest.importorskip("polars")
    found = frame_of(pl.DataFrame({"a": [1, None, 3], "b": ["x", None, "z"]}))
    assert found["a"].isna().tolist() == [False, True, False]
    assert found["b"].isna().tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (None, "the data: found None; expected a frame of pandas or polars"),
        ("people.csv", "found the text 'people.csv' (a file is read first"),
        ([1], "found a list"),
        (5, "found an int"),
        (np.eye(2), "found an ndarray, whose columns have no names"),
        ({"a": [1]}, "found a mapping"),
        (pd.Series([1]), "found a Series"),
        (Lazy(), "lazy Lazy, which holds no rows yet; call its collect()"),
    ],
)
def test_the_sentence_says_what_was_found(given, words):
    with pytest.raises(DataError) as error:
        frame_of(given)
    assert words in str(error.value)
    for shape in ("wide", "long"):
        with pytest.raises(DataError, match=r"expected responses|lazy"):
            responses_frame(given, shape)


def test_a_column_named_wide_is_a_column():
    frame = pd.DataFrame({"wide": [1], "long": [2]})
    assert responses_frame(frame, "wide") is frame
    assert responses_frame(frame, "long") is frame
