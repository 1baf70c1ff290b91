"""Reading the oracles of R's lavaan, and what to compare with them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

ORACLE = Path(__file__).parents[1] / "oracle"


def read(name: str) -> dict[str, Any]:
    """Return one oracle."""
    return json.loads((ORACLE / "lavaan" / f"{name}.json").read_text())


def frame(name: str) -> pd.DataFrame:
    """Return one data set."""
    return pd.read_csv(ORACLE / "data" / name)


def numbers(values: list[Any]) -> np.ndarray:
    """Return a column as floats, NaN where R had none."""
    return np.array([np.nan if v is None or v == "NA" else v for v in values], dtype=float)


def estimates(oracle: dict[str, Any]) -> pd.DataFrame:
    """Return the parameters: no constraints, and not the ``ph =~ ph`` of a phantom factor."""
    table = oracle["estimates"]
    out = pd.DataFrame({k: table[k] for k in ("lhs", "op", "rhs")})
    out["group"] = table.get("group", [1] * len(out))
    for column in ("est", "se"):
        out[column] = numbers(table[column])
    phantom = (out["op"] == "=~") & (out["lhs"] == out["rhs"])
    return out[~out["op"].isin(["==", "<", ">"]) & ~phantom].reset_index(drop=True)


def standardized(oracle: dict[str, Any], kind: str) -> np.ndarray:
    """Return the standardised estimates of `kind` (``all`` or ``lv``), in the table's order."""
    return numbers(oracle[f"standardized_{kind}"]["est.std"])


_NOT_OF_CHISQ = r"npar|fmin|df|ntotal|rmr|srmr|crmr|gfi|agfi|pgfi|baseline.df"


def is_of_06(oracle: dict[str, Any]) -> bool:
    """Say whether lavaan 0.6 made an oracle, not 0.7."""
    return "0.7" not in oracle.get("program", "lavaan 0.6")


LISREL = {"gfi": "gfi_lisrel", "agfi": "agfi_lisrel"}
"""What lavaan 0.6 calls so, under the names of 0.7."""


def assert_measures(fit: Any, oracle: dict[str, Any], *, rel: float = 1e-5, skip=()) -> None:
    """Assert that every fit measure of lavaan's is ours, 0.6's where they are of that version."""
    wrong, old_names = [], is_of_06(oracle)
    for old, theirs in oracle["fitmeasures"].items():
        name = LISREL.get(old, old) if old_names else old
        if theirs is None or theirs == "NA" or name in skip or old in skip:
            continue
        setup = fit.solution.setup
        uls = setup.discrepancy == "ULS" and setup.test == "standard" and not setup.ordinal
        if old_names and uls and not re.match(_NOT_OF_CHISQ, old):  # another test: seven_hs_uls
            continue
        expected = theirs
        if old_names and fit.solution.setup.ordinal and re.match(r"rmsea.*robust", name):
            if "pvalue" in name:  # of n, not of n less the groups: test_conventions
                continue
            expected = theirs * (fit.solution.effective_n / fit.n) ** 0.5
        ours = fit.measures.get(name.replace(".", "_"))
        if ours is None or not abs(ours - expected) <= rel * max(abs(expected), 1e-3):
            wrong.append((name, expected, ours))
    assert not wrong, wrong


_ARGUMENT = re.compile(r'(\w[\w.]*)=(c\([^)]*\)|list\([^)]*\)|"[^"]*"|TRUE|FALSE)')


def call_of(oracle: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Read lavaan's call as ours: the function's name and its options."""
    call = oracle["call"]
    options: dict[str, Any] = {}
    for name, value in _ARGUMENT.findall(call):
        words = re.findall(r'"([^"]*)"', value)
        read_as: Any = value == "TRUE"
        if value.startswith("c("):
            read_as = words
        elif words:
            read_as = words[0]
        options[name.replace(".", "_").replace("meanstructure", "mean_structure")] = read_as
    options.pop("rotation_args", None)
    return call.split("(")[0], options


def as_in_06(model: str, data: pd.DataFrame, options: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return model and options that mean under equal thresholds what they meant in lavaan 0.6.

    It held intercepts at 0, and freed the scales of items with two categories too.
    """
    op = "~~" if options.get("parameterization") == "theta" else "~*~"
    scales = f"c({', '.join(['1', *['NA'] * (data[options['group']].nunique() - 1)])})"
    binary = [
        f"{item} {op} {scales}*{item}"
        for item in options["ordered"]
        if item in model and data[item].nunique() == 2 and f"{item} {op}" not in model
    ]
    equal = [*options["group_equal"], "intercepts"]
    return "\n".join([model, *binary]), options | {"group_equal": equal}


def data_of(oracle: dict[str, Any]) -> pd.DataFrame:
    """Return an oracle's data, with what its note says was made of it."""
    name, *note = oracle["data"].split(";")
    out = frame(name)
    if note and note[0].startswith("without rows"):
        return out.drop(index=[int(k) - 1 for k in re.findall(r"\d+", note[0])])
    if note:
        out["four"] = out["school"] + "_" + out["sex"].astype(str)
    return out
