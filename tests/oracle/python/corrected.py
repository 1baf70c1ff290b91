"""Prediction-powered means by the package ppi-python, which needs an environment of its own.

python -m venv /tmp/ppi && /tmp/ppi/bin/pip install ppi-python==0.2.3
/tmp/ppi/bin/python tests/oracle/python/corrected.py    (from the project's folder)

The rows are drawn by numpy's PCG64, which tests draw anew. ``lang_reiczigel`` in the JSON file has
the limits of the R function CI_Binom (M. Flor, after the authors' script of 15 March 2013): rows of
[[n, positives, n_sens, right, n_spec, right], level, lower, upper]; this script keeps them.
"""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
from ppi_py import ppi_mean_ci, ppi_mean_pointestimate

OUT = Path("tests/oracle/python/corrected.json")
CASES = {
    "a good judge": (40, 160, 0.9, 0.5, False),
    "a poor judge": (30, 300, 0.2, -1.0, False),
    "a judge of the wrong sign": (30, 70, -0.5, 0.0, False),
    "many ratings": (2000, 8000, 0.7, 0.3, False),
    "yes or no": (60, 240, 0.8, 0.3, True),
}


def draw(n, N, correlation, bias, binary):
    """Draw people's ratings and the judge's; the first n rows are rated by people."""
    rng = np.random.default_rng([n, N])
    y = rng.standard_normal(n + N)
    noise = rng.standard_normal(n + N)
    f = correlation * y + np.sqrt(1 - correlation**2) * noise + bias
    return ((y > 0.4) * 1.0, (f > 0.4) * 1.0) if binary else (y, f)


if __name__ == "__main__":
    out = {"program": f"ppi-python {version('ppi-python')}", "cases": {}}
    for name, case in CASES.items():
        n = case[0]
        y, f = draw(*case)
        low, high = ppi_mean_ci(y[:n], f[:n], f[n:], alpha=0.05)
        value = ppi_mean_pointestimate(y[:n], f[:n], f[n:])
        alone = ppi_mean_pointestimate(y[:n], f[:n], f[n:], lam=0)
        out["cases"][name] = {
            "case": list(case),
            "value": float(np.squeeze(value)),
            "people": float(np.squeeze(alone)),
            "ci": [float(np.squeeze(low)), float(np.squeeze(high))],
        }
    out["lang_reiczigel"] = json.loads(OUT.read_text())["lang_reiczigel"] if OUT.exists() else []
    OUT.write_text(json.dumps(out, indent=1) + "\n")
