"""Modification indices are lavaan's."""

from __future__ import annotations

import lavaan_oracle as oracle
import numpy as np
import pytest

import valuealign as va

SAVED = oracle.read("after_modification")
ORDINAL = oracle.read("ordinal_modification")
EQUAL = ("loadings", "intercepts")


def keyed(table):
    """Index and expected change by parameter and group."""
    groups = table.get("group", [1] * len(table["lhs"]))
    found = {}
    for lhs, op, rhs, group, mi, epc in zip(
        table["lhs"], table["op"], table["rhs"], groups, table["mi"], table["epc"], strict=True
    ):
        pair = tuple(sorted((lhs, rhs))) if op == "~~" else (lhs, rhs)
        found[pair[0], op, pair[1], int(group)] = (mi, epc)
    return found


def fits():
    """The three fits of the oracle, and the ordinal one."""
    data = oracle.frame(SAVED["data"])
    return {
        "single": va.cfa(SAVED["model"], data),
        "scalar": va.cfa(SAVED["model"], data, group="school", group_equal=EQUAL),
        "single_mlr": va.cfa(SAVED["model"], data, estimator="MLR"),
    }


@pytest.mark.parametrize("name", ["single", "scalar", "single_mlr"])
def test_indices_and_expected_changes_are_lavaans(name):
    ours = va.modification_indices(fits()[name])
    found = keyed(ours.to_dict("list"))
    expected = keyed(SAVED[name])
    assert set(found) == set(expected)
    for key, (mi, epc) in expected.items():
        assert found[key][0] == pytest.approx(mi, rel=1e-4, abs=2e-5), key
        assert found[key][1] == pytest.approx(epc, rel=1e-4, abs=2e-5), key


def test_ordinal_indices_are_lavaans():
    data = oracle.frame(ORDINAL["data"])
    names = [f"{f}{k}" for f in "NA" for k in range(1, 6)]
    complete = data[names].dropna()
    fit = va.cfa(ORDINAL["model"], complete, ordered=names)
    found = keyed(va.modification_indices(fit).to_dict("list"))
    expected = keyed(ORDINAL["modindices"])
    assert set(expected) <= set(found)
    for key, (mi, _) in expected.items():
        assert found[key][0] == pytest.approx(mi, rel=1e-3, abs=1e-3), key


def test_freeing_the_first_one_drops_chi_square_by_about_as_much():
    data = oracle.frame(SAVED["data"])
    fit = va.cfa(SAVED["model"], data)
    first = va.modification_indices(fit).iloc[0]
    freer = va.cfa(f"{SAVED['model']}\n{first.lhs} {first.op} {first.rhs}", data)
    dropped = fit.measures["chisq"] - freer.measures["chisq"]
    assert dropped == pytest.approx(first.mi, rel=0.15)
    assert freer.measures["df"] == fit.measures["df"] - 1
    assert np.isfinite(first.epc)
