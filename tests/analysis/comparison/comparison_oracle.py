"""What R computed of two groups of people, for every test of this room."""

from __future__ import annotations

import json
from pathlib import Path

ORACLE = Path(__file__).parents[2] / "oracle"
R = json.loads((ORACLE / "stats" / "comparison.json").read_text(encoding="utf-8"))
ITEMS = R["items"]
