"""``valuealign instruments import``: a survey of another program as a new instrument."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from valuealign_cli.output import emit_json, emit_table, json_option, say

_PATH: Any = click.Path(path_type=Path)
_FORMATS = ("ddi", "limesurvey", "numbered", "qualtrics", "redcap")


@click.command("import")
@click.argument("file_format", metavar="FORMAT", type=click.Choice(_FORMATS))
@click.argument("source", metavar="FILE", type=_PATH)
@click.option("--id", "instrument_id", help="By default the file's name.")
@click.option("--only", multiple=True, help="Names of questions ('IPIP_*'); repeatable.")
@click.option("--in-scale", default="", help="One scale for all items.  [default: one a table]")
@click.option("--title", help="Its full name.  [default: the survey's]")
@click.option("--construct", default="not stated", show_default=True, help="What it measures.")
@click.option("--holder", default="not stated", show_default=True, help="Who holds the rights.")
@click.option("--citation", help="Where it was published, if it was.")
@click.option("--language", default="en", show_default=True)
@click.option("--labels", help="Option labels, lowest first, where the file has none.")
@click.option("--instruction", help="By default what stands above the table.")
@click.option("--output", type=_PATH, help="By default ID.yaml.")
@json_option
def import_(
    file_format: str, source: Path, *, instrument_id: str | None, only: tuple[str, ...],
    in_scale: str, output: Path | None, labels: str | None, as_json: bool, **answers: Any,
) -> None:  # fmt: skip
    """Make an instrument file of a survey that another program holds.

    FORMAT is ddi (a codebook), limesurvey (.lss), numbered (plain text), qualtrics (.qsf) or
    redcap (the data dictionary, CSV). The questions that share their options become items; which
    are reversed no such file says, so look the result over.

    \b
    Example:
      valuealign instruments import qualtrics survey.qsf --only "IPIP_*" --id ipip-mine
    """
    from valuealign.exchange.surveys.read_survey import read_survey
    from valuealign.instrument.new import id_from, new_instrument, write_new

    survey, draft = read_survey(file_format, source, only=only, scale=in_scale)
    name = instrument_id or id_from(source.stem)
    points = [label.strip() for label in labels.split("|")] if labels else draft.labels
    if not points:
        raise click.UsageError("the file has no option labels; give them with --labels 'a|b|c'")
    answers["title"] = answers["title"] or survey.title or name
    answers["instruction"] = answers["instruction"] or draft.instruction
    given = {key: value for key, value in answers.items() if value}
    text = new_instrument(name, draft.items, labels=points, **given)
    path = output or Path(f"{name}.yaml")
    write_new(path, text)
    rows = [{"item": item.id, "scale": item.scale, "text": item.text} for item in draft.items]
    if as_json:
        emit_json({"file": str(path), "items": rows, "labels": list(points)})
    else:
        emit_table(rows)
    for note in draft.notes:
        say(note)
    say(f"wrote {path}: {len(rows)} items, {len(points)} options")
    say(f"next: valuealign instruments check {path}")
