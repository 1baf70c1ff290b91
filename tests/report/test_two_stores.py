"""A report of two stores says what changed between them."""

from __future__ import annotations

import json

import numpy as np
import pytest
from click.testing import CliRunner
from valuealign_cli.main import valuealign
from valuealign_cli.report_stores import labels_of

import valuealign as va
from valuealign.administration.run.progress import Quiet
from valuealign.errors import DataError
from valuealign.store.responses.joined_source import joined

FORMS = "direction=published,reversed content=stem,opposed"


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    """The same simulated person asked twice, and a third store of another one."""
    folder = tmp_path_factory.mktemp("times")
    for name, model, seed in (("may", "sim:human", 0), ("june", "sim:human", 5)):
        path = folder / f"{name}.db"
        va.administer(
            "pvq-21", model, forms=FORMS, occasions=3, seed=seed, store=path, display=Quiet()
        )
    va.administer("pvq-21", "sim:yes", store=folder / "yes.db", display=Quiet())
    return folder


@pytest.fixture(scope="module")
def given(stores):
    return {name: va.responses(stores / f"{name}.db") for name in ("may", "june")}


def test_changes_are_those_of_the_scores(given):
    found = va.changes(given["may"], given["june"])
    assert set(found.scales["respondent"]) == {"sim:human"}
    row = found.scales.set_index("scale").loc["PO"]
    means = []
    for each in given.values():
        wide = each.wide[each.wide["content"] != "opposed"]
        scores = va.score(wide, "pvq-21", centre="mrat")
        means.append(scores.groupby(wide["form"].to_numpy())["PO"].mean().mean())
    assert row["before"] == pytest.approx(means[0])
    assert row["difference"] == pytest.approx(means[1] - means[0])
    assert row["occasions_ci_lower"] < row["difference"] < row["occasions_ci_upper"]


def test_a_model_that_is_in_one_store_only_is_named(given, stores):
    with pytest.raises(DataError, match="nobody is in both"):
        va.changes(given["may"], va.responses(stores / "yes.db"))


def test_joined_responses_keep_each_answer(given):
    both = joined(given)
    assert len(both.long) == sum(len(each.long) for each in given.values())
    assert both.design["administration_id"].is_unique
    for label, each in given.items():
        mine = both.wide[both.wide["respondent"] == f"sim:human [{label}]"]
        assert np.array_equal(mine["pvq01"].to_numpy(), each.wide["pvq01"].to_numpy())
    with pytest.raises(DataError, match="two at least"):
        joined({"may": given["may"]})


def test_the_command_compares_two_stores(stores):
    path = stores / "changes.html"
    run = CliRunner().invoke(
        valuealign,
        ["report", str(stores / "may.db"), str(stores / "june.db"), "-o", str(path), "--json"],
    )
    assert run.exit_code == 0, run.output
    assert list(json.loads(run.stdout)["headlines"]["pvq-21"]) == [
        "sim:human [may]",
        "sim:human [june]",
    ]
    page = path.read_text(encoding="utf-8")
    assert "What changed between may and june?</h2>" in page
    assert "Change of each scale" in page
    assert page.count("Under the same forms") == 2  # on the first screen, and in its section


def test_three_stores_are_refused(stores):
    names = [str(stores / f"{name}.db") for name in ("may", "june", "yes")]
    run = CliRunner().invoke(valuealign, ["report", *names, "-o", str(stores / "r.html")])
    assert run.exit_code == 2
    assert "3 stores" in run.output
    run = CliRunner().invoke(valuealign, ["report", names[0], "--store", names[1]])
    assert run.exit_code == 2


@pytest.mark.parametrize(
    ("stores_given", "labels"),
    [
        (["a.db", "b.db"], ["a", "b"]),
        (["x/a.db", "y/a.db"], ["x/a", "y/a"]),
        (["a.db", "a.db"], ["a 1", "a 2"]),
        (["postgresql://me:secret@host/one", "b.db"], ["one", "b"]),
    ],
)
def test_labels_are_short_different_and_hold_no_password(stores_given, labels):
    assert labels_of(stores_given) == labels
