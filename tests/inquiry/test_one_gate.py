"""One question has one answer: verdict, comparison, report and study apply the same rules."""

from __future__ import annotations

import json

import pytest
import yaml
from click.testing import CliRunner
from valuealign_cli.main import valuealign

import valuealign as va
from valuealign.inquiry.evidence import Evidence
from valuealign.inquiry.verdict.gate import gates_of
from valuealign.inquiry.verdict.rules import load_rules, worst

WHO = "sim:human"
FORMS = "direction=published,reversed content=stem,opposed"
GATE = [need.number for need in load_rules().gate]


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    """A simulated person in the forms of the gate."""
    store = tmp_path_factory.mktemp("gate") / "s.db"
    return va.administer("pvq-21", WHO, occasions=3, seed=1, forms=FORMS, store=store)


def moved(tmp_path, number, threshold):
    """The toolkit's rules with another threshold of one of the gate's numbers."""
    text = load_rules().model_dump(mode="json", exclude_none=True)
    (need,) = [n for n in text["gate"] if n["number"] == number]
    (name,) = set(need) & {"at_least", "above", "at_most", "below"}
    need[name] = float(threshold)
    file = tmp_path / "rules.yaml"
    file.write_text(yaml.safe_dump(text), "utf-8")
    return file


def judged(given, rules):
    """What the verdict says of the gate."""
    needs = va.verdict(given, rules=rules).needs
    return worst(needs[(needs["claim"] == "rank_scales") & needs["number"].isin(GATE)]["standing"])


@pytest.mark.parametrize("number", GATE)
def test_a_moved_threshold_moves_verdict_and_comparison_alike(given, tmp_path, number):
    (need,) = [n for n in load_rules().gate if n.number == number]
    value = Evidence(given).number(number, WHO).at(need.bound)
    least = need.at_least is not None or need.above is not None
    for step, passes in ((-0.001, least), (0.001, not least)):
        file = moved(tmp_path, number, value + step)
        standing = judged(given, file)
        assert (standing == "permitted") == passes
        for data in (given, given.wide):
            assert gates_of(data, given.instrument, load_rules(file))[WHO].standing == standing


def test_a_gate_may_need_a_number_that_only_responses_carry(given, tmp_path):
    text = load_rules().model_dump(mode="json", exclude_none=True)
    source = {"reason": "a methodologist's own"}
    text["gate"] = [{"number": "varying_items", "at_least": 0.99, "source": source}]
    file = tmp_path / "rules.yaml"
    for threshold, standing in ((0.01, "permitted"), (1.01, "not permitted")):
        text["gate"][0]["at_least"] = threshold
        file.write_text(yaml.safe_dump(text), "utf-8")
        found = va.compare(given, "pvq21-de-ess9", draws=20, rules=file)
        assert found.gates[WHO] == standing
        assert found.scales["percentile"].notna().all() == (standing == "permitted")
    assert found.scales["reason"].str.contains("most items never vary").all()
    frame = va.compare(given.wide, "pvq21-de-ess9", draws=20, rules=file)
    assert frame.gates[WHO] == "inconclusive"
    assert frame.scales["reason"].str.contains("needs the responses themselves").all()


def test_the_command_and_the_report_read_the_same_rules(given, tmp_path):
    r = Evidence(given).number("gate_reversal_r", WHO).lower
    told = {}
    for step in (-0.01, 0.01):
        file = moved(tmp_path, "gate_reversal_r", r + step)
        asked = ["--store", str(given.store), "--rules", str(file), "--json"]
        both = []
        for command in (["verdict"], ["compare", "--to", "pvq21-de-ess9"]):
            run = CliRunner().invoke(valuealign, ["analyze", *command, *asked])
            assert run.exit_code == 0, run.output
            both.append(json.loads(run.stdout))
        page = tmp_path / "r.html"
        va.write_report(given, page, rules=file, force=True)
        told[step] = (
            both[0]["headline"][WHO].startswith("not a measure"),
            both[1]["gates"][WHO],
            "does not answer the items" in page.read_text("utf-8"),
        )
    assert told == {
        -0.01: (False, "permitted", False),
        0.01: (True, "not permitted", True),
    }


def test_models_as_rows_stand_only_if_each_of_them_answers(tmp_path):
    def compared(*models):
        store = tmp_path / f"{len(models)}{models[-1][4:]}.db"
        given = va.administer("pvq-21", list(models), occasions=3, seed=1, forms=FORMS, store=store)
        return va.compare(given, "pvq21-de-ess9", unit="models", draws=20)

    assert compared("sim:human", "sim:demographic").gates["models"] == "permitted"
    found = compared("sim:human", "sim:token")
    assert found.gates["models"] == "not permitted"
    assert set(found.scales["standing"]) == {"inconclusive"}
    assert found.scales["reason"].str.startswith("sim:token: the respondent does not").all()
