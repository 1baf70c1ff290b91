"""The docstring of every public name is complete, as numpydoc's own validation says."""

from __future__ import annotations

import inspect
from dataclasses import fields, is_dataclass

import pytest
from numpydoc.docscrape import NumpyDocString
from numpydoc.validate import validate

import valuealign as va

STYLE = {"ES01", "GL01", "GL02", "PR06", "PR08", "PR09", "RT02", "RT04", "RT05", "SA01", "SA04"}
"""Rules of style that the house does not follow: a section too many, capitals, full stops."""
STYLE |= {"SS03", "SS05", "SS06", "GL03", "YD01", "SA02", "SA03", "RT01"}
PUBLIC = {
    f"{module.__name__}.{name}": getattr(module, name)
    for module in (va, va.stats, va.plot)
    for name in module.__all__
}
NO_ERRORS = {"list_instruments", "list_populations", "list_stimuli", "list_studies"}
"""Functions without arguments, or whose arguments only filter."""


def errors_of(path: str) -> dict[str, str]:
    """Return what numpydoc finds wrong, by its code."""
    found = validate(path)["errors"]
    return {code: message for code, message in found if code not in STYLE}


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_docstring_is_complete(path):
    errors = errors_of(path)
    kind = PUBLIC[path]
    if inspect.isclass(kind) and NumpyDocString(inspect.getdoc(kind))["Attributes"]:
        errors.pop("PR01", None)  # made by a function: what it holds is described, not its making
    assert not errors


def test_the_rules_find_what_is_missing(monkeypatch):
    def half(data, *, draws=1):
        """Halve data.

        Parameters
        ----------
        data : float
        """

    monkeypatch.setattr(va.stats, "half", half, raising=False)
    assert {"PR01", "PR07", "EX01"} <= set(errors_of("valuealign.stats.half"))


@pytest.mark.parametrize("name", va.__all__)
def test_a_result_describes_every_field(name):
    kind = getattr(va, name)
    if not (inspect.isclass(kind) and is_dataclass(kind)):
        return
    page = NumpyDocString(inspect.getdoc(kind))
    described = ", ".join(
        entry.name for part in ("Attributes", "Parameters") for entry in page[part]
    )
    shown = [field.name for field in fields(kind) if field.repr and not field.name.endswith("_")]
    assert not [f for f in shown if f not in described.replace(",", " ").split()]


@pytest.mark.parametrize("path", [p for p, value in PUBLIC.items() if inspect.isfunction(value)])
def test_a_public_function_says_which_errors_it_raises(path):
    if ".figures." in path or path.split(".")[-1] in NO_ERRORS:
        return
    page = NumpyDocString(inspect.getdoc(PUBLIC[path]))
    assert page["Raises"]
