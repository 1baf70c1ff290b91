"""``valuealign analyze marginal``: effects on yes or no, counts and ordered categories."""

from __future__ import annotations

from typing import Any

import click

from valuealign_cli.analyze_data import long_from, rows_options, save_figure
from valuealign_cli.output import emit_json, emit_table, emit_text, plain_records


@click.command("marginal")
@click.argument("formula")
@click.option("--cluster", required=True, metavar="COLUMNS", help="What rows share: a vignette.")
@click.option(
    "--family",
    type=click.Choice(["binomial", "poisson", "gaussian", "ordinal"]),
    default="binomial",
    show_default=True,
)
@click.option(
    "--coding", type=click.Choice(["treatment", "sum"]), default="treatment", show_default=True
)
@click.option("--categorical", default="", help="Numeric columns that are factors.")
@click.option("--means", default="", metavar="FACTORS", help="Probabilities of their levels.")
@click.option("--contrasts", default="", metavar="FACTORS", help="Compare their levels in pairs.")
@click.option("--by", default="", metavar="FACTORS", help="Means and comparisons within these.")
@rows_options
def command(**options: Any) -> None:
    """Fit a marginal model (GEE) whose tests are correct with few clusters.

    \b
    Example:
      valuealign analyze marginal "flagged ~ burden * belonging" --data answers.csv
        --cluster vignette --means burden --contrasts burden --by belonging
    """
    import valuealign as va

    fit = va.marginal(
        options["formula"],
        long_from(options),
        cluster=_listed(options["cluster"]),
        family=options["family"],
        coding=options["coding"],
        categorical=_listed(options["categorical"]),
    )
    by = _listed(options["by"])
    further = {
        name: getattr(fit, name)(_listed(options[name]), by=by)
        for name in ("means", "contrasts")
        if options[name]
    }
    if options["figure"]:
        save_figure(va.plot.marginal(fit), options["figure"], "marginal", several=False)
    if options["as_json"]:
        tables = {"fixed": fit.fixed, "tests": fit.tests} | further
        values = {name: getattr(fit, name) for name in ("family", "n", "n_clusters", "n_missing")}
        tables = {name: plain_records(table) for name, table in tables.items()}
        emit_json(values | tables | {"flags": sorted(fit.flags)})
        return
    title = f"{fit.n:,} rows in {fit.n_clusters} clusters, {fit.family}: effects"
    emit_table(plain_records(fit.fixed), title=title)
    if len(fit.tests):
        emit_table(plain_records(fit.tests), title="tests of terms (type III)")
    for name, table in further.items():
        emit_table(plain_records(table), title=name)
    for flag in sorted(fit.flags):
        emit_text(f"doubtful: {flag}")


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
