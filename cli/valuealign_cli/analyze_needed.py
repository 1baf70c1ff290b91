"""``valuealign analyze needed``: how many human ratings make an interval how wide."""

from __future__ import annotations

from typing import Any

import click

from valuealign_cli.output import emit_json, emit_table, emit_text, json_option, plain_records


@click.command("needed")
@click.option("--width", required=True, multiple=True, type=float, help="Repeatable.")
@click.option("--total", required=True, type=int, help="Replies that the judge rates, a group.")
@click.option("--sd", required=True, type=float, help="Standard deviation of people's ratings.")
@click.option("--correlation", required=True, type=float, help="Of the judge with people.")
@click.option("--difference", is_flag=True, help="The interval is of a difference of two groups.")
@click.option("--clusters", type=int, help="Scenes or respondents of the replies.")
@click.option("--icc", type=float, default=0.0, help="Share of variance between clusters.")
@click.option("--level", type=float, default=0.95, show_default=True)
@json_option
def command(**options: Any) -> None:
    """Say how many human ratings next to a judge give an interval of which width.

    \b
    Example:
      valuealign analyze needed --width 0.4 --width 0.2 --total 1000 --sd 0.8 --correlation 0.7
    """
    import valuealign as va

    names = ("total", "sd", "correlation", "difference", "clusters", "icc", "level")
    planned = va.ratings_needed(list(options["width"]), **{n: options[n] for n in names})
    if options["as_json"]:
        emit_json(
            {
                "table": plain_records(planned.table),
                "narrowest": planned.narrowest,
                "groups": planned.groups,
            }
        )
        return
    emit_table(plain_records(planned.table), title="human ratings needed, in each group")
    emit_text(f"width if people rate every reply: {planned.narrowest:.3g}")
