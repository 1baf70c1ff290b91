"""``valuealign analyze contamination``: does a model know the instrument?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from valuealign_cli.analyze_data import FIGURE, save_figure
from valuealign_cli.output import emit_json, emit_table, emit_text, json_option, plain_records, say


@click.command("contamination")
@click.option("--model", "models", multiple=True, required=True, help="gpt-4o, local; repeatable.")
@click.option("--instrument", default="pvq-rr", show_default=True, help="A name or a file.")
@click.option("--wording", type=click.Choice(["official"]), help="The wording you installed.")
@click.option("--language", help="By default the instrument's first.")
@click.option("--name", "names", multiple=True, help="Another name of the instrument; repeatable.")
@click.option("--shuffles", default=24, show_default=True, help="Shuffles of each run of items.")
@click.option("--seed", default=0, show_default=True)
@click.option("--base-url", help="Any OpenAI-compatible endpoint.")
@click.option("--store", help="File or database URL.  [default: valuealign.db]")
@click.option("--concurrency", default=16, show_default=True, help="Requests at the same time.")
@click.option(
    "--budget", type=float, help="Most USD to spend on each probe; needs the model's price."
)
@click.option("--figure", type=click.Path(path_type=Path), help=FIGURE)
@json_option
def command(
    *,
    models: tuple[str, ...],
    instrument: str,
    wording: Any,
    figure: Path | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Ask a model what it knows about an instrument: its order, words, name and key.

    Unlike the other analyses, this one sends requests. The store keeps every reply, and the same
    command does not ask again. The probe of the order needs an endpoint that scores a prompt
    (/completions with echo).

    \b
    Example:
      valuealign analyze contamination --model local --instrument pvq-21
    """
    import valuealign as va

    loaded = va.load_instrument(instrument, wording=wording)
    found = va.contamination(loaded, list(models), **options)
    if figure is not None:
        save_figure(va.plot.contamination(found), figure, "contamination", several=False)
    if as_json:
        emit_json(
            {
                "probes": plain_records(found.table),
                "items": plain_records(found.items),
                "compared_with": found.compared_with,
                "flags": sorted(found.flags),
            }
        )
        return
    shown = found.table[found.table["reason"] == ""].drop(columns=["reason", "difference"])
    names = {"ci_lower": "from", "ci_upper": "to", "pvalue": "p", "comparison": "beside"}
    if len(shown):
        emit_table(
            plain_records(shown.rename(columns=names)), title=f"what the model knows of {loaded.id}"
        )
    say(f"compared with: {found.compared_with}; for the key: chance; for the order: shuffles")
    for row in found.table[found.table["reason"] != ""].to_dict("records"):
        emit_text(f"{row['model']}: {row['probe']}: not available. {row['reason']}")
    for flag in sorted(found.flags):
        emit_text(f"doubtful: {flag}")
