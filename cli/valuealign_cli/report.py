"""``valuealign report``: what a store holds, as one page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from valuealign_cli.chosen import chosen_responses, store_options
from valuealign_cli.output import emit_json, emit_text, json_option, plain, say
from valuealign_cli.report_stores import labels_of

if TYPE_CHECKING:
    from valuealign.store.responses.responses import Responses


@click.command("report")
@click.argument("stores", nargs=-1, metavar="[STORE [LATER_STORE]]")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default="report.html",
    show_default=True,
    help="The page; replaces an existing report, but no other file.",
)
@store_options
@click.option("--people", help="A human sample to compare; by default the instrument's norm.")
@click.option("--rules", type=click.Path(), help="Rules to use instead of the default ones (YAML).")
@click.option("--study", help="Say whether this study (name or file) is as it was frozen.")
@click.option("--frozen", type=click.Path(), help="The file that `study freeze` wrote.")
@click.option("--title", help="By default the models and instruments.")
@click.option("--force", is_flag=True, help="Replace any existing file.")
@json_option
def command(**options: Any) -> None:
    """Write one self-contained page: the conclusions first, then their evidence.

    Two stores compare two times or versions of the same models.

    \b
    Example:
      valuealign report --store study.db -o report.html
      valuealign report may.db june.db -o changes.html
    """
    import valuealign as va

    found = va.write_report(
        _responses(options),
        options["output"],
        people=options["people"],
        rules=options["rules"],
        title=options["title"],
        study=options["study"],
        frozen=options["frozen"],
        force=options["force"],
        progress=lambda line: say(plain(line)),
    )
    if options["as_json"]:
        emit_json(
            {
                "path": str(found.path),
                "instruments": list(found.instruments),
                "headlines": found.headlines,
                "unavailable": found.unavailable,
            }
        )
        return
    for instrument, said in found.headlines.items():
        for who, headline in said.items():
            emit_text(f"{instrument}, {who}: {headline}")
    emit_text(str(found.path))


def _responses(options: dict[str, Any]) -> Responses | dict[str, Responses]:
    """Return the responses of one store, or of two by label."""
    stores = list(options["stores"])
    if len(stores) > _TWO:
        raise click.UsageError(f"{len(stores)} stores; a report shows one, or compares two")
    if stores and options["store"]:
        raise click.UsageError("give stores as arguments or with --store, not both")
    if len(stores) < _TWO:
        return chosen_responses(options | {"store": stores[0]} if stores else options)
    each = [chosen_responses(options | {"store": store}) for store in stores]
    return dict(zip(labels_of(stores), each, strict=True))


_TWO = 2
