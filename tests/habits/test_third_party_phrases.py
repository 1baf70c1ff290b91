"""No phrase of a third party's texts is in the repository."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from third_party_phrases import WORDS, hashes, made

ROOT = Path(__file__).parents[2]
KNOWN = frozenset((Path(__file__).parent / "third_party_phrases.txt").read_text().split())
TEXTS = {".yaml", ".yml", ".md", ".py", ".csv", ".json", ".ipynb", ".html", ".j2", ".toml", ".txt"}


def copied(text: str) -> list[str]:
    """The known phrases in a text."""
    return [phrase for value, phrase in hashes(text) if value in KNOWN]


def files() -> list[Path]:
    """The texts under version control."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("the files are not under version control here")
    paths = (ROOT / name for name in listed.stdout.splitlines())
    return [path for path in paths if path.suffix in TEXTS and path.is_file()]


def test_the_repository_has_no_phrase_of_a_third_party():
    found = {}
    for path in files():
        if phrases := copied(path.read_text(encoding="utf-8", errors="replace")):
            found[str(path.relative_to(ROOT))] = phrases[:3]
    assert not found


def test_the_hashes_are_those_of_the_texts_and_a_copy_would_be_found(shared):
    personas = shared("stimuli/vera_mh/personas.tsv")
    assert set(made(personas.parents[2])) == KNOWN
    vignettes = personas.read_text(encoding="utf-8")
    assert len(copied(vignettes.upper().replace(" ", "  "))) > 100


def test_a_phrase_has_eight_words_in_any_case_and_punctuation():
    text = "One two three four five six seven eight"
    ((value, phrase),) = hashes(text)
    assert len(phrase.split()) == WORDS
    assert [v for v, _ in hashes("ONE, two -- three: four; five 5 six\nseven 'eight'!")] == [value]
    assert not list(hashes("One two three four five six seven"))
    assert not list(hashes("1 2 3 4 5 6 7 8 9"))
    assert len(KNOWN) > 10_000
