"""``valuealign instruments import``: a survey of another program as a new instrument."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from valuealign_cli.output import emit_json, emit_table, json_option, say

if TYPE_CHECKING:
    from valuealign.exchange.surveys.draft import Draft

_PATH: Any = click.Path(path_type=Path)
_FORMATS = ("ddi", "limesurvey", "numbered", "qualtrics", "redcap")


@click.command("import")
@click.argument("file_format", metavar="FORMAT", type=click.Choice(_FORMATS))
@click.argument("source", metavar="FILE", type=_PATH)
@click.option("--id", "instrument_id", help="By default the file's name.")
@click.option("--only", multiple=True, help="Names of questions ('IPIP_*'); repeatable.")
@click.option("--section", "sections", multiple=True, help="Forms or tables; repeatable.")
@click.option(
    "--in-scale", "scale", default="", help="One scale for all items.  [default: one a table]"
)
@click.option("--title", default="", help="Its full name.  [default: the survey's]")
@click.option("--construct", default="not stated", show_default=True, help="What it measures.")
@click.option("--holder", default="not stated", show_default=True, help="Who holds the rights.")
@click.option("--citation", help="Where it was published, if it was.")
@click.option(
    "--language",
    "languages",
    multiple=True,
    help="Languages to keep; repeatable.  [default: the survey's own]",
)
@click.option("--labels", help="Option labels, lowest first, instead of the file's.")
@click.option(
    "--undefined",
    default="",
    help="Keep this option (its code or words) as an answer outside the scale.",
)
@click.option("--renumber", is_flag=True, help="Number the options from 1, not as in the file.")
@click.option(
    "--headings", is_flag=True, help="Place the text above a table before its statements."
)
@click.option("--instruction", default="", help="By default the text above the table.")
@click.option("--about", "fields", multiple=True, help="A text that it is asked about: vignette.")
@click.option("--output", type=_PATH, help="By default ID.yaml.")
@click.option("--dry-run", is_flag=True, help="Show the result; write no file.")
@json_option
def import_(
    file_format: str,
    source: Path,
    *,
    instrument_id: str | None,
    output: Path | None,
    labels: str | None,
    title: str,
    construct: str,
    holder: str,
    citation: str | None,
    instruction: str,
    fields: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
    **choice: Any,
) -> None:
    """Convert a survey of another program to an instrument file.

    FORMAT is ddi (a codebook), limesurvey (.lss), numbered (text or Word), qualtrics (.qsf) or
    redcap (the data dictionary, or the API's metadata). The questions that share their options
    become items under the file's own codes. Everything omitted or changed is reported; check
    the result.

    \b
    Example:
      valuealign instruments import qualtrics survey.qsf --only "IPIP_*" --id ipip-mine
      valuealign instruments import limesurvey survey.lss --language de --language en --dry-run
    """
    from valuealign.exchange.surveys.draft_yaml import About, notes_of, points_of, text_of
    from valuealign.exchange.surveys.read_survey import read_survey
    from valuealign.instrument.write_instrument import id_from, write_new

    words = [label.strip() for label in labels.split("|")] if labels else []
    _, draft = read_survey(file_format, source, labels=words, **choice)
    about = About(
        instrument_id or id_from(source.stem),
        title,
        construct,
        holder,
        citation,
        instruction,
        fields,
    )
    text = text_of(draft, about, source, labels=words)
    points = points_of(draft, words, source)
    path = output or Path(f"{about.id}.yaml")
    if not dry_run:
        write_new(path, text)
    _show(draft, points, notes_of(draft, about), path, dry_run=dry_run, as_json=as_json)


def _show(
    draft: Draft,
    points: list[dict[str, Any]],
    notes: tuple[str, ...],
    path: Path,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    language = draft.languages[0]
    rows = [
        {"item": item.id, "scale": item.scale, "keyed": item.keyed, "text": item.text[language]}
        for item in draft.items
    ]
    options = [{"code": p["code"], "label": p["label"].get(language, "")} for p in points]
    if as_json:
        emit_json(
            {
                "file": None if dry_run else str(path),
                "items": rows,
                "labels": [o["label"] for o in options],
                "options": options,
                "languages": list(draft.languages),
                "notes": list(notes),
                "left_out": [{"question": name, "why": why} for name, why in draft.exclusions],
            }
        )
    else:
        emit_table(rows)
        emit_table(options)
    for note in notes:
        say(note)
    verb = "would write" if dry_run else "wrote"
    say(f"{verb} {path}: {len(rows)} items, {len(points)} options")
    if not dry_run:
        say(f"next: valuealign instruments check {path}")
