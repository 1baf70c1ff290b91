"""A study that says something to its participants, and a form that is served."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from valuealign.serve.run_server import serving
from valuealign.serve.survey import survey_of

SAYS = {
    "information": {"en": "We ask how people see these descriptions.\n\nIt takes ten minutes."},
    "consent": [{"en": "I am 18 or older."}, {"en": "I take part of my own free will."}],
    "contact": "study@example.org",
    "help_line": {"en": "Call 000 000, day and night."},
}


@pytest.fixture
def study_file(tmp_path):
    """Write a study with a part for participants; return its path."""

    def write(instruments=None, **says) -> Path:
        content = {
            "id": "mine",
            "title": "What people expect",
            "instruments": instruments
            or [
                {"instrument": "crisis-outlook", "about": "burden-belonging"},
                {"instrument": "pvq-21"},
            ],
            "participants": {**SAYS, **says},
        }
        path = tmp_path / "mine.yaml"
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
        return path

    return write


@pytest.fixture
def served(study_file, tmp_path):
    """Serve an instrument for as long as the test lasts."""
    opened = []

    def serve(instrument="crisis-outlook", *, is_open=True, which=None, instruments=None, **says):
        survey = survey_of(instrument, study=study_file(instruments, **says), **(which or {}))
        context = serving(survey, tmp_path / "s.db", is_open=is_open)
        opened.append(context)
        return context.__enter__()

    yield serve
    for context in opened:
        context.__exit__(None, None, None)
