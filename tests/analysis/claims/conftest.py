"""Tests of this room share one module of planted answers."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
