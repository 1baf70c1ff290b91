"""``valuealign stimuli``: list, show, check, preview and add what instruments ask about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from valuealign_cli.file_check import check_files
from valuealign_cli.output import (
    emit_fields,
    emit_json,
    emit_table,
    emit_text,
    json_option,
    plain,
    say,
)

if TYPE_CHECKING:
    from valuealign.stimulus.stimulus import Stimulus

_PATH: Any = click.Path(path_type=Path)


@click.group("stimuli")
def command() -> None:
    """List, show, check, preview and add stimuli: what instruments ask about.

    \b
    Example:
      valuealign stimuli list
    """


@command.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the sets of stimuli that come with valuealign.

    \b
    Example:
      valuealign stimuli list --json
    """
    from valuealign.stimulus.display_set import summary
    from valuealign.stimulus.load_stimuli import load_stimuli, names

    rows = [summary(load_stimuli(name)) for name in names()]
    if as_json:
        emit_json(rows)
    else:
        shown = ("id", "title", "stimuli", "factors", "variants", "languages")
        emit_table([{name: row[name] for name in shown} for row in rows])


@command.command("show")
@click.argument("stimuli", metavar="SET")
@json_option
def show(stimuli: str, *, as_json: bool) -> None:
    """Show what a set is: its source, rights, content note, factors and variants.

    \b
    Example:
      valuealign stimuli show burden-belonging
    """
    from valuealign.stimulus.display_set import set_facts
    from valuealign.stimulus.load_stimuli import load_stimuli

    loaded = load_stimuli(stimuli)
    if as_json:
        emit_json({**loaded.file.content(), "n_stimuli": len(loaded), "hash": loaded.hash})
        return
    emit_fields(set_facts(loaded))


@command.command("check")
@click.argument("files", nargs=-1, required=True)
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
@json_option
def check(files: tuple[str, ...], strict: bool, as_json: bool) -> None:
    """Check files of stimuli (or shipped sets by name); show how to correct them.

    \b
    Example:
      valuealign stimuli check mine.yaml
    """
    from valuealign.stimulus.check_stimuli import check_stimuli
    from valuealign.stimulus.load_stimuli import find_stimuli, names

    check_files(files, check_stimuli, find_stimuli, shipped=names(), strict=strict, as_json=as_json)


@command.command("preview")
@click.argument("stimuli", metavar="SET")
@click.option("--variant", default="original", show_default=True, help="A variant, or 'all'.")
@click.option("--language", help="By default the first of the set.")
@click.option("--limit", type=click.IntRange(min=1), help="Only the first stimuli.")
@json_option
def preview(
    stimuli: str, *, variant: str, language: str | None, limit: int | None, as_json: bool
) -> None:
    """Show the text of every stimulus as a respondent reads it.

    To see them together with an instrument, use valuealign instruments preview.

    \b
    Example:
      valuealign stimuli preview burden-belonging --variant hesitant --limit 2
    """
    from valuealign.stimulus.chosen import choose

    chosen = choose(stimuli, variant=variant, limit=limit)
    shown = [chosen.stimulus(k, language or chosen.languages[0]) for k in range(len(chosen))]
    if as_json:
        emit_json([one.content for one in shown])
        return
    for one in shown:
        _show(one)
    note = chosen.stimuli.file.content_note
    if note:
        say(f"content note: {note}")


def _show(one: Stimulus) -> None:
    facts = {**one.conditions, **one.numbers}
    variant = f" ({one.variant})" if one.variant else ""
    emit_text(f"--- {one.id}{variant}: {', '.join(f'{k} {v}' for k, v in facts.items())} ---")
    for name, picture in one.pictures.items():
        emit_text(f"[{name}: {one.files[name]}, {picture.facts}]")
    for name, text in one.shown.items():
        if name not in facts:
            emit_text(text)
            emit_text()
    hidden = [*one.truth, *one.reference]
    if hidden:
        emit_text(f"never shown to a respondent: {', '.join(hidden)}")


@command.command("schema")
def schema() -> None:
    """Print the JSON schema of files of stimuli, for editors.

    \b
    Example:
      valuealign stimuli schema > schema.json
    """
    from valuealign.stimulus.set_schema import schema_text

    click.echo(schema_text(), nl=False)


@command.command("new")
@click.argument("set_id", metavar="ID")
@click.option("--title", help="What the stimuli are, in words.")
@click.option("--holder", help="Who holds the rights to the texts.")
@click.option("--factor", "factors", multiple=True, metavar="NAME=LEVEL,LEVEL", help="Repeatable.")
@click.option("--text", "texts", multiple=True, help="A base text with slots; repeatable.")
@click.option("--language", default="en", show_default=True)
@click.option("--output", type=_PATH, help="By default ID.yaml.")
def new(set_id: str, *, factors: tuple[str, ...], output: Path | None, **answers: Any) -> None:
    """Write a new factorial set of stimuli; missing options are asked for.

    The file loads at once. Write the words of every level into it, then check it.

    \b
    Example:
      valuealign stimuli new rain --title "Walks" --holder "A. Author"
        --factor weather=wet,dry --text "Kim goes for a walk. {weather}"
    """
    from valuealign.stimulus.new_set import new_stimuli, write_stimuli

    for name, question in (("title", "Title"), ("holder", "Who wrote it")):
        answers[name] = answers[name] or click.prompt(question, err=True)
    typed = list(factors) or [click.prompt("Factor (NAME=LEVEL,LEVEL)", err=True)]
    text = new_stimuli(set_id, factors=dict(_factor(each) for each in typed), **answers)
    path = output or Path(f"{set_id}.yaml")
    write_stimuli(path, text)
    say(f"wrote {path}; write the words of every level into it")
    say(f"next: valuealign stimuli check {path}")


