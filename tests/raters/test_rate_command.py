"""``valuealign rate``: one command, resumed, priced before it is sent."""

from __future__ import annotations

import json

from click.testing import CliRunner
from valuealign_cli.main import valuealign


def run(*arguments):
    """Run the command line."""
    done = CliRunner().invoke(valuealign, [*map(str, arguments)])
    assert done.exit_code == 0, done.output
    return done


def test_replies_are_rated_once(replied):
    store = replied(one="I am sad.", two="I am glad.")
    asked = ("rate", store, "--rubric", "leas-levels", "--model", "rule:leas-words", "--json")
    first = json.loads(run(*asked).stdout)
    assert (first["planned"], first["done"], first["complete"]) == (12, 12, True)
    assert json.loads(run(*asked).stdout)["done_before"] == 12


def test_a_dry_run_prices_judges_and_no_rules(replied, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-none")
    store = replied(one="I am sad.")
    asked = ("rate", store, "--rubric", "leas-levels", "--dry-run", "--json", "--sample", "1")
    rule = json.loads(run(*asked, "--model", "rule:leas-words").stdout)
    assert (rule["requests"], rule["prompt tokens, about"], rule["examples"]) == (3, 0, [])
    judge = json.loads(run(*asked, "--model", "gpt-4o").stdout)
    assert judge["stimuli"] == 1
    assert judge["prompt tokens, about"] > 300
    assert "> I am sad." in json.dumps(judge["examples"])


def test_only_some_models_replies_are_rated_into_another_store(replied, tmp_path):
    store, into = replied(one="I am sad.", two="I am glad."), tmp_path / "into.db"
    asked = ("rate", store, "--rubric", "leas-levels", "--model", "rule:leas-words")
    found = json.loads(run(*asked, "--of", "two", "--into", into, "--json").stdout)
    assert (found["planned"], found["store"]) == (6, str(into))


def test_whose_list_it_is_and_what_is_left_out_is_said(replied):
    store = replied(one="I am sad.", two="I'm sorry, but I can't help with that.")
    done = run("rate", store, "--rubric", "leas-levels", "--model", "rule:leas-words")
    assert "not the published glossary" in done.stderr
    assert "2 refusals are left out" in done.stderr
    more = run(
        *("rate", store, "--rubric", "leas-levels", "--model", "rule:leas-words"),
        "--include-refusals",
    )
    assert "2 refusals are included" in more.stderr
