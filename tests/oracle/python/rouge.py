"""ROUGE by the package rouge_score, which needs an environment of its own.

python -m venv /tmp/rouge && /tmp/rouge/bin/pip install rouge-score==0.1.2
/tmp/rouge/bin/python tests/oracle/python/rouge.py    (from the project's folder)
"""

import json
import random
from importlib.metadata import version
from pathlib import Path

from rouge_score import rouge_scorer

TEXT = "the client sleeps badly and has lost her appetite since she moved to a new town"
WORDS = TEXT.split()
rng = random.Random(4)
pairs = [
    (" ".join(rng.choices(WORDS, k=m)), " ".join(rng.choices(WORDS, k=n)))
    for m, n in [(5, 5), (12, 9), (30, 40), (1, 7), (80, 75), (2, 2), (15, 1)]
]
pairs += [
    ("She doesn't sleep; she's tired, 3 nights!", "She does not sleep: tired for 3 nights."),
    ("Nothing shared here", "completely different words"),
    ("same same same", "same"),
    ("", "an empty text"),
    ("UPPER case", "upper CASE"),
]
scorer = rouge_scorer.RougeScorer(["rouge1", "rouge2", "rougeL"], use_stemmer=False)
out = {"program": f"rouge_score {version('rouge_score')}", "pairs": []}
for text, reference in pairs:
    scores = scorer.score(reference, text)
    out["pairs"].append(
        {"text": text, "reference": reference}
        | {name: list(score) for name, score in scores.items()}
    )
Path("tests/oracle/python/rouge.json").write_text(json.dumps(out, indent=1))
