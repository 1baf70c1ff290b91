"""The table of studies in README and docs is the one that the files make."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from valuealign_cli.main import valuealign
from valuealign_cli.study_table import BEGIN, END, with_table

import valuealign as va
from valuealign.study.freeze.study_parts import study_parts
from valuealign.study.load_study import study_names
from valuealign.study.study_list import overview_markdown
from valuealign.study.study_overview import COLUMNS

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "docs/studies.md")


@pytest.mark.parametrize("page", PAGES)
def test_the_table_in_a_page_is_current(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    assert BEGIN in text
    assert END in text
    assert with_table(text, overview_markdown()) == text, (
        f"run: python -m valuealign_cli.study_table {' '.join(PAGES)}"
    )


def test_the_command_shows_every_study_and_anchor():
    rows = json.loads(CliRunner().invoke(valuealign, ["study", "list", "--json"]).stdout)
    assert {row["id"] for row in rows} == set(va.list_studies()["id"])
    assert all(set(COLUMNS[1:]) <= set(row) for row in rows)
    shown = CliRunner().invoke(valuealign, ["study", "list"]).stdout
    for row in rows:
        assert row["id"].split("-")[0] in shown


def test_every_repeated_study_has_its_doi_and_every_number_is_counted():
    rows = va.list_studies().set_index("id")
    assert rows.loc["lee-2024-crisis", "repeats"] == "doi:10.2196/58129"
    assert rows.loc["lee-2024-crisis", "design"] == (
        "crisis-judgement about 92 of intake-records, 2 forms x 1"
    )
    assert rows.loc["gss-2018", "published"].startswith("1,570 numbers")
    assert rows.loc["siri2-2025", "published"].endswith("33 copied")
    assert (rows["repeats"] != "").all()


@pytest.mark.parametrize("name", study_names())
def test_every_shipped_study_can_be_frozen(name):
    study = va.load_study(name)
    parts = study_parts(study)
    assert {"design", "checks", "description", "rules"} <= set(parts)
    assert parts == study_parts(va.load_study(name))
