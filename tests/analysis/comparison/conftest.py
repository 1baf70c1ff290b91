"""Two groups of people, whose numbers R computed too."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from comparison_oracle import ITEMS, ORACLE  # found by the line above


@pytest.fixture(scope="module")
def two() -> tuple[pd.DataFrame, pd.DataFrame]:
    rows = pd.read_csv(ORACLE / "data" / "bfi15_gender.csv")
    return rows[rows["gender"] == 1][ITEMS], rows[rows["gender"] == 2][ITEMS]
