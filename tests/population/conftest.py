"""Made-up people like those of a shipped sample, for every test of reading them."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import valuealign as va

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="module")
def pvq():
    return va.load_instrument("pvq-21")


@pytest.fixture(scope="module")
def people():
    """700 made-up people with the means and covariance of a shipped sample; 6 is much like me."""
    m = va.load_population("pvq21-europe-ess11").moments
    rng = np.random.default_rng(7)
    drawn = rng.multivariate_normal(m.mean, m.covariance, 700, method="cholesky")
    return pd.DataFrame(drawn.round().clip(1, 6), columns=list(m.names))
