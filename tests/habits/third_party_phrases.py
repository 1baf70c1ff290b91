"""Hashes of phrases of third parties, by which a copy of their words in the repository is found.

``third_party_phrases.txt`` holds hashes alone. To make it again from the texts in ``../shared``:

    python tests/habits/third_party_phrases.py ../shared > tests/habits/third_party_phrases.txt
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from defusedxml import ElementTree

WORDS = 8
"""Words of a phrase: long enough that two authors hardly write the same by chance."""
FEW = 5_000
"""Of texts with more phrases than these only one in sixteen is kept."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def hashes(text: str) -> Iterator[tuple[str, str]]:
    """Each phrase of a text, in one spelling, with its hash.

    Case, punctuation, white space and numbers do not count.
    """
    words = [word.replace("’", "'") for word in _WORD.findall(text.casefold())]
    for k in range(len(words) - WORDS + 1):
        phrase = " ".join(words[k : k + WORDS])
        yield hashlib.blake2b(phrase.encode(), digest_size=5).hexdigest(), phrase


def sources(shared: Path) -> dict[str, Iterable[str]]:
    """The texts of third parties, by their place: stimuli, items, vignettes, questions, replies."""
    return {
        "stimuli/daily_dilemmas": _columns(
            shared / "stimuli/daily_dilemmas/dilemma.csv", ["dilemma_situation"]
        ),
        "stimuli/vera_mh/personas": _lines(shared / "stimuli/vera_mh/personas.tsv"),
        "stimuli/vera_mh/rubric": _lines(shared / "stimuli/vera_mh/rubric.tsv"),
        "llm/moore2025_stigma/vignettes": _strings(
            shared / "llm/moore2025_stigma/data_vignettes.jsonl"
        ),
        "llm/moore2025_stigma/questions": _strings(
            shared / "llm/moore2025_stigma/data_questions.jsonl"
        ),
        "llm/valueportrait/replies": _strings(shared / "llm/valueportrait/replies.jsonl"),
        "humans/ess_ddi": _value_items(shared / "humans/ess_ddi/round9.xml"),
    }


def made(shared: Path) -> list[str]:
    """The hashes of all sources, sorted."""
    found: set[str] = set()
    for texts in sources(shared).values():
        own = {value for text in texts for value, _ in hashes(text)}
        found |= own if len(own) <= FEW else {v for v in own if v.startswith("0")}
    return sorted(found)


def _columns(path: Path, names: list[str]) -> Iterator[str]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield from (row[name] for name in names)


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def _strings(path: Path) -> Iterator[str]:
    """Every text in a file of JSON lines."""
    for line in _lines(path):
        held = [json.loads(line)]
        while held:
            value = held.pop()
            if isinstance(value, str):
                yield value
            elif isinstance(value, dict | list):
                held += value.values() if isinstance(value, dict) else value


def _value_items(path: Path) -> Iterator[str]:
    """The official sentences of the value items (variables ip...)."""
    for variable in ElementTree.parse(path).iter():
        if variable.tag.endswith("var") and variable.get("name", "").startswith(("ip", "im")):
            for part in variable.iter():
                if part.tag.endswith("qstnLit"):
                    yield "".join(part.itertext())


if __name__ == "__main__":
    print("\n".join(made(Path(sys.argv[1]))))
