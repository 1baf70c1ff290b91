"""From a model's name to responses: every way of asking, resumed and unbroken alike."""

from __future__ import annotations

import asyncio
import json

import pytest
from click.testing import CliRunner
from valuealign_cli.main import valuealign

import valuealign as va
from valuealign.administration.endpoint.limits import Pace
from valuealign.administration.plan.form import parse_forms
from valuealign.administration.plan.plan import Plan
from valuealign.administration.run.asker import Asker
from valuealign.administration.run.cost import Budget
from valuealign.administration.run.progress import Quiet
from valuealign.administration.run.reread import reread
from valuealign.administration.run.run_plan import Run
from valuealign.errors import PlanError
from valuealign.respondent import Persona, Respondent
from valuealign.simulation import simulated
from valuealign.store.store import Store
from valuealign.supply.suppliers import _Answers

QUIET = Quiet()
COMPARED = ["respondent_id", "form", "occasion", "item_id", "outcome", "value", "raw"]


def given(instrument, store, model="sim:factor", **options):
    """Responses of a simulated respondent."""
    return va.administer(instrument, model, store=store, display=QUIET, **options)


def shown(long):
    """What must be the same however it was asked."""
    return long[COMPARED].astype(str).sort_values(COMPARED).reset_index(drop=True)


class StopsAfter:
    """Answers so often, then wants to end."""

    takes_grammar = False

    def __init__(self, respondent, n, stopping):
        self._inner, self._n, self._stopping = _Answers(respondent), n, stopping

    async def ask(self, path, body):
        self._n -= 1
        if self._n <= 0:
            self._stopping.set()
        return await self._inner.ask(path, body)

    async def close(self):
        pass


@pytest.mark.parametrize("form", ["order=random", "context=growing", "context=whole"])
@pytest.mark.parametrize("k", [1, 2, 5, 7, 11])
def test_a_plan_interrupted_after_any_k_and_resumed_equals_the_plan_uninterrupted(
    moods, tmp_path, k, form
):
    who = Respondent("sim:factor", "simulation:", Persona("p", "You are p."))
    plan = Plan(moods, (who,), parse_forms(form), occasions=3)

    async def part(stop_after):
        stopping = asyncio.Event()
        with Store.open(tmp_path / "part.db") as store:
            endpoint = StopsAfter(simulated("factor", moods), stop_after, stopping)
            asker = Asker(endpoint, Pace(2), Budget({}), stopping)
            run = Run(
                plan,
                store,
                {who.id: asker},
                stopping=stopping,
                concurrency=2,
                on_change="stop",
                display=QUIET,
                version="0",
            )
            return await run.run()

    outcomes = []
    while not outcomes or not outcomes[-1].complete:
        outcomes.append(asyncio.run(part(k)))
        assert len(outcomes) < 40
    whole = given(
        moods,
        tmp_path / "whole.db",
        forms=form,
        occasions=3,
        personas=[Persona("p", "You are p.")],
    )
    assert shown(va.responses(tmp_path / "part.db").long).equals(shown(whole.long))


@pytest.mark.parametrize("elicitation", ["choice", "text", "json", "logprobs"])
@pytest.mark.parametrize("form", ["labels=numbers", "labels=letters direction=reversed"])
def test_every_elicitation_gives_codes_in_the_instruments_direction(
    moods, tmp_path, elicitation, form
):
    long = given(moods, tmp_path / "s.db", "sim:yes", elicitation=elicitation, forms=form).long
    assert set(long["value"]) == {4.0}
    assert set(long["elicitation"]) == {elicitation}
    if elicitation == "logprobs":
        assert long["option_mass"].min() > 0.99
        assert long["expected"].tolist() == [4.0] * 6
        assert long["entropy"].max() < 1e-6


def test_no_plan_is_begun_that_cannot_be_carried_out(moods, tmp_path):
    for options, says in (
        ({"occasions": 0}, "occasions is 0"),
        ({"concurrency": 0}, "concurrency is 0"),
        ({"forms": "labels=emoji"}, "labels is 'emoji'"),
        ({"budget": 1.0, "model": "m", "base_url": "http://127.0.0.1:9/v1"}, "needs the price"),
        ({"model": ["sim:yes", "sim:yes"]}, "stands in the plan twice"),
        ({"model": ""}, "model's name is empty"),
    ):
        with pytest.raises(PlanError, match=says):
            given(moods, tmp_path / "s.db", **{"model": "sim:yes", **options})


