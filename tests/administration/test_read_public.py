"""Public replies, read where they lie; only facts about them stand here.

``public_labels.csv`` holds, for 663 replies that reader 3 left unread or called refusals, a hash
of the reply and what a person reads: a token, "r" for a refusal, "u" for neither. A question mark
says that the value is there but less than plain: it may be left unread. A second reader labelled
662 of them blind; where the two differed, the label is what re-reading settled.
"""

from __future__ import annotations

import ast
import collections
import csv
import gzip
import hashlib
import io
import json
import re
import subprocess
from pathlib import Path

import pytest

from valuealign.administration.read import read
from valuealign.instrument.presented import Option, Presented

STIGMA = Path("/work/shared/llm/moore2025_stigma/results_stigma_all_combined.csv.gz")
MIRROR = Path("/work/.mirror")
LABELS = Path(__file__).parent / "public_labels.csv"
FOUR = ("Strongly disagree", "Disagree", "Agree", "Strongly agree")
SEVEN = ("agree", "", "", "", "", "", "disagree")
PLAINLY_READ, NAMED = 0.97, 0.95


def _numbered(words):
    return Presented(
        "labelled", tuple(Option(str(k), word, float(k)) for k, word in enumerate(words, start=1))
    )


def _lettered(words):
    options = tuple(Option("ABCDE"[k], word, float(k + 1)) for k, word in enumerate(words))
    return Presented("labelled", options, labels="letters")


@pytest.mark.skipif(not STIGMA.exists(), reason=f"the stigma replies are not at {STIGMA}")
def test_the_replies_of_the_stigma_study_get_its_own_codes():
    with gzip.open(STIGMA, "rt", encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            words = ast.literal_eval(row["options"])
            found = read(row["output"], _lettered(words))
            assert found.value in (words.index(row["answer"]) + 1, None), row["output"]


def _files(repository):
    """The files of a repository's snapshot and a function that gives the text of one."""
    git = ["git", f"--git-dir={MIRROR / repository / 'repo'}"]
    names = subprocess.run(
        [*git, "ls-tree", "-r", "--name-only", "HEAD"], check=True, capture_output=True, text=True
    ).stdout.splitlines()

    def text(name):
        shown = subprocess.run([*git, "show", f"HEAD:{name}"], check=False, capture_output=True)
        return shown.stdout.decode("utf-8", "replace")

    return names, text


def _replies():
    """Every public reply as the key of its scale, the scale and the text."""
    names, text = _files("paul-rottger+llm-values-pct")
    for name in names:
        if name.startswith("data/completions/explicit_"):
            for row in csv.DictReader(io.StringIO(text(name), newline="")):
                if row["ans_id"] in ("ans-01", "ans-1"):
                    yield "ans-01", _numbered(FOUR), row["completion"]
    names, text = _files("jlcmoore+llms-as-therapists")
    for name in names:
        if name.startswith("results/stigma/") and name.endswith(".jsonl"):
            for row in map(json.loads, text(name).splitlines()):
                words = row["options"]
                words = ast.literal_eval(words) if isinstance(words, str) else words
                yield "moore:" + "|".join(words), _lettered(words), row["output"]
    names, text = _files("homie206+LLM-Personality-Questionnaires")
    for name in names:
        if name.startswith("16p/Llama2") and name.endswith("output.txt"):
            answer = r"\nanswer:(.*?)(?=\n\ncycle:|\ncycle:|\Z)"
            for said in re.findall(answer, text(name), re.DOTALL):
                yield "16p", _numbered(SEVEN), re.sub(r"\n+results:.*", "", said, flags=re.DOTALL)


@pytest.mark.skipif(
    not (MIRROR / "paul-rottger+llm-values-pct" / "repo").exists(),
    reason="the public replies are read in place: fetch github:paul-rottger/llm-values-pct, "
    f"jlcmoore/llms-as-therapists and homie206/LLM-Personality-Questionnaires to {MIRROR}",
)
def test_public_replies_are_read_as_a_person_reads_them():
    labels = dict(csv.reader(LABELS.read_text(encoding="utf-8").splitlines()))
    counts: collections.Counter[str] = collections.Counter()
    for key, scale, reply in _replies():
        label = labels.pop(hashlib.sha256(f"{key}\n{reply}".encode()).hexdigest()[:16], None)
        if label is None:
            continue
        found = read(reply, scale)
        said = label.rstrip("?")
        code = next((o.code for n, o in enumerate(scale.options, 1) if said == str(n)), None)
        assert found.value in (code, None), (label, found, reply)
        if said == "r":
            counts["named" if found.outcome == "refusal" else "not named"] += 1
        elif code is not None and label == said:
            counts["unread" if found.value is None else "read"] += 1
    assert len(labels) < 30, f"{len(labels)} labelled replies are not in these snapshots"
    assert counts["read"] / (counts["read"] + counts["unread"]) >= PLAINLY_READ
    assert counts["named"] / (counts["named"] + counts["not named"]) >= NAMED
