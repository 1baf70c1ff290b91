"""``valuealign instruments``: list, show, check, preview and add instruments."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from valuealign.administration.plan.elicitation import ELICITATIONS
from valuealign_cli.file_check import check_files
from valuealign_cli.instruments_export import export_
from valuealign_cli.instruments_import import import_
from valuealign_cli.output import (
    emit_fields,
    emit_json,
    emit_table,
    emit_text,
    json_option,
    say,
    show_messages,
)

if TYPE_CHECKING:
    from valuealign.instrument.instrument import Instrument
    from valuealign.instrument.new import NewItem

_PATH: Any = click.Path(path_type=Path)
_FORMS = click.Choice(["he", "she", "they", "first", "plain"])


@click.group("instruments")
def command() -> None:
    """List, show, check, preview and add instruments.

    \b
    Example:
      valuealign instruments list
    """


command.add_command(export_)
command.add_command(import_)


@command.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the instruments that come with valuealign.

    \b
    Example:
      valuealign instruments list --json
    """
    from valuealign.instrument.load import load_instrument, names, summary

    rows = [summary(load_instrument(name)) for name in names()]
    if as_json:
        emit_json(rows)
    else:
        emit_table([{k: v for k, v in row.items() if k != "rights"} for row in rows])


@command.command("show")
@click.argument("instrument")
@click.option("--items", "with_items", is_flag=True, help="Show every item's sentence.")
@click.option("--language", default="en", show_default=True)
@click.option("--form", type=_FORMS, help="Grammatical form of the sentences.")
@click.option("--wording", type=click.Choice(["official"]), help="The wording you installed.")
@json_option
def show(
    instrument: str,
    *,
    with_items: bool,
    language: str,
    form: Any,
    wording: Any,
    as_json: bool,
) -> None:
    """Show what an instrument is: its wording, rights, scales, keys and models.

    \b
    Example:
      valuealign instruments show pvq-rr --items --form she
    """
    from valuealign.instrument.instrument_display import (
        composite_rows,
        facts,
        item_rows,
        scale_rows,
    )
    from valuealign.instrument.load import load_instrument

    loaded = load_instrument(instrument, wording=wording)
    if as_json:
        emit_json({**loaded.content(), "hash": loaded.hash})
        return
    emit_fields(facts(loaded, language))
    emit_text()
    emit_table(scale_rows(loaded, language), title="Scales")
    if loaded.composites:
        emit_table(composite_rows(loaded, language), title="Composites")
    if with_items:
        emit_table(item_rows(loaded, language, form), title="Items")


@command.command("check")
@click.argument("files", nargs=-1, required=True)
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
@json_option
def check(files: tuple[str, ...], strict: bool, as_json: bool) -> None:
    """Check instrument files (or shipped instruments by name); show how to correct them.

    \b
    Example:
      valuealign instruments check mine.yaml
    """
    from valuealign.instrument.lint.check import check_file
    from valuealign.instrument.load import find_instrument, names

    check_files(files, check_file, find_instrument, shipped=names(), strict=strict, as_json=as_json)


@command.command("preview")
@click.argument("instrument")
@click.option("--form", "forms", multiple=True, help="As in valuealign administer.")
@click.option("--about", help="A set of stimuli; its first is shown.")
@click.option("--item", help="Only the request that shows this item.")
@click.option("--limit", default=2, show_default=True, help="Requests of each form; 0 is all.")
@click.option("--persona", "personas", type=_PATH, help="YAML or CSV file; its first is shown.")
@click.option(
    "--elicitation",
    type=click.Choice(ELICITATIONS),
    default="choice",
    show_default=True,
)
@click.option("--wording", type=click.Choice(["official"]), help="The wording you installed.")
@json_option
def preview(
    instrument: str,
    *,
    forms: tuple[str, ...],
    about: str | None,
    item: str | None,
    limit: int,
    personas: Path | None,
    elicitation: Any,
    wording: Any,
    as_json: bool,
) -> None:
    """Show exactly the messages a model would get under a form.

    \b
    Example:
      valuealign instruments preview pvq-rr --form "direction=reversed labels=letters"
    """
    from valuealign.administration.run.cost_estimate import previews
    from valuealign.instrument.load import load_instrument
    from valuealign.stimulus.chosen import choose

    found = previews(
        load_instrument(instrument, wording=wording),
        forms or None,
        personas=personas,
        elicitation=elicitation,
        item=item,
        limit=limit,
        about=choose(about) if about else None,
    )
    if as_json:
        emit_json([{"form": form, "request": body} for form, body in found])
        return
    for form, body in found:
        emit_text(f"--- {form} ---")
        show_messages(body)


