"""``valuealign analyze generalizability``: where variance comes from, and what more would buy."""

from __future__ import annotations

from typing import Any

import click

from valuealign_cli.analyze_data import long_from, rows_options, save_figure
from valuealign_cli.output import emit_json, emit_table, emit_text, plain_records


@click.command("generalizability")
@click.option("--object", "of", default="respondent", show_default=True, help="What is measured.")
@click.option("--facets", default="item,form", show_default=True, help="Conditions of measurement.")
@click.option("--nested", multiple=True, metavar="FACET=ABOVE", help="item=query; repeatable.")
@click.option("--fixed", default="", help="Facets whose levels are not a sample.")
@click.option("--value", default="value", show_default=True, help="Column of responses.")
@click.option("--method", type=click.Choice(["reml", "ems"]), default="reml", show_default=True)
@click.option("--design", "designs", multiple=True, metavar="FACET=1,2,4", help="A D study.")
@rows_options
def command(**options: Any) -> None:
    """Split the variance of responses, and show how dependable a mean or a profile is.

    With --data, the file has one row for each response.

    \b
    Example:
      valuealign analyze generalizability --store study.db --facets item,form --design form=1,2,4,8
    """
    import valuealign as va

    found = va.generalizability(
        long_from(options),
        options["of"],
        _listed(options["facets"]),
        fixed=_listed(options["fixed"]),
        nested=dict(map(_pair, options["nested"])),
        value=options["value"],
        method=options["method"],
    )
    sizes: dict[str, Any] = {
        name: _numbers(sizes) for name, sizes in map(_pair, options["designs"])
    }
    design = found.design(**sizes) if sizes else None
    if options["figure"]:
        figure = va.plot.generalizability(found)
        save_figure(figure, options["figure"], "generalizability", several=False)
    if options["as_json"]:
        emit_json(
            {
                "n": found.n,
                "n_missing": found.n_missing,
                "method": found.method,
                "components": plain_records(found.components),
                "coefficients": plain_records(found.coefficients),
                "sizes": dict(found.sizes),
                "design": None if design is None else plain_records(design),
                "flags": sorted(found.flags),
            }
        )
        return
    emit_table(plain_records(found.components), title=f"{found.n:,} responses, {found.method}")
    emit_table(plain_records(found.coefficients), title="how dependable at these sizes")
    if design is not None:
        emit_table(plain_records(design), title="what other sizes would give")
    for flag in sorted(found.flags):
        emit_text(f"doubtful: {flag}")


def _listed(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name or not value:
        raise click.UsageError(f"found {text!r}; expected NAME=VALUE")
    return name.strip(), value.strip()


def _numbers(text: str) -> list[float]:
    try:
        return [float(one) for one in text.split(",")]
    except ValueError:
        raise click.UsageError(f"found {text!r}; expected numbers with commas") from None