def test_without_a_model_the_first_that_needs_no_key_answers_and_it_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv("VALUEALIGN_CACHE", str(tmp_path / "none"))
    said = []
    found = va.administer("pvq-21", store=tmp_path / "s.db", display=Quiet(said.append))
    assert set(found.long["model"]) == {"sim:human"}
    assert "no --model: a simulated respondent answers" in said[0]


def test_it_works_inside_a_running_loop(moods, tmp_path):
    async def in_a_notebook():
        return given(moods, tmp_path / "s.db")

    assert len(asyncio.run(in_a_notebook()).long) == 6


def test_the_same_call_again_asks_nothing(moods, tmp_path):
    said = []
    given(moods, tmp_path / "s.db")
    va.administer(moods, "sim:factor", store=tmp_path / "s.db", display=Quiet(said.append))
    assert said == ["6 done, 0 to ask"]


def test_a_share_of_refusals_comes_back_as_that_share(moods, tmp_path):
    people = [Persona(f"p{k}", f"You are {k}.") for k in range(80)]
    long = given(moods, tmp_path / "s.db", "sim:refuser", personas=people).long
    share = (long["outcome"] == "refusal").mean()
    assert abs(share - 0.3) < 4 * (0.21 / len(long)) ** 0.5


def test_reading_again_finds_nothing_new_and_what_a_better_reader_says(
    moods, tmp_path, monkeypatch
):
    given(moods, tmp_path / "s.db", "sim:verbose", occasions=2)
    with Store.open(tmp_path / "s.db") as store:
        assert reread(store).n_changed == 0
        from valuealign.administration.outcome import Unreadable
        from valuealign.administration.reply import item_records as findings

        monkeypatch.setattr(findings, "read", lambda *_: Unreadable("a stricter reader"))
        assert reread(store, dry_run=True).n_changed == 12
        assert set(va.responses(tmp_path / "s.db").long["outcome"]) == {"answer"}
        assert reread(store).n_changed == 12
        assert set(va.responses(tmp_path / "s.db").long["outcome"]) == {"unreadable"}
        monkeypatch.undo()
        assert reread(store).n_changed == 12
    assert set(va.responses(tmp_path / "s.db").long["outcome"]) == {"answer"}


def run(*words):
    """A command, and what it printed."""
    done = CliRunner().invoke(valuealign, list(words), catch_exceptions=False)
    return done.exit_code, done.stdout


def test_a_dry_run_shows_the_plan_three_requests_and_asks_nothing(tmp_path):
    store = tmp_path / "s.db"
    code, out = run(
        "administer",
        "--model",
        "sim:human",
        "--instrument",
        "pvq-21",
        "--occasions",
        "10",
        "--form",
        "direction=published,reversed",
        "--store",
        str(store),
        "--dry-run",
        "--json",
    )
    found = json.loads(out)
    assert code == 0
    assert (found["requests"], found["administrations"]) == (420, 20)
    assert len(found["examples"]) == 3
    assert found["prompt tokens, about"] > 420 * 50
    assert not store.exists()


def test_a_dry_run_says_what_is_done_already(tmp_path):
    store = str(tmp_path / "s.db")
    words = ["administer", "--model", "sim:human", "--instrument", "pvq-21", "--store", store]
    assert json.loads(run(*words, "--dry-run", "--json")[1])["of these done already"] == 0
    run(*words)
    _, out = run(*words, "--occasions", "3", "--dry-run", "--json")
    assert (json.loads(out)["requests"], json.loads(out)["of these done already"]) == (63, 21)