def _factor(text: str) -> tuple[str, list[str]]:
    name, equals, levels = text.partition("=")
    listed = [level.strip() for level in levels.split(",") if level.strip()]
    if not equals or not name.strip() or len(listed) < 2:
        raise click.UsageError(f"--factor {text!r}: write 'weather=wet,dry'")
    return name.strip(), listed


@command.command("import")
@click.argument("table", type=_PATH)
@click.option("--id", "set_id", help="The name of the set; by default that of the file.")
@click.option(
    "--field", "fields", multiple=True, metavar="COLUMN=KIND", help="What a column is; repeatable."
)
@click.option("--id-column", help="The column that names each stimulus; else numbered.")
@click.option("--title", help="What the stimuli are, in words.")
@click.option("--source", help="Who wrote them, and by which rules or from which data.")
@click.option("--holder", help="Who holds the rights to them.")
@click.option("--terms", help="On what terms you may use them.")
@click.option("--redistribution/--no-redistribution", help="Whether others may be given them.")
@click.option("--language", default="en", show_default=True)
@click.option("--content-note", help="What a reader may find hard to read.")
@click.option("--not-for", multiple=True, help="A use that they do not support; repeatable.")
@click.option("--output", "folder", type=_PATH, default=".", help="The folder of the set.")
@json_option
def import_(
    table: Path,
    *,
    set_id: str | None,
    fields: tuple[str, ...],
    id_column: str | None,
    folder: Path,
    as_json: bool,
    **provenance: Any,
) -> None:
    """Make a set of stimuli from your own table: CSV, JSONL, Parquet or XLSX.

    A folder of pictures with a table (picture, option1, option2, ..., answer) becomes an
    instrument instead, in the layout of the Reading the Mind in the Eyes Test.

    Missing options are asked for. A kind is text, turns, category, number, truth, reference or
    picture (a file in the folder of the table); columns without one are left behind.

    \b
    Example:
      valuealign stimuli import cases.xlsx --field description=text --field outcome=truth
        --title "Cases" --source "Our clinic, 2025" --holder "Us" --terms "Internal use"
      valuealign stimuli import eyes/ --id my-eyes --title "Eyes" --source "osf.io/..."
        --holder "Its authors" --terms "CC BY-SA 4.0"
    """
    from valuealign.stimulus.import_table import Provenance, import_table

    if table.is_dir():
        _import_folder(table, set_id or _as_id(table.name), folder, provenance, as_json=as_json)
        return
    kinds = dict(_kind(each) for each in fields) or _asked_kinds(table)
    chosen = id_column or next((name for name, kind in kinds.items() if kind == "id"), None)
    kinds = {name: kind for name, kind in kinds.items() if kind not in ("id", "skip")}
    _ask_provenance(provenance)
    name = set_id or _as_id(table.stem)
    done = import_table(
        table, name, kinds, Provenance(**provenance), id_column=chosen, folder=folder
    )
    found = done.stimuli
    if as_json:
        emit_json(
            {
                "file": str(done.path),
                "stimuli": len(found),
                "fields": dict(found.fields),
                "left_behind": list(done.left_behind),
                "hash": found.hash,
            }
        )
        return
    say(f"wrote {done.path}: {len(found):,} stimuli, {', '.join(found.fields)}")
    if done.left_behind:
        say(f"left behind: {', '.join(done.left_behind)}")
    say(f"next: valuealign stimuli check {done.path}")


def _import_folder(
    folder: Path, name: str, output: Path, provenance: dict[str, Any], *, as_json: bool
) -> None:
    from valuealign.exchange.picture_test import import_picture_test

    _ask_provenance(provenance)
    for of_texts in ("content_note", "not_for"):
        provenance.pop(of_texts)
    done = import_picture_test(folder, name, output=output, **provenance)
    if as_json:
        kept = str(done.media.folder)
        emit_json({"file": str(done.path), "items": done.n_items, "pictures_kept_in": kept})
        return
    say(f"wrote {done.path}: {done.n_items} items; the pictures are kept in {done.media.folder}")
    say(f"next: valuealign administer --instrument {done.path} --model MODEL --dry-run")


def _ask_provenance(provenance: dict[str, Any]) -> None:
    for name, question in _PROVENANCE.items():
        provenance[name] = provenance[name] or click.prompt(question, err=True)


_PROVENANCE = {
    "title": "Title",
    "source": "Where they come from (who wrote them, or from which data)",
    "holder": "Who holds the rights",
    "terms": "On what terms they may be used",
}


def _kind(text: str) -> tuple[str, str]:
    name, equals, kind = text.rpartition("=")
    if not equals or not name.strip() or not kind.strip():
        raise click.UsageError(f"--field {text!r}: write 'description=text'")
    return name.strip(), kind.strip()


def _asked_kinds(table: Path) -> dict[str, str]:
    """Ask what each column is; a guess is offered."""
    from valuealign.stimulus.import_table import KINDS, suggested_kinds

    choices = click.Choice([*KINDS, "id", "skip"])
    guesses = suggested_kinds(table)
    say("What is in each column? truth and reference are never shown to a respondent.")
    return {
        name: click.prompt(plain(name), default=guess, type=choices, show_choices=False, err=True)
        for name, guess in guesses.items()
    }


def _as_id(stem: str) -> str:
    import re

    words = re.findall(r"[a-z0-9]+", stem.casefold())
    return "-".join(words) if words and words[0][0].isalpha() else "-".join(["set", *words])
