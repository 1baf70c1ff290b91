"""``valuealign analyze mixed``: effects of a design over vignettes, forms and models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from valuealign_cli.analyze_data import long_from, rows_options, save_figure
from valuealign_cli.output import emit_json, emit_table, emit_text, plain_records

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.analysis.mixed.mixed import Mixed


@click.command("mixed")
@click.argument("formula")
@click.option("--fixed", default="", help="Fixed factors, if FORMULA is an outcome alone.")
@click.option("--random", default="", help="Columns of random intercepts, likewise.")
@click.option("--method", type=click.Choice(["reml", "ml"]), default="reml", show_default=True)
@click.option(
    "--coding", type=click.Choice(["treatment", "sum"]), default="treatment", show_default=True
)
@click.option("--categorical", default="", help="Numeric columns that are factors.")
@click.option("--means", default="", metavar="FACTORS", help="Marginal means of these factors.")
@click.option("--contrasts", default="", metavar="FACTORS", help="Compare their levels in pairs.")
@click.option("--by", default="", metavar="FACTORS", help="Means and comparisons within these.")
@click.option("--interaction", is_flag=True, help="Compare differences of differences.")
@click.option(
    "--adjust",
    type=click.Choice(["holm", "tukey", "bonferroni", "none"]),
    default="holm",
    show_default=True,
)
@click.option("--margin", type=float, help="Smallest difference that matters: tests equivalence.")
@rows_options
def command(**options: Any) -> None:
    """Fit a linear mixed model with Satterthwaite tests.

    FORMULA is a subset of lme4's language. With --data, the file has one row for each response.

    \b
    Example:
      valuealign analyze mixed "rating ~ burden * belonging + (1 | vignette) + (1 | form)"
        --data ratings.csv --contrasts burden --by belonging --margin 0.4
    """
    import valuealign as va

    fit = va.mixed(
        options["formula"],
        long_from(options),
        fixed=_listed(options["fixed"]),
        random=_listed(options["random"]),
        method=options["method"],
        coding=options["coding"],
        categorical=_listed(options["categorical"]),
    )
    further = _further(fit, options)
    if options["figure"]:
        save_figure(va.plot.mixed(fit), options["figure"], "mixed", several=False)
    if options["as_json"]:
        emit_json(_as_json(fit) | {name: plain_records(t) for name, t in further.items()})
        return
    emit_table(plain_records(fit.fixed), title=f"{fit.n:,} rows, {fit.method}: fixed effects")
    if len(fit.tests):
        emit_table(plain_records(fit.tests), title="tests of terms (type III, Satterthwaite)")
    emit_table(plain_records(fit.random), title="variances")
    for name, table in further.items():
        emit_table(plain_records(table), title=name)
    for flag in sorted(fit.flags):
        emit_text(f"doubtful: {flag}")


def _further(fit: Mixed, options: dict[str, Any]) -> dict[str, pd.DataFrame]:
    """Return the means and comparisons that were asked for."""
    by = _listed(options["by"])
    out = {}
    if options["means"]:
        out["means"] = fit.means(_listed(options["means"]), by=by)
    if options["contrasts"]:
        out["contrasts"] = fit.contrasts(
            _listed(options["contrasts"]),
            by=by,
            interaction=options["interaction"],
            adjust=options["adjust"],
            margin=options["margin"],
        )
    return out


def _as_json(fit: Mixed) -> dict[str, Any]:
    tables = {name: plain_records(getattr(fit, name)) for name in ("fixed", "tests", "random")}
    names = ("n", "n_missing", "method", "log_likelihood", "aic", "bic", "singular")
    return {name: getattr(fit, name) for name in names} | tables | {"flags": sorted(fit.flags)}


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
