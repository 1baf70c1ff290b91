"""One who knows the instrument is told from one who does not, probe by probe."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from valuealign_cli.main import valuealign

import valuealign as va
from valuealign.errors import DataError
from valuealign.inquiry.probes import (
    completion_probe,
    key_probe,
    names_of,
    order_probe,
)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    store = tmp_path_factory.mktemp("probe") / "s.db"
    who = ["sim:by-heart", "sim:newcomer", "sim:random"]
    return va.contamination("pvq-21", who, store=store), store


@pytest.fixture(scope="module")
def table(found):
    return found[0].table.set_index(["model", "probe"])


@pytest.mark.parametrize(
    "probe",
    ["completion of stems", "verbatim stems", "naming", "key", "order of the items"],
)
def test_one_who_knows_it_is_found_out_by_every_probe(table, probe):
    knows, not_at_all = table.loc[("sim:by-heart", probe)], table.loc[("sim:newcomer", probe)]
    assert knows["pvalue"] < 0.05
    assert knows["difference"] > 0.8
    assert knows["ci_lower"] > not_at_all["value"]


def test_one_who_does_not_is_not_accused(table):
    newcomer = table.loc["sim:newcomer"]
    assert (newcomer.drop("key")["pvalue"] > 0.05).all()
    assert newcomer.loc["key", "value"] < 0.35
    assert newcomer.loc["naming", "value"] == 0


def test_an_endpoint_that_scores_no_prompt_is_refused_by_name(found, table):
    """The others still give their numbers; the order says what it would need."""
    row = table.loc[("sim:random", "order of the items")]
    assert row["n"] == 0
    assert "/completions with echo" in row["reason"]
    assert table.loc[("sim:random", "key"), "n"] == 21
    assert set(found[0].order) == {"sim:by-heart", "sim:newcomer"}


def test_every_reply_is_kept_and_nothing_is_asked_twice(found):
    result, store = found
    kept = va.responses(store)
    # Completion, naming, key and order: 41, 10, 21 and 75 texts for each of those who answer.
    assert len(kept.long[kept.long["model"] == "sim:by-heart"]) == 41 + 10 + 21 + 75
    said = result.items[
        (result.items["model"] == "sim:by-heart") & (result.items["probe"] == "key")
    ]
    assert len(said) == 21
    again = va.contamination("pvq-21", "sim:by-heart", store=store)
    assert len(va.responses(store).long) == len(kept.long)
    assert again.table["value"].tolist() == result.table["value"].tolist()[:5]


def test_an_open_form_cannot_be_known_by_heart_and_it_is_said(found):
    assert any("our own" in flag and "wording='official'" in flag for flag in found[0].flags)
    assert "opposed content" in found[0].compared_with


def test_probes_show_no_respondent_what_they_look_for():
    pvq = va.load_instrument("pvq-21")
    stems = pvq.wording("en")
    probe = completion_probe(pvq, stems, {}, language="en")
    for item in probe.items:
        shown = item.stem["en"]["plain"]
        assert shown.removesuffix(" ...") == item.attributes["head"]
        assert str(item.attributes["rest"]) not in shown
        assert (
            f"{item.attributes['head']} {item.attributes['rest']}"
            == stems[str(item.attributes["source"])]
        )
    for item, key in zip(key_probe(pvq, language="en").items, pvq.items, strict=True):
        assert stems[key.id] not in item.stem["en"]["plain"]


def test_every_shuffle_is_another_order_of_the_same_sentences():
    pvq = va.load_instrument("pvq-21")
    probe = order_probe(pvq, pvq.wording("en"), language="en", shuffles=9, seed=1)
    runs = {}
    for item in probe.items:
        runs.setdefault(item.attributes["shard"], []).append(item.stem["en"]["plain"].split("\n"))
    assert len(runs) == 3
    for published, *shuffled in runs.values():
        assert len(shuffled) == 9
        assert all(s != published and sorted(s) == sorted(published) for s in shuffled)
    again = [stem for run in runs.values() for stem in run[0]]
    assert again == list(pvq.wording("en").values())


def test_an_instrument_that_has_no_key_or_no_order_says_so(moods, tmp_path):
    assert names_of(va.load_instrument("rmet"))[0] == "Reading the Mind in the Eyes"
    one = va.contamination("leas", "sim:newcomer", store=tmp_path / "s.db").table.set_index("probe")
    assert "no two scales" in one.loc["key", "reason"]
    with pytest.raises(DataError, match="at least 9"):
        va.contamination(moods, "sim:newcomer", shuffles=3, store=tmp_path / "s.db")


def test_the_command_prints_draws_and_gives_json(found, tmp_path):
    words = [
        "analyze",
        "contamination",
        "--model",
        "sim:by-heart",
        "--instrument",
        "pvq-21",
        "--store",
        str(found[1]),
    ]
    told = CliRunner().invoke(valuealign, words)
    assert told.exit_code == 0, told.output
    assert "order of the items" in told.stdout
    drawn = CliRunner().invoke(valuealign, [*words, "--json", "--figure", str(tmp_path / "f.png")])
    assert drawn.exit_code == 0, drawn.output
    said = json.loads(drawn.stdout)
    assert {row["probe"] for row in said["probes"]} >= {"key", "naming"}
    assert (tmp_path / "f.png").read_bytes()[:4] == b"\x89PNG"
