"""Names of respondents are made once a kind of row, and are those made row by row."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from valuealign.store.responses import respondent_names
from valuealign.store.responses.respondent_names import with_respondents

N = 400


def design(seed):
    """Rows of models, instruments and conditions, some of them missing."""
    draw = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "model": draw.choice(["a", "b"], N),
            "instrument": draw.choice(["pvq-21", "rmet"], N),
            "temperature": draw.choice([0.0, 1.0, np.nan], N),
            "elicitation": draw.choice(["choice", "json"], N),
            "extra": draw.choice(np.array([None, '{"k":1}'], dtype=object), N),
            "stimulus_history": draw.choice(np.array(["shown", "withheld", None], dtype=object), N),
            "stimulus_age": draw.integers(20, 60, N),
            "occasion": np.arange(N),
        }
    )


@pytest.mark.parametrize("pool", [[], ["temperature"], ["stimulus_history", "elicitation"]])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_name_does_not_depend_on_how_many_rows_of_its_kind_there_are(seed, pool, monkeypatch):
    frame = design(seed)
    names = with_respondents(frame, pool)["respondent"]
    everything = (np.arange(N), np.arange(N))
    monkeypatch.setattr(respondent_names, "_kinds_of_rows", lambda _: everything)
    assert names.tolist() == with_respondents(frame, pool)["respondent"].tolist()
    assert names.nunique() > 1


def test_the_frame_that_was_passed_keeps_its_columns():
    frame = design(4)
    before = frame.copy()
    named = with_respondents(frame)
    named["model"] = "changed"
    pd.testing.assert_frame_equal(frame, before)
