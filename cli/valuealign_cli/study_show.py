"""``valuealign study show``: what a study asks, expects and knows, and what it is not for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from valuealign_cli.output import (
    emit_fields,
    emit_json,
    emit_table,
    emit_text,
    json_option,
    plain,
    plain_records,
)

if TYPE_CHECKING:
    from valuealign.study.study import Study


@click.command("show")
@click.argument("name")
@json_option
def command(*, name: str, as_json: bool) -> None:
    """Show a study: its design, its checks, what was published, and notes on responsible use.

    NAME is a shipped study, or a YAML file of your own.

    \b
    Example:
      valuealign study show elyoseph-2024-recovery
    """
    from valuealign.study.analyse import published
    from valuealign.study.load_study import load_study

    study = load_study(name)
    facts = plain_records(published(study))
    if as_json:
        emit_json(
            {
                **study.describe(),
                "question": study.file.question,
                "parts": _parts(study),
                "expectations": _checks(study),
                "published": facts,
                "notes": study.notes,
            }
        )
        return
    emit_fields(_fields(study))
    emit_text()
    emit_table(_parts(study), title="What is asked")
    if study.file.checks:
        emit_table(_checks(study), title="What is checked")
    if facts:
        emit_table([_fact(fact) for fact in facts], title="What was published")
    emit_text("Notes and responsible use")
    for note in study.notes:
        emit_text(plain(f"  {note}"))


def _fields(study: Study) -> list[tuple[str, str]]:
    citation = study.file.citation
    fields = {
        "study": study.id,
        "title": study.file.title,
        "question": study.file.question,
        "repeats": None if citation is None else f"{citation.text} doi:{citation.doi}",
        "requests": f"{study.n_requests:,} for each model",
    }
    return [(name, value) for name, value in fields.items() if value]


def _parts(study: Study) -> list[dict[str, Any]]:
    rows = []
    for part in study.file.instruments:
        chosen = study.about.get(part.instrument)
        factors = {} if chosen is None else chosen.stimuli.factors
        rows.append(
            {
                "instrument": study.instruments[part.instrument].id,
                "about": "" if chosen is None else chosen.id,
                "factors": " x ".join(f"{n} ({', '.join(v)})" for n, v in factors.items()),
                "stimuli": None if chosen is None else len(chosen),
                "occasions": part.occasions,
                "forms": ", ".join(study.forms(part)),
                "people": study.populations.get(study.instruments[part.instrument].id)
                or str(study.answers.get(study.instruments[part.instrument].id, "")),
            }
        )
    return rows


def _checks(study: Study) -> list[dict[str, Any]]:
    return [
        {
            "check": check.id,
            "finding": check.says,
            "published": check.published or check.reason or "an expectation of the study's own",
            "source": "" if check.source is None else str(check.source),
        }
        for check in study.file.checks
    ]


def _fact(fact: dict[str, Any]) -> dict[str, Any]:
    value = fact["value"]
    if value is None:
        value = f"not available: {fact['reason']}"
    shown = f"{value:g}" if isinstance(value, float) else str(value)
    return {"what": fact["what"], "value": shown, "source": fact["source"] or ""}
