"""Reading the oracles of R's lavaan, and what to compare with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

ORACLE = Path(__file__).parents[2] / "oracle"


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
    """Return the parameters that are no constraints, beside their standardised values."""
    table = oracle["estimates"]
    out = pd.DataFrame({k: table[k] for k in ("lhs", "op", "rhs")})
    out["group"] = table.get("group", [1] * len(out))
    for column in ("est", "se"):
        out[column] = numbers(table[column])
    return out[~out["op"].isin(["==", "<", ">"])].reset_index(drop=True)


def standardized(oracle: dict[str, Any], kind: str) -> np.ndarray:
    """Return the standardised estimates of `kind` (``all`` or ``lv``), in the table's order."""
    return numbers(oracle[f"standardized_{kind}"]["est.std"])


def assert_measures(fit: Any, oracle: dict[str, Any], *, rel: float = 1e-5, skip=()) -> None:
    """Assert that every fit measure of lavaan's is ours."""
    wrong = []
    for name, theirs in oracle["fitmeasures"].items():
        if theirs is None or theirs == "NA" or name in skip:
            continue
        ours = fit.measures.get(name.replace(".", "_"))
        if ours is None or not abs(ours - theirs) <= rel * max(abs(theirs), 1e-3):
            wrong.append((name, theirs, ours))
    assert not wrong, wrong
