"""``valuealign study``: list studies, run one, or repeat a published one."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from valuealign.administration.plan.elicitation import ELICITATIONS
from valuealign_cli import study_check, study_freeze, study_show
from valuealign_cli.output import (
    emit_fields,
    emit_json,
    emit_table,
    emit_text,
    json_option,
    plain,
    plain_records,
    say,
    show_messages,
)

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.study.freeze.frozen_file import FrozenStudy
    from valuealign.study.study import Study
    from valuealign.study.study_result import Section, StudyResult

PARTLY_DONE = 3
_F = TypeVar("_F", bound=Callable[..., Any])
_HOW: list[Callable[[Any], Any]] = [
    click.option("--model", "models", multiple=True, help="gpt-4o, local, sim:human; repeatable."),
    click.option(
        "--rater", "raters", multiple=True, help="Who rates open answers too; repeatable."
    ),
    click.option("--occasions", type=click.IntRange(min=1), help="Instead of the study's own."),
    click.option(
        "--elicitation",
        type=click.Choice(ELICITATIONS),
        help="Instead of the study's own.",
    ),
    click.option(
        "--limit", type=click.IntRange(min=1), help="Only the first N stimuli; for a pilot."
    ),
    click.option("--instrument", "instruments", multiple=True, help="Only this one; repeatable."),
    click.option("--form", "forms", multiple=True, help="Instead of the study's own; repeatable."),
    click.option("--store", help="File or database URL.  [default: valuealign.db]"),
    click.option("--base-url", help="Any OpenAI-compatible endpoint."),
    click.option(
        "--api", type=click.Choice(["chat", "responses"]), default="chat", show_default=True
    ),
    click.option("--concurrency", default=16, show_default=True, help="Requests at the same time."),
    click.option("--rpm", type=float, help="Most requests a minute."),
    click.option("--tpm", type=float, help="Most tokens a minute."),
    click.option(
        "--budget",
        type=float,
        help="Most USD to spend on each instrument.  [default: the study's own]",
    ),
    click.option("--prices", type=click.Path(path_type=Path), help="Price file (YAML)."),
    click.option(
        "--timeout",
        default=120.0,
        show_default=True,
        help="Longest silence of a request, in seconds.",
    ),
    click.option(
        "--on-change",
        type=click.Choice(["stop", "continue"]),
        default="stop",
        show_default=True,
        help="When the answering model changes during a plan.",
    ),
    click.option(
        "--frozen",
        type=click.Path(path_type=Path),
        help="File of study freeze.  [default: NAME.frozen.json in the folder of the study]",
    ),
    click.option(
        "--dry-run", is_flag=True, help="Show the plan and example requests; send nothing."
    ),
    json_option,
]


def _how(function: _F) -> _F:
    """Add the options that say who is asked and how."""
    return reduce(lambda f, option: option(f), reversed(_HOW), function)


@click.group("study")
def command() -> None:
    """List studies, run one of your own, or repeat a published one.

    \b
    Example:
      valuealign study replicate hadar-shoval-2024 --model sim:human --model sim:yes
    """


@command.command("list")
@json_option
def list_command(*, as_json: bool) -> None:
    """List the shipped studies and open anchors; --json adds design, sources and people.

    \b
    Example:
      valuealign study list
    """
    from valuealign.study.study_list import list_studies

    rows = plain_records(list_studies())
    if as_json:
        emit_json(rows)
        return
    shown = ("title", "published", "status")
    emit_table([{"study": row["id"], **{name: row[name] for name in shown}} for row in rows])
    say("design, sources and responsible use of one of them: valuealign study show NAME")


command.add_command(study_check.command)
command.add_command(study_show.command)
command.add_command(study_freeze.command)


@command.command("run")
@click.argument("file")
@_how
def run_command(*, file: str, **options: Any) -> None:
    """Carry out a study: send the missing requests and print its tables.

    FILE is a YAML file of your own, or the name of a shipped study. Run the same command again
    to continue where it stopped: what was answered is not asked again.

    \b
    Example:
      valuealign study run mine.yaml --model gpt-4o --store mine.db
    """
    _carry_out(file, options)


@command.command("replicate")
@click.argument("name")
@_how
def replicate_command(*, name: str, **options: Any) -> None:
    """Repeat a published study: what was published, people, yours, and whether they agree.

    Facts that the publication does not give are "not available" and never filled in.

    \b
    Example:
      valuealign study replicate hadar-shoval-2024 --model sim:human --model sim:yes
    """
    from valuealign.errors import StudyError
    from valuealign.study.load_study import load_study

    study = load_study(name)
    if study.file.citation is None or not study.file.checks:
        raise StudyError(
            f"{study.id} repeats no published study: it has no citation or no checks",
            hint=f"valuealign study run {name}",
        )
    _carry_out(study, options)


def _carry_out(study: Any, options: dict[str, Any]) -> None:
    from valuealign.administration.run.progress import Display
    from valuealign.study.analyse import analyse
    from valuealign.study.freeze.freeze_study import frozen_of
    from valuealign.study.freeze.frozen_state import frozen_state
    from valuealign.study.load_study import load_study
    from valuealign.study.run_study import ask, conditions_of, given_by, prepare_study, rate

    loaded = load_study(study) if isinstance(study, str) else study
    models = list(options.pop("models")) or None
    changes = {name: options.pop(name) for name in ("occasions", "elicitation", "limit")}
    loaded = loaded.only(options.pop("instruments"), options.pop("forms"))
    loaded = loaded.changed(**changes, models=models)
    frozen = frozen_of(loaded, options.pop("frozen"))
    dry_run, as_json = options.pop("dry_run"), options.pop("as_json")
    who = {name: options.pop(name) for name in ("base_url", "store", "timeout")}
    prepared = prepare_study(loaded, models, **who, asks=not dry_run)
    raters = list(options.pop("raters"))
    conditions = conditions_of(loaded, **options)
    if dry_run:
        _show_dry_run(loaded, prepared, conditions, frozen, as_json=as_json)
        return
    say(f"{loaded.id}: {loaded.file.title}")
    for sentence in frozen_state(loaded, frozen).sentences:
        say(plain(sentence))
    outcomes = ask(prepared, conditions, display=Display())
    through = len(outcomes) == len(prepared) and not _stopped(outcomes)
    rated: dict[str, Any] = {}
    if through and loaded.file.rate:
        more = {"base_url": who["base_url"], "timeout": who["timeout"]}
        rated = rate(loaded, prepared, conditions, raters=raters, display=Display(), **more)
    stopped = _told_of(outcomes | rated)
    if not through or _stopped(rated):
        say("run the same command again to continue where it stopped")
        anything = any(o.progress.before + o.progress.done for o in outcomes.values())
        sys.exit(PARTLY_DONE if anything else 1)
    result = analyse(loaded, given_by(prepared, outcomes), frozen=frozen, say=say)
    if as_json:
        emit_json(_as_json(result))
    else:
        _show(result)
    say(f"store: {next(iter(prepared.values())).store}")
    if stopped:
        sys.exit(PARTLY_DONE)


def _stopped(outcomes: Any) -> bool:
    return any(outcome.stopped or outcome.error for outcome in outcomes.values())


def _told_of(outcomes: Any) -> bool:
    """Say what stopped a run, or failed; True where anything is not done."""
    for name, outcome in outcomes.items():
        progress = outcome.progress
        if outcome.stopped:
            say(f"{name}: {outcome.stopped}")
        elif not outcome.complete:
            say(f"{name}: {progress.failed:,} requests failed and are not in the data")
        missing = progress.refusals + progress.unreadable
        if missing:
            say(f"{name}: {progress.refusals:,} refused, {progress.unreadable:,} unreadable")
    return not all(outcome.complete for outcome in outcomes.values())


def _show(result: StudyResult) -> None:
    if len(result.findings):
        _show_findings(result)
    for section in result.sections:
        _show_section(section)
    if len(result.published):
        rows = [
            {"what was published": row["what"], "value": _fact(row)}
            for row in plain_records(result.published)
        ]
        emit_text("what else was published")
        emit_table(rows)
    for note in result.notes:
        emit_text(note)


def _fact(row: dict[str, Any]) -> str:
    value = row["value"]
    if value is None:
        return f"not available: {row['reason']}"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _show_findings(result: StudyResult) -> None:
    """Print one row a finding and respondent; what is the same as above is left blank."""
    rows: list[dict[str, Any]] = []
    above: dict[str, Any] = {"check": None}
    for row in plain_records(result.findings):
        again = row["check"] == above["check"]
        same_people = again and row["people"] == above["people"]
        rows.append(
            {
                "finding": "" if again else row["finding"],
                "published": "" if again else row["published"],
                "people": "" if same_people else row["people"] or "-",
                "respondent": row["respondent"],
                "yours": row["yours"],
                "agrees?": row["agrees"],
            }
        )
        above = row
    emit_text(f"{result.study}: published, people, yours")
    emit_table(rows)
    _show_reasons(result)
    sources = dict.fromkeys(row["source"] for row in plain_records(result.findings))
    told = "; ".join(source for source in sources if source)
    if told:
        emit_text(f"  published: {told}")
    emit_text()


def _show_reasons(result: StudyResult) -> None:
    """Print each reason once, with the respondent and the findings that it is of."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in plain_records(result.findings):
        if row["because"]:
            found.setdefault((row["respondent"], row["because"]), []).append(row["check"])
    for (who, because), checks in found.items():
        emit_text(plain(f"  {who} ({', '.join(checks)}): {because}"))


