"""One question has one answer: verdict, report, comparison and demo read one evidence."""

from __future__ import annotations

import json

import numpy as np
import pytest
import yaml
from click.testing import CliRunner
from valuealign_cli.main import valuealign

import valuealign as va
from valuealign.errors import DataError
from valuealign.inquiry import results
from valuealign.inquiry.comparison import compare
from valuealign.inquiry.evidence import Evidence
from valuealign.inquiry.number_kinds import NUMBERS
from valuealign.inquiry.numbers import COMPUTE
from valuealign.inquiry.verdict.rules import load_rules
from valuealign.inquiry.verdict.verdict import judge


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    """Two models in the forms that the probes need."""
    return va.administer(
        "pvq-21",
        ["sim:human", "sim:token"],
        occasions=2,
        seed=1,
        forms="direction=published,reversed content=stem,opposed",
        store=tmp_path_factory.mktemp("evidence") / "s.db",
    )


@pytest.fixture(scope="module")
def evidence(given):
    """What is known about them."""
    return Evidence(given)


def test_every_number_that_rules_may_name_has_a_function_and_says_what_failing_means():
    assert set(COMPUTE) == set(NUMBERS)
    assert all(kind.about and kind.unmet for kind in NUMBERS.values())


def test_every_number_of_the_rules_is_computed_or_says_why(evidence):
    for name in NUMBERS:
        if NUMBERS[name].of != "respondent":
            assert "none was named" in evidence.number(name, evidence.respondents[0]).reason
            continue
        for who in evidence.respondents:
            number = evidence.number(name, who)
            assert np.isfinite(number.value) or number.reason, name


def test_a_number_that_is_not_there_is_refused(evidence):
    with pytest.raises(DataError, match="no number 'iq'"):
        evidence.number("iq", "sim:human")


def test_verdict_and_style_agree_to_the_digit(given, evidence):
    effects = va.response_style(given).effects
    rows = (effects["model"] == "sim:human") & (effects["factor"] == "direction")
    (r,) = effects.loc[rows, "r"]
    assert r == evidence.number("reversal_r", "sim:human").value


def test_the_report_computes_each_analysis_once(given, tmp_path, monkeypatch):
    counts: dict[str, int] = {}

    def counted(name, original):
        def call(*args, **options):
            counts[name] = counts.get(name, 0) + 1
            return original(*args, **options)

        return call

    names = ("response_style", "reliability", "invariance_with_people", "score")
    for name in names:
        monkeypatch.setattr(results, name, counted(name, getattr(results, name)))
    monkeypatch.setattr(compare, "scales_table", counted("compare", compare.scales_table))
    va.write_report(given, tmp_path / "r.html")
    assert counts == dict.fromkeys((*names, "compare"), 1)


def test_rules_of_one_s_own_reach_every_threshold(evidence, tmp_path):
    """A threshold just above the lower bound fails, and is said to fail; one below does not."""
    r = evidence.number("gate_reversal_r", "sim:human").lower
    text = load_rules().model_dump(mode="json", exclude_none=True)
    for threshold, fails in ((r - 0.01, False), (r + 0.01, True)):
        for need in text["gate"]:
            if need["number"] == "gate_reversal_r":
                need["above"] = float(threshold)
        file = tmp_path / "rules.yaml"
        file.write_text(yaml.safe_dump(text), "utf-8")
        judged = judge(evidence, file)
        said = any("failed reversal" in line for line in judged.findings["sim:human"])
        assert said == fails
        assert judged.headline["sim:human"].startswith("not a measure") == fails


def test_a_frame_of_models_is_refused_with_what_to_do(given):
    with pytest.raises(DataError, match="as_responses"):
        Evidence(given.wide, "pvq-21")


def test_commands_on_one_store_agree(given):
    def printed(*command):
        run = CliRunner().invoke(valuealign, [*command, "--store", str(given.store), "--json"])
        assert run.exit_code == 0, run.output
        return json.loads(run.stdout)

    needs = printed("analyze", "verdict")["needs"]
    (reversal,) = {
        n["value"]
        for n in needs
        if (n["respondent"], n["number"], n["versus"]) == ("sim:human", "gate_reversal_r", None)
    }
    evidence = Evidence(given)
    assert reversal == evidence.number("gate_reversal_r", "sim:human").value
    effects = printed("analyze", "style")["what_the_form_does"]
    (r,) = {e["r"] for e in effects if (e["model"], e["factor"]) == ("sim:human", "direction")}
    assert r == evidence.number("reversal_r", "sim:human").value
