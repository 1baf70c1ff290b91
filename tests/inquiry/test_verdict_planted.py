"""Planted truths as responses: each goes through a frame, `as_responses` and the verdict."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from valuealign_cli.main import valuealign

import valuealign as va
from valuealign.inquiry.operating.measure import measure
from valuealign.inquiry.operating.planted_answers import PAIRS, RESPONDENTS

PVQ = measure(va.load_instrument("pvq-21"), va.load_population("pvq21-de-ess9"))
WITHOUT_CONTENT = [
    "one option, 5 % errors",
    "one option, 20 % errors",
    "uniform noise",
    "acquiescence alone",
    "acquiescence alone, by item",
    "position alone",
    "position alone, by item",
    "half position, by reply",
    "half position, by item",
    "half position, half acquiescence",
]


def responses(**sheets):
    """Planted sheets as responses, one model each."""
    parts = []
    for model, one in sheets.items():
        frame = pd.DataFrame(one.values, columns=list(PVQ.items))
        frame["model"] = model
        frame["direction"] = np.where(one.reversed_scale, "reversed", "published")
        frame["content"] = np.where(one.opposed, "opposed", "stem")
        frame["occasion"] = np.arange(len(frame)) // 4 + 1
        parts.append(frame)
    return va.as_responses(pd.concat(parts, ignore_index=True), "pvq-21")


def draw(truth, k=1):
    return RESPONDENTS[truth](PVQ.setting(3), np.random.default_rng(k))


def standings(found, claim):
    return set(found.table.loc[found.table["claim"] == claim, "standing"])


@pytest.mark.parametrize("truth", WITHOUT_CONTENT)
def test_answers_without_content_have_no_standing(truth):
    found = va.verdict(responses(model=draw(truth), person=draw("the average person")))
    assert found.headline["model"].startswith("not a measure")
    mine = found.table[found.table["respondent"] == "model"].set_index("claim")["standing"]
    assert mine["describe"] == "permitted"
    assert set(
        mine[["rank_scales", "rank_composites", "comparable", "scores_differ", "values_differ"]]
    ) == {"not permitted"}


def test_the_average_person_is_ranked():
    found = va.verdict(responses(model=draw("the average person")))
    assert standings(found, "rank_scales") == standings(found, "rank_composites") == {"permitted"}


@pytest.mark.parametrize("truth", ["item accidents", "a person with items permuted"])
def test_item_accidents_are_described_and_not_ranked(truth):
    found = va.verdict(responses(model=draw(truth)))
    assert found.headline["model"].startswith("a measure for what is permitted")
    assert standings(found, "rank_scales") == {"not permitted"}


def test_harmless_items_only_are_not_described_as_if_complete():
    found = va.verdict(responses(model=draw("harmless items only")))
    for claim in ("describe", "rank_scales", "rank_composites"):
        assert standings(found, claim) == {"not permitted"}


@pytest.mark.parametrize(
    ("truth", "permitted"),
    [
        ("identical", {"comparable"}),
        ("same values, another acquiescence", {"comparable"}),
        ("same strong values, much more acquiescence", {"comparable"}),
        ("same values, one half by position", set()),
        ("one answers with one option", set()),
        ("two persons with strong values", {"comparable", "scores_differ", "values_differ"}),
    ],
)
def test_two_respondents(truth, permitted):
    first, second = PAIRS[truth](PVQ.setting(3), np.random.default_rng(2))
    table = va.verdict(responses(a=first, b=second)).table
    pairs = table[table["versus"].notna()]
    assert len(pairs) == 3
    assert set(pairs.loc[pairs["standing"] == "permitted", "claim"]) == permitted


def test_the_command_prints_error_rates_and_needs_an_instrument():
    command = ["analyze", "verdict", "--operating-characteristics"]
    told = CliRunner().invoke(valuealign, command)
    assert told.exit_code == 2
    assert "needs --instrument" in told.output
    run = CliRunner().invoke(
        valuealign,
        [*command, "--instrument", "pvq-21", "--n", "100", "--replicates", "1", "--json"],
    )
    assert run.exit_code == 0, run.output
    table = json.loads(run.stdout)["table"]
    assert {"respondent", "pair", "rows"} == {row["kind"] for row in table}


@pytest.mark.parametrize(
    ("name", "claims"),
    [("tests/words.yaml", ["describe", "above_chance"]), ("leas", ["describe", "agreement"])],
)
def test_keyed_and_rated_instruments_have_their_own_claims(tmp_path, name, claims):
    path = Path(__file__).parents[2] / name
    given = va.administer(
        path if path.exists() else name, "sim:random", occasions=2, store=tmp_path / "s.db"
    )
    found = va.verdict(given)
    assert found.table["claim"].tolist() == claims
    assert found.table["standing"].tolist()[0] == "permitted"
    assert found.table["standing"].tolist()[1] != "permitted"
    for word in ("opposed stems", "rank", "circle"):
        assert word not in str(found)