def _show_section(section: Section) -> None:
    emit_text(section.title)
    if len(section.table):
        emit_table(plain_records(section.table))
    for note in section.notes:
        emit_text(f"  {note}")
    emit_text()


def _as_json(result: StudyResult) -> dict[str, Any]:
    return {
        "study": result.study,
        "freeze": result.freeze.content(),
        "findings": _finite(result.findings),
        "published": _finite(result.published),
        "sections": [
            {
                "analysis": s.analysis,
                "title": s.title,
                "table": _finite(s.table),
                "notes": list(s.notes),
                "data": {name: _finite(frame) for name, frame in s.data.items()},
            }
            for s in result.sections
        ],
        "notes": list(result.notes),
    }


def _finite(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as JSON may hold them: an infinite slope (every choice predicted) is null."""
    inf = float("inf")
    return plain_records(frame.replace([inf, -inf], float("nan")))


def _show_dry_run(
    study: Study, prepared: Any, conditions: Any, frozen: FrozenStudy | None, *, as_json: bool
) -> None:
    from valuealign.study.freeze.frozen_state import frozen_state
    from valuealign.study.run_study import estimates

    found = estimates(prepared, conditions)
    rows = [
        {
            "instrument": name,
            "respondents": len(prepared[name].plan.respondents),
            "occasions": prepared[name].plan.occasions,
            "requests": one.n_requests,
            "prompt tokens, about": one.prompt_tokens,
            **({"of these for pictures": one.picture_tokens} if one.n_pictures else {}),
            "output tokens, at most": one.completion_tokens,
            "cost in USD, at most": None if one.cost is None else round(one.cost, 4),
        }
        for name, one in found.items()
    ]
    costs = [one.cost for one in found.values()]
    total = {
        "requests": sum(one.n_requests for one in found.values()),
        "cost in USD, at most": None if None in costs else round(sum(c or 0 for c in costs), 4),
        "store": next(iter(prepared.values())).store,
    }
    state = frozen_state(study, frozen)
    if as_json:
        emit_json(
            {
                "study": study.id,
                "freeze": state.content(),
                "instruments": rows,
                **total,
                "notes": study.notes,
                "examples": {name: one.examples for name, one in found.items()},
            }
        )
        return
    emit_text(study.file.title)
    emit_table(rows)
    emit_fields(
        [
            (k, "not available: no price in the price file" if v is None else str(v))
            for k, v in total.items()
        ]
    )
    for note in (*state.sentences, *study.notes):
        say(plain(note))
    _say_steps(study)
    for name, one in found.items():
        emit_text(f"\n--- {name}: the first request ---")
        show_messages(one.examples[0])


def _say_steps(study: Study) -> None:
    """Say what is rated once the replies are there."""
    for step in study.file.rate:
        who = ", ".join(step.raters) or "raters that --rater names"
        say(f"then {step.step}: {step.rubric} about every reply to {step.of}, by {who}")