@command.command("schema")
def schema() -> None:
    """Print the JSON schema of instrument files, for editors.

    \b
    Example:
      valuealign instruments schema > schema.json
    """
    from valuealign.instrument.instrument_schema import schema_text

    click.echo(schema_text(), nl=False)


@command.command("new")
@click.argument("instrument_id", metavar="ID")
@click.option("--title", help="Its full name.")
@click.option("--construct", help="What it measures.")
@click.option("--language", default="en", show_default=True)
@click.option("--scale", "preset", default="agree5", show_default=True, help="A response scale.")
@click.option("--labels", help="Your own option labels, lowest first: 'never|rarely|often'.")
@click.option("--instruction", default="How much do you agree with this statement?")
@click.option("--holder", help="Who holds the rights to the sentences.")
@click.option("--citation", help="Where it was published, if it was.")
@click.option("--about", multiple=True, help="A text that it is asked about: vignette.")
@click.option("--from-csv", "table", type=_PATH, help="Columns text, scale and keyed.")
@click.option("--item", "typed", multiple=True, help="'SCALE: sentence', or 'SCALE-: sentence'.")
@click.option("--output", type=_PATH, help="By default ID.yaml.")
def new(
    instrument_id: str,
    table: Path | None,
    typed: tuple[str, ...],
    output: Path | None,
    labels: str | None,
    **answers: Any,
) -> None:
    """Write a new instrument file; missing options are asked for.

    \b
    Example:
      valuealign instruments new rain --title "Love of rain" --construct "Liking of wet
        weather" --holder "A. Author" --from-csv items.csv
    """
    from valuealign.instrument.new import items_from_csv, new_instrument, write_new

    for name, question in (
        ("title", "Title"),
        ("construct", "What does it measure"),
        ("holder", "Who wrote it"),
    ):
        answers[name] = answers[name] or click.prompt(question, err=True)
    if table is not None:
        items = items_from_csv(table)
    else:
        items = [_typed_item(text) for text in typed] or _asked_items()
    points = [label.strip() for label in labels.split("|")] if labels else None
    text = new_instrument(instrument_id, items, labels=points, **answers)
    path = output or Path(f"{instrument_id}.yaml")
    write_new(path, text)
    say(f"wrote {path}: {len(items)} items")
    say(f"next: valuealign instruments check {path}")


def _typed_item(text: str) -> NewItem:
    from valuealign.instrument.new import NewItem

    scale, colon, sentence = text.partition(":")
    if not colon or not scale.strip() or not sentence.strip():
        raise click.UsageError(f"--item {text!r}: write 'SCALE: sentence'")
    reverse = scale.rstrip().endswith("-")
    return NewItem(sentence.strip(), scale.strip(" -"), -1 if reverse else 1)


def _asked_items() -> list[NewItem]:
    from valuealign.instrument.new import NewItem

    items: list[NewItem] = []
    while scale := click.prompt("Scale (empty: done)", default="", show_default=False, err=True):
        while text := click.prompt(
            f"  Item of {scale} (empty: next scale)", default="", show_default=False, err=True
        ):
            reverse = click.confirm("  Does agreeing mean less of it", default=False, err=True)
            items.append(NewItem(text, scale, -1 if reverse else 1))
    return items


