"""Agreement by the packages irrCAC and krippendorff, which need an environment of their own.

python -m venv /tmp/irr && /tmp/irr/bin/pip install irrCAC==0.4.4 krippendorff==0.9.0
/tmp/irr/bin/python tests/oracle/python/agreement.py    (from the project's folder)
"""

import json
from importlib.metadata import version
from pathlib import Path

import krippendorff
import pandas as pd
from irrCAC.raw import CAC

ratings = pd.read_csv("tests/oracle/data/agreement.csv", index_col="unit")
out = {"program": f"irrCAC {version('irrCAC')}, krippendorff {version('krippendorff')}"}
for kind, weights in {"nominal": "identity", "ordinal": "ordinal"}.items():
    cac = CAC(ratings, weights=weights, categories=[1.0, 2.0, 3.0, 4.0, 5.0], digits=15)
    out[kind] = {
        "fleiss": cac.fleiss()["est"]["coefficient_value"],
        "gwet": cac.gwet()["est"]["coefficient_value"],
        "percent": cac.fleiss()["est"]["pa"],
    }
out["krippendorff"] = {
    level: krippendorff.alpha(ratings.to_numpy().T, level_of_measurement=level)
    for level in ("nominal", "ordinal", "interval", "ratio")
}
Path("tests/oracle/python/agreement.json").write_text(json.dumps(out, indent=1))
