"""Two groups of people, whose numbers R computed too."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

ORACLE = Path(__file__).parents[2] / "oracle"
R = json.loads((ORACLE / "stats" / "comparison.json").read_text(encoding="utf-8"))
ITEMS = R["items"]


@pytest.fixture(scope="module")
def two() -> tuple[pd.DataFrame, pd.DataFrame]:
    rows = pd.read_csv(ORACLE / "data" / "bfi15_gender.csv")
    return rows[rows["gender"] == 1][ITEMS], rows[rows["gender"] == 2][ITEMS]
