"""Whatever data or argument a user brings: a result, a flag, or an error that says what to do.

Every public statistic on every hostile frame, and every keyword with values of the wrong kind.
A raw exception, a number that is silently not finite, or a call that does not end is a fault.
"""

from __future__ import annotations

import inspect
import os
from typing import get_args

import bad_arguments
import public_calls
import pytest
from hostile_frames import good_rows, hostile
from outcomes import not_finite, outcome

import valuealign as va
from valuealign.expected import ANYTHING, Named, resolve

pytestmark = pytest.mark.slow
ROWS = good_rows(public_calls.NAMES)
BASES = {
    "ITEMS": ROWS,
    "MODELS": ROWS,
    "LONG": ROWS,
    "BOTH_WAYS": good_rows(public_calls.NAMES, 200, both_ways=True),
    "PEOPLE": good_rows(public_calls.PVQ),
}
CALLS = [(room, name) for room in BASES for name in getattr(public_calls, room)]
SLOW = {
    "alignment",
    "circumplex",
    "compare",
    "factor_number",
    "invariance",
    "invariance_with_people",
    "method_factor",
    "omega, groups",
    "response_style",
    "response_style, instrument",
    "verdict",
}
"""Calls of a second or so: on one frame of each kind, or on all with SWEEP_ALL=1."""
NO_DATA = {
    "add_population",
    "administer",
    "contamination",
    "freeze_study",
    "invariance_design",
    "list_instruments",
    "list_populations",
    "check_study",
    "list_stimuli",
    "list_studies",
    "load_stimuli",
    "mixed_power",
    "load_answers",
    "load_instrument",
    "load_norms",
    "load_personas",
    "load_population",
    "load_rules",
    "load_study",
    "operating_characteristics",
    "rater_quality",
    "paired_ratings",
    "ratings",
    "ratings_needed",
    "read",
    "read_population",
    "replies",
    "responses",
    "run_study",
    "spearman_brown",
    "write_population",
    "write_report",
}
"""Public functions that take no frame of responses."""


@pytest.mark.parametrize(("room", "name"), CALLS, ids=[name for _, name in CALLS])
def test_hostile_data_end_in_a_result_a_flag_or_a_domain_error(room, name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    call = getattr(public_calls, room)[name]
    known = frozenset(not_finite(call(BASES[room].copy())))
    few = name in SLOW and not os.environ.get("SWEEP_ALL")
    frames = hostile(BASES[room], few=few)
    outcomes = {what: outcome(lambda d=data: call(d), known) for what, data in frames}
    assert outcomes["good"].kind == "result"
    assert {what: o for what, o in outcomes.items() if o.fault} == {}


@pytest.mark.parametrize("name", bad_arguments.CALLS)
def test_arguments_of_the_wrong_kind_end_in_a_domain_error(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VALUEALIGN_STORE", str(tmp_path / "store.db"))
    faults = {}
    for argument, call in bad_arguments.wrong_arguments(name):
        came = outcome(call)
        if came.kind in {"raw", "hang"}:
            faults[argument] = came
    assert faults == {}


def test_every_public_function_is_in_the_sweep_and_checks_its_arguments():
    swept = {name.split(",")[0] for _, name in CALLS} | set(bad_arguments.CALLS)
    functions = [n for n in va.__all__ if inspect.isfunction(getattr(va, n))]
    assert not [n for n in functions if n not in swept | NO_DATA]
    assert not [n for n in functions if not hasattr(getattr(va, n), "__wrapped__")]


def test_annotations_name_classes_or_can_be_resolved():
    """A name that is imported for type checking only is compared by class name, so it is one."""
    classes = {"DataFrame", "Series", "Responses", "Population", "Instrument", "Moments", "Fit"}
    names = set()
    for function in (inspect.unwrap(getattr(va, n)) for n in va.__all__):
        if inspect.isfunction(function):
            for hint in resolve(function, inspect.signature(function)).values():
                names |= set(_unresolved(hint))
    assert names <= classes | ANYTHING


def _unresolved(hint):
    if isinstance(hint, Named):
        yield from hint.names
    for part in get_args(hint):
        yield from _unresolved(part)


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        (lambda: 1.0, "result"),
        (lambda: float("nan"), "silent"),
        (lambda: {"a": float("inf"), "flags": "why"}, "silent"),
        (lambda: {}["a"], "raw"),
        (lambda: va.alpha([[1.0, 2.0]]), "refused"),
    ],
)
def test_the_sweep_tells_outcomes_apart(call, kind):
    assert outcome(call).kind == kind
