"""A call that does not match a signature gets an error that says what to write."""

from __future__ import annotations

import inspect

import pytest

import valuealign as va
from valuealign.calls import SYNONYMS
from valuealign.errors import ArgumentError

CALLS = {
    "an unknown name": (
        lambda: va.alpha([[1]], confidence=0.9),
        "alpha: there is no argument 'confidence'; did you mean 'level'?",
    ),
    "a misspelt name": (
        lambda: va.cfa("f =~ a", [[1]], estimater="ML"),
        "cfa: there is no argument 'estimater'; did you mean 'estimator'?",
    ),
    "a name like no other": (
        lambda: va.spearman_brown(0.5, zzz=1),
        "spearman_brown: there is no argument 'zzz'; expected r, length",
    ),
    "too many by place": (
        lambda: va.icc([[1]], 0.9),
        "icc: 2 arguments without a name; expected at most 1 (data); write level=...",
    ),
    "none are taken": (
        lambda: va.list_instruments(1),
        "list_instruments: 1 argument without a name; expected none",
    ),
    "one that is missing": (
        lambda: va.efa([[1]]),
        "efa: n_factors is missing; expected a whole number",
    ),
    "one by place and by name": (
        lambda: va.alpha([[1]], data=[[1]]),
        "alpha: data has two values, one by its place and one by its name",
    ),
    "a class of settings": (
        lambda: va.Sampling(temprature=1),
        "Sampling: there is no argument 'temprature'; did you mean 'temperature'?",
    ),
    "a form": (
        lambda: va.Form(oder="random"),
        "Form: there is no argument 'oder'; did you mean 'order'?",
    ),
    "a figure of another result": (
        lambda: va.plot.scree(va.load_instrument("pvq-21")),
        "scree: result is of type Instrument; expected a ParallelAnalysis",
    ),
    "an article before a vowel": (
        lambda: va.operating_characteristics(1.5),
        "operating_characteristics: instrument is 1.5; expected a text, or an Instrument",
    ),
    "an old name of an argument": (
        lambda: va.write_report(None, "report.html", say=print),
        "write_report: there is no argument 'say'; did you mean 'progress'?",
    ),
    "a value of another kind in a class": (
        lambda: va.Persona(id=3, text="You are a nurse."),
        "Persona: id is 3; expected a text",
    ),
}


@pytest.mark.parametrize(("call", "message"), CALLS.values(), ids=CALLS)
def test_a_wrong_call_says_what_to_write(call, message):
    with pytest.raises(ArgumentError) as raised:
        call()
    assert str(raised.value) == message


@pytest.mark.parametrize("name", va.stats.__all__)
def test_at_most_three_arguments_have_places_and_the_rest_have_names(name):
    parameters = inspect.signature(getattr(va.stats, name)).parameters.values()
    places = [p for p in parameters if p.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]
    assert len(places) <= 3


OURS = {"level", "draws", "bootstrap", "n", "replicates", "seed", "people", "population", "group"}
OURS |= {"by", "groups", "keyed", "keys", "n_factors", "sampling_weights", "weight", "workers"}
OURS |= {"data", "scores", "responses", "long", "frame", "target", "progress", "name_or_path"}
OURS |= {"name", "path", "reference", "factors"}
"""Of the names that mean nearly the same, those that public functions use."""


def parameters() -> list[tuple[str, inspect.Parameter]]:
    """Return every parameter of every public function."""
    functions = [(n, getattr(m, n)) for m in (va, va.stats, va.plot) for n in m.__all__]
    return [
        (name, parameter)
        for name, function in functions
        if inspect.isfunction(function)
        for parameter in inspect.signature(function).parameters.values()
    ]


def test_one_thing_has_one_name_in_every_signature():
    others = set().union(*SYNONYMS) - OURS
    assert {"confidence", "n_boot", "rng", "random_state", "df"} <= others
    assert not [(name, p.name) for name, p in parameters() if p.name in others]


def test_defaults_of_one_name_agree():
    assert {p.default for _, p in parameters() if p.name == "level"} == {0.95}
    assert {p.default for _, p in parameters() if p.name == "alpha"} == {0.05}
    seeds = {p.default for _, p in parameters() if p.name == "seed"}
    assert seeds == {0, 1, inspect.Parameter.empty}


def test_data_come_first_or_after_a_model():
    later = {
        name
        for name in va.stats.__all__
        for k, p in enumerate(inspect.signature(getattr(va.stats, name)).parameters)
        if p == "data" and k
    }
    assert later == {"cfa", "growth", "htmt", "invariance", "marginal", "mixed", "sem"}
