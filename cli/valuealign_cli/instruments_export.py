"""``valuealign instruments export``: an instrument as a survey file of another program."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from valuealign_cli.output import emit_json, json_option, say

_PATH: Any = click.Path(path_type=Path)
_FORMS = click.Choice(["he", "she", "they", "first", "plain"])


@click.command("export")
@click.argument("file_format", metavar="FORMAT", type=click.Choice(["limesurvey", "redcap"]))
@click.argument("instrument")
@click.option(
    "--language", default="", help="Language of a REDCap dictionary.  [default: the first]"
)
@click.option("--form", type=_FORMS, help="Grammatical form of the sentences.")
@click.option("--wording", type=click.Choice(["official"]), help="The wording you installed.")
@click.option("-o", "--output", type=_PATH, help="By default ID.lss or ID.csv.")
@json_option
def export_(
    file_format: str,
    instrument: str,
    *,
    language: str,
    form: Any,
    wording: Any,
    output: Path | None,
    as_json: bool,
) -> None:
    """Write an instrument as a survey that people can answer elsewhere.

    FORMAT is limesurvey (an .lss file) or redcap (a data dictionary). Codes, labels, order,
    scales and keys are kept: importing the file again gives the same items.

    \b
    Example:
      valuealign instruments export redcap ipip-bfi-25 -o dictionary.csv
    """
    from valuealign.exchange.surveys.write_survey import ENDINGS, write_survey
    from valuealign.instrument.load import load_instrument

    loaded = load_instrument(instrument, wording=wording)
    path = output or Path(f"{loaded.id}{ENDINGS[file_format]}")
    notes = write_survey(loaded, path, file_format=file_format, language=language, form=form)
    if as_json:
        emit_json({"file": str(path), "items": len(loaded.items), "notes": list(notes)})
    for note in notes:
        say(note)
    say(f"wrote {path}: {len(loaded.items)} items")
