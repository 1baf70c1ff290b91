"""``valuealign responses sheet | import | forget``: answers of people, out, in and deleted."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any, TypeVar

import click

from valuealign_cli.output import emit_json, emit_table, json_option, say

_F = TypeVar("_F", bound=Callable[..., Any])
_QUESTIONNAIRE = (
    click.option("--about", help="What it is asked about: a set of stimuli, or a file."),
    click.option("--variant", "variants", multiple=True, help="A variant, or 'all'; repeatable."),
    click.option("--limit", type=click.IntRange(min=1), help="Only the first stimuli."),
    click.option("--sample", type=click.IntRange(min=1), help="Only so many, drawn with --seed."),
    click.option("--form", help="'order=random direction=reversed'; one form."),
    click.option("--seed", default=0, show_default=True, help="Seed of every order."),
    click.option("--each", type=click.IntRange(min=1), help="Stimuli that one person gets."),
    click.option("--store", help="File or database URL.  [default: valuealign.db]"),
)


def questionnaire_options(function: _F) -> _F:
    """Add the options that say what people are asked."""
    return reduce(lambda f, option: option(f), reversed(_QUESTIONNAIRE), function)


@click.command("sheet")
@click.argument("instrument")
@questionnaire_options
@click.option("--rater", "raters", multiple=True, help="A rater's id; repeatable: a sheet each.")
@click.option("--help-line", help="Where people find help; needed for a clinical instrument.")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True)
@json_option
def sheet(
    *,
    instrument: str,
    variants: tuple[str, ...],
    raters: tuple[str, ...],
    help_line: str | None,
    output: Path,
    as_json: bool,
    store: str | None,
    **which: Any,
) -> None:
    """Prepare a sheet (CSV or Excel) in which people answer or rate.

    Rows are in a seeded order and do not say which stimulus they are about; the store keeps
    what each row means. Take the sheet back with `valuealign responses import`.

    \b
    Example:
      valuealign responses sheet crisis-outlook --about burden-belonging -o ratings.xlsx \\
        --help-line "Help day and night: NAME AND NUMBER OF THE LINE IN YOUR COUNTRY"
      valuealign responses sheet pvq-21 --rater P1 --rater P2 -o pvq.csv
    """
    from valuealign.supply.people.questionnaire import questionnaire
    from valuealign.supply.people.write_sheet import write_sheet

    asked = questionnaire(instrument, variant=list(variants) or None, **which)
    written = write_sheet(asked, output, store=store, raters=raters, help_line=help_line)
    if as_json:
        emit_json(
            {
                "written": str(written.path),
                "sheet": written.sheet,
                "rows": written.n_rows,
                "stimuli": written.n_stimuli,
                "raters": list(written.raters),
                "notes": list(written.notes),
            }
        )
    for note in written.notes:
        say(note)
    say(f"wrote {written.path}: {written.n_rows:,} rows")
    say("next: valuealign responses import FILE" + (f" --store {store}" if store else ""))


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--store", help="Where the sheet was prepared.  [default: valuealign.db]")
@click.option("--rater", help="Whose the rows are that name no rater.")
@click.option("--group", default="sample", show_default=True, help="The group of people.")
@click.option("--replace", "replacing", is_flag=True, help="New answers replace earlier ones.")
@json_option
def import_(*, file: Path, as_json: bool, **options: Any) -> None:
    """Take back a sheet that people filled in, in any order and partly filled.

    Every row is checked first; a fault is reported with its row and column, and then nothing is
    imported. The same sheet may be imported again when more of it is filled in.

    \b
    Example:
      valuealign responses import ratings.xlsx --group clinicians
    """
    from valuealign.supply.people.import_sheet import import_sheet

    done = import_sheet(file, **options)
    row = {
        "new answers": done.n_new,
        "changed": done.n_changed,
        "already there": done.n_same,
        "rows without answer": done.n_blank,
        "raters": ", ".join(done.raters),
        "instruments": ", ".join(done.instruments),
    }
    emit_json(row) if as_json else emit_table([row])


@click.command("forget")
@click.argument("person_id", metavar="PERSON")
@click.option("--store", help="File or database URL.  [default: valuealign.db]")
@click.option("--group", default="sample", show_default=True, help="The group of the person.")
@json_option
def forget_(*, person_id: str, group: str, store: str | None, as_json: bool) -> None:
    """Delete everything that a person answered. This cannot be undone.

    \b
    Example:
      valuealign responses forget P1
    """
    from valuealign.supply.people.forget_person import forget_person

    n = forget_person(person_id, group=group, store=store)
    if as_json:
        emit_json({"person": person_id, "group": group, "deleted": n})
    say(f"deleted {n:,} answers of {person_id}")
