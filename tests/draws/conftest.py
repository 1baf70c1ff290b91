"""Tests of this room share one module that plays another machine's LAPACK."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