def test_a_dry_run_needs_no_key(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    code, out = run("administer", "--model", "gpt-4o", "--dry-run", "--json")
    assert (code, json.loads(out)["requests"]) == (0, 57)
    with pytest.raises(PlanError, match="no key"):
        run("administer", "--model", "gpt-4o")


def test_a_batch_is_refused_before_anything_is_asked(tmp_path):
    store = tmp_path / "s.db"
    words = ["administer", "--model", "sim:human", "--batch", "--store", str(store)]
    done = CliRunner().invoke(valuealign, words)
    assert (done.exit_code, store.exists()) == (2, False)
    assert "leave --batch out" in done.stderr


def test_scores_and_counts_never_pool_two_conditions_unseen(tmp_path):
    store = str(tmp_path / "s.db")
    words = ["administer", "--model", "sim:human", "--instrument", "pvq-21", "--store", store]
    for more in ([], ["--elicitation", "text"], ["--temperature", "0.5"]):
        assert run(*words, *more)[0] == 0
    _, out = run("score", "--store", store, "--json")
    of_one = [row for row in json.loads(out)["scores"] if row["score"] == "SD"]
    assert {(row["respondent"], row["n"]) for row in of_one} == {
        ("sim:human (temperature not set, elicitation choice)", 1),
        ("sim:human (temperature not set, elicitation text)", 1),
        ("sim:human (temperature 0.5, elicitation choice)", 1),
    }
    _, out = run("responses", "list", "--store", store, "--json")
    assert [row["answer"] for row in json.loads(out)] == [21, 21, 21]


@pytest.mark.parametrize("file_format", ["csv", "parquet", "sav", "lavaan"])
def test_exports_open_in_other_programs_and_say_whose_wording_it_was(tmp_path, file_format):
    import pandas as pd

    store, out = tmp_path / "s.db", tmp_path / f"out.{file_format}"
    given("pvq-21", store, "sim:human", occasions=3)
    words = ["responses", "export", "--store", str(store), "--format", file_format]
    code, _ = run(*words, "--instrument", "pvq-21", "-o", str(out))
    assert code == 0
    if file_format == "csv":
        assert len(pd.read_csv(out)) == 63
        assert "open form, not the official text" in out.with_suffix(".txt").read_text("utf-8")
        assert set(pd.read_csv(out)["wording"]) == {"open form, not the official text"}
    elif file_format == "parquet":
        assert pd.read_parquet(out)["value"].notna().all()
    elif file_format == "sav":
        import pyreadstat

        frame, meta = pyreadstat.read_sav(out)
        assert len(frame) == 63
        assert "open form" in meta.file_label
    else:
        assert 'openness <- "' in out.read_text("utf-8")
        assert "pvq01" in pd.read_csv(out.with_suffix(".csv")).columns


def test_a_reply_is_no_formula_in_a_spreadsheet(moods, tmp_path, monkeypatch):
    from valuealign.simulation.simulated_respondents import Simulated

    monkeypatch.setattr(Simulated, "_text", lambda *_: '=HYPERLINK("https://thief.example")')
    given(moods, tmp_path / "s.db")
    words = ["responses", "export", "--store", str(tmp_path / "s.db"), "--format", "csv"]
    run(*words, "-o", str(tmp_path / "o.csv"))
    text = (tmp_path / "o.csv").read_text("utf-8")
    assert "thief" in text
    assert ",=" not in text
    assert '"=' not in text


def test_an_endpoint_that_is_known_to_give_no_logprobs_is_named_before_it_is_asked(
    moods, monkeypatch
):
    from valuealign.supply.preparation import prepare

    monkeypatch.setenv("OPENAI_API_KEY", "sk-test-0123456789")
    groq = "https://api.groq.com/openai/v1"
    prepared = prepare(moods, "m", base_url=groq, elicitation="logprobs", asks=False)
    assert any("gives no log-probabilities" in note for note in prepared.notes)
    assert not prepare(moods, "m", base_url=groq, asks=False).notes


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"timeout": 0}, "the timeout is 0"),
        ({"timeout": float("nan")}, "the timeout is nan"),
        ({"time_limit": -1.0}, "the time limit is -1"),
        ({"extra": {"stream": True}}, "read whole"),
    ],
)
def test_limits_and_fields_that_cannot_be_used_are_refused(moods, options, says):
    from valuealign.supply.preparation import prepare

    with pytest.raises(PlanError, match=says):
        prepare(moods, "sim:yes", **options)
