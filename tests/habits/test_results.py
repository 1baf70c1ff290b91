"""Results are built by keyword, and show themselves in a few lines and in a notebook."""

from __future__ import annotations

import copy
import importlib
import inspect
import pkgutil
import re
from dataclasses import fields, is_dataclass

import numpy as np
import pandas as pd
import pytest

import valuealign as va
from valuealign.suggestion import Suggesting

GIVEN = {"Instrument", "Moments", "Norms", "Persona", "Population", "Populations", "Responses"} | {
    "ReplySet",
    "StimulusSet",
}
"""Classes that functions return and that people pass to functions; they have reprs of their own."""
SETTINGS = {"Answers", "FrozenStudy", "Reading", "Rules", "Study"}
"""Returned, and read from a reply or a file."""


def returned_classes() -> dict[str, type]:
    """Return the classes of valuealign that the annotation of a public function names."""
    classes = {}
    for module in pkgutil.walk_packages(va.__path__, "valuealign."):
        if "migrations" not in module.name:
            for name, value in vars(importlib.import_module(module.name)).items():
                if inspect.isclass(value) and value.__module__ == module.name:
                    classes.setdefault(name, value)
    functions = [getattr(va, n) for n in va.__all__ if inspect.isfunction(getattr(va, n))]
    hints = " ".join(str(inspect.unwrap(f).__annotations__["return"]) for f in functions)
    return {name: classes[name] for name in sorted(set(re.findall(r"\w+", hints)) & set(classes))}


RETURNED = returned_classes()


def test_the_results_are_known():
    assert {"Alpha", "Fit", "Verdict", "Comparison", "Efa"} <= set(RETURNED)
    assert set(RETURNED) >= GIVEN | SETTINGS


@pytest.mark.parametrize("name", sorted(set(RETURNED) - GIVEN - SETTINGS))
def test_a_result_is_built_by_keyword_and_shows_itself(name):
    kind = RETURNED[name]
    assert is_dataclass(kind)
    assert all(field.kw_only for field in fields(kind)), "its fields have no places"
    made_by_dataclass = hasattr(vars(kind).get("__repr__"), "__wrapped__")
    assert not made_by_dataclass, "the repr of a dataclass shows whole tables"
    assert hasattr(kind, "_repr_html_")


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    factor = rng.standard_normal((200, 1))
    values = 0.7 * factor + 0.6 * rng.standard_normal((200, 6))
    return pd.DataFrame(values, columns=[f"x{k}" for k in range(1, 7)])


MODEL = "f =~ x1 + x2 + x3 + x4 + x5 + x6"
RESULTS = {
    "alpha": va.alpha,
    "omega": lambda d: va.omega(d, 1),
    "efa": lambda d: va.efa(d, 1),
    "parallel_analysis": lambda d: va.parallel_analysis(d, draws=3),
    "adequacy": va.adequacy,
    "polychoric": lambda d: va.polychoric(d.round().clip(-1, 1)),
    "cfa": lambda d: va.cfa(MODEL, d),
    "lr_test": lambda d: va.lr_test(va.cfa(MODEL.replace("x2", "1*x2"), d), va.cfa(MODEL, d)),
    "simulate": lambda d: va.simulate(va.cfa(MODEL, d), 2, seed=1),
    "Moments": lambda d: va.Moments(d.cov(), n=200),
    "load_instrument": lambda d: va.load_instrument("pvq-21"),
    "load_population": lambda d: va.load_population("pvqrr-de-2022"),
}


@pytest.mark.parametrize("name", RESULTS)
def test_a_result_is_short_as_text_and_a_table_in_a_notebook(rows, name):
    result = RESULTS[name](rows)
    text, html = repr(result), result._repr_html_()
    assert type(result).__name__ in text
    assert len(text) < 600
    assert "object at 0x" not in text + html
    assert "array(" not in text + html
    assert "<" in html
    public = [n for n in dir(result) if not n.startswith("_")]
    assert public
    assert all(n in public for n in getattr(type(result), "__dataclass_fields__", {}))


@pytest.mark.parametrize(
    ("name", "attribute", "advice"),
    [
        ("alpha", "standardised", "did you mean 'standardized'"),
        ("cfa", "params", "did you mean 'parameters'"),
        ("cfa", "zzz", "there are: .*measures"),
    ],
)
def test_a_misspelt_attribute_suggests_the_right_one(rows, name, attribute, advice):
    result = RESULTS[name](rows)
    with pytest.raises(AttributeError, match=f"has no attribute '{attribute}'; {advice}"):
        getattr(result, attribute)
    assert repr(copy.deepcopy(result)) == repr(result)


def test_an_error_inside_a_property_is_not_taken_for_a_misspelt_name():
    class Broken(Suggesting):
        @property
        def share(self):
            return self.missing_part.value

    with pytest.raises(AttributeError, match="'missing_part'"):
        _ = Broken().share