@command.command("wording")
@click.argument("instrument")
@click.argument("source", metavar="[FILE]", required=False, type=_PATH)
@click.option("--language", default="en", show_default=True)
@click.option("--form", type=_FORMS, help="Not needed if the sentences show it.")
@click.option(
    "--format",
    "file_format",
    type=click.Choice(["text", "docx", "pdf", "ddi", "csv"]),
    help="By default according to the file's ending.",
)
@click.option("--labels", help="Option labels in this language, lowest first: 'nie|selten|oft'.")
@click.option("--instruction", help="An instruction in this language.")
@click.option("--text-column", help="CSV: the head of the column with the sentences.")
@click.option("--remove", is_flag=True, help="Remove the wording of --language and --form.")
@json_option
def wording(
    instrument: str,
    source: Path | None,
    *,
    language: str,
    form: Any,
    labels: str | None,
    remove: bool,
    as_json: bool,
    **reading: Any,
) -> None:
    """Install your own official copy of the wording, or a folder of pictures.

    The copy stays in your data folder and is used with --wording official. Without FILE,
    what is installed is listed.

    \b
    Example:
      valuealign instruments wording pvq-rr PVQ-RR_male.docx --form he
      valuealign instruments wording pvq-21 ESS9.xml
      valuealign instruments wording rmet pictures/
    """
    from valuealign.instrument.load import load_instrument
    from valuealign.instrument.media import media_status, takes_pictures
    from valuealign.instrument.wording.install import install_wording
    from valuealign.instrument.wording.installed import installed_wordings

    loaded = load_instrument(instrument)
    if remove:
        _remove(loaded, language, form)
        return
    if source is None:
        installed = installed_wordings(loaded.id)
        if any(item.media for item in loaded.items):
            say(f"pictures: {media_status(loaded)}")
    elif source.is_dir() or takes_pictures(loaded):
        _install_pictures(loaded, source, as_json)
        return
    else:
        points = [label.strip() for label in labels.split("|")] if labels else None
        done = install_wording(
            loaded, source, language=language, form=form, labels=points, **reading
        )
        installed = list(done.wordings)
        for note in done.notes:
            say(note)
        for path in done.paths:
            say(f"kept in {path}")
    rows = [
        {
            "language": w.language,
            "form": w.form,
            "items": len(w.stems),
            "read as": w.format,
            "file": w.source,
            "hash": w.hash,
        }
        for w in installed
    ]
    emit_json(rows) if as_json else emit_table(rows)


def _remove(instrument: Instrument, language: str, form: str | None) -> None:
    from valuealign.instrument.wording.installed import remove_wording

    if form is None:
        raise click.UsageError("--remove needs --form")
    there = remove_wording(instrument.id, language=language, form=form)
    say(f"removed {language}-{form}" if there else f"no wording {language}-{form} was installed")


def _install_pictures(instrument: Instrument, folder: Path, as_json: bool) -> None:
    from valuealign.instrument.media import install_media

    done = install_media(instrument, folder)
    for note in done.notes:
        say(note)
    row = {"pictures": done.n_pictures, "checked by": done.checked, "kept in": str(done.folder)}
    emit_json([row]) if as_json else emit_table([row])
    say(f"next: valuealign administer --instrument {instrument.id} --model MODEL --dry-run")


@command.command("pictures")
@click.argument("instrument")
@click.option(
    "--shown",
    type=click.Choice(["shown", "inverted", "scrambled", "exchanged"]),
    default="shown",
    show_default=True,
    help="As --form pictures= shows them.",
)
@click.option("--output", type=_PATH, required=True, help="A folder.")
@json_option
def pictures(instrument: str, *, shown: Any, output: Path, as_json: bool) -> None:
    """Write the pictures of an instrument to a folder, as a respondent sees them.

    \b
    Example:
      valuealign instruments pictures schematic-faces --shown inverted --output faces
    """
    from valuealign.administration.plan.form_pictures import check_pictures, item_pictures
    from valuealign.instrument.load import load_instrument

    loaded = load_instrument(instrument)
    check_pictures(loaded, shown)
    rows = []
    for item in loaded.items:
        for media, picture in zip(item.media, item_pictures(loaded, item.id, shown), strict=False):
            output.mkdir(parents=True, exist_ok=True)
            (output / media.name).write_bytes(picture.data)
            rows.append({"item": item.id, "file": media.name, "picture": picture.facts})
    emit_json(rows) if as_json else emit_table(rows)
