"""``valuealign analyze power``: how many vignettes a planned mixed model needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from valuealign_cli.analyze_data import FIGURE, save_figure
from valuealign_cli.output import emit_json, emit_table, json_option, plain_records, say


@click.command("power")
@click.argument("formula")
@click.option(
    "--levels", multiple=True, metavar="NAME=N", help="N, N1,N2,... to try, or names; repeatable."
)
@click.option("--effect", multiple=True, metavar="COEFFICIENT=VALUE", help="Repeatable.")
@click.option("--sd", multiple=True, metavar="TERM=SD", help="Random terms, residual; repeatable.")
@click.option("--between", multiple=True, metavar="FACTOR=COLUMN", help="Constant within a column.")
@click.option("--replicates", type=int, default=500, show_default=True)
@click.option("--alpha", type=float, default=0.05, show_default=True)
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--figure", type=click.Path(path_type=Path), help=FIGURE)
@json_option
def command(**options: Any) -> None:
    """Simulate a planned design, and count how often its tests reject.

    \b
    Example:
      valuealign analyze power "rating ~ burden * belonging + (1 | vignette) + (1 | model)"
        --levels burden=2 --levels belonging=2 --levels vignette=4,8,20,40 --levels model=3
        --effect "burden[2]=0.4" --sd vignette=0.6 --sd model=0.8 --sd residual=1
    """
    import valuealign as va

    planned = va.mixed_power(
        options["formula"],
        {name: _levels(value) for name, value in map(_pair, options["levels"])},
        effects={name: _number(value) for name, value in map(_pair, options["effect"])},
        sds={name: _number(value) for name, value in map(_pair, options["sd"])},
        between=dict(map(_pair, options["between"])),
        replicates=options["replicates"],
        alpha=options["alpha"],
        seed=options["seed"],
    )
    if options["figure"]:
        save_figure(va.plot.mixed_power(planned), options["figure"], "power", several=False)
    if options["as_json"]:
        emit_json(
            {
                "terms": plain_records(planned.terms),
                "coefficients": plain_records(planned.coefficients),
                "replicates": planned.replicates,
                "failed": planned.failed,
            }
        )
        return
    emit_table(plain_records(planned.terms), title=f"share of {planned.replicates} that reject")
    emit_table(plain_records(planned.coefficients), title="estimates, and 95 % coverage")
    if planned.failed:
        say(f"{planned.failed} simulated data sets could not be fitted and are left out")


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.rpartition("=")
    if not sign or not name or not value:
        raise click.UsageError(f"found {text!r}; expected NAME=VALUE")
    return name.strip(), value.strip()


def _levels(text: str) -> Any:
    """Read ``4``, ``4,8,20`` or ``low,high``."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if all(part.isdecimal() for part in parts):
        sizes = [int(part) for part in parts]
        return sizes[0] if len(sizes) == 1 else sizes
    return parts


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise click.UsageError(f"found {text!r}; expected a number") from None
