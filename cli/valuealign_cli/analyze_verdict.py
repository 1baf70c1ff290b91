"""``valuealign analyze verdict``: which claims these responses permit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from valuealign_cli.analyze_data import (
    exclusion_from,
    exclusion_options,
    instrument_of,
    responses_from,
    rows_options,
    save_figure,
)
from valuealign_cli.output import (
    emit_json,
    emit_table,
    emit_text,
    emit_wrapped,
    plain_records,
    say,
)

if TYPE_CHECKING:
    from valuealign.inquiry.verdict.verdict import Verdict


@click.command("verdict")
@click.option("--people", help="A human sample to compare; by default the instrument's norm.")
@click.option("--rules", type=click.Path(), help="Rules to use instead of the default ones (YAML).")
@click.option("--all", "everything", is_flag=True, help="Show every criterion of every claim.")
@click.option(
    "--operating-characteristics",
    is_flag=True,
    help="Simulate how often each claim is permitted when its truth is known; needs no store.",
)
@click.option(
    "--n",
    multiple=True,
    type=click.IntRange(min=30),
    default=(500,),
    show_default=True,
    help="With it: personas for structure; may be repeated.",
)
@click.option(
    "--latent-n",
    multiple=True,
    type=click.IntRange(min=100),
    help="With it: personas for latent means, which take seconds a replicate.",
)
@click.option(
    "--replicates",
    type=click.IntRange(min=1),
    default=40,
    show_default=True,
    help="With it: draws of each simulated truth; the docs use 200.",
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="With it: processes.",
)
@click.option(
    "--keep",
    type=click.Path(dir_okay=False),
    help="With it: a file that keeps replicates, so that a second run continues.",
)
@exclusion_options
@rows_options
def command(**options: Any) -> None:
    """Show which claims are permitted, with the number that decides and its source.

    \b
    Example:
      valuealign analyze verdict --store study.db --instrument pvq-21
      valuealign analyze verdict --operating-characteristics --instrument pvq-21 --n 300
    """
    import valuealign as va

    if options["operating_characteristics"]:
        _characteristics(options)
        return

    data = responses_from(options)
    found = va.verdict(
        data,
        instrument_of(data, options),
        people=options["people"],
        rules=options["rules"],
        exclude=exclusion_from(options),
    )
    if options["figure"]:
        save_figure(va.plot.verdict(found), options["figure"], "verdict", several=False)
    if options["as_json"]:
        emit_json(_as_json(found))
        return
    for who in found.headline:
        _print(found, who)
    if options["everything"]:
        shown = found.needs[
            ["respondent", "claim", "number", "value", "threshold", "people", "standing", "reason"]
        ]
        emit_table(plain_records(shown), title="every criterion")


def _as_json(result: Verdict) -> dict[str, Any]:
    """Return what ``--json`` prints of a verdict."""
    return {
        "summary": result.summary,
        "headline": result.headline,
        "findings": result.findings,
        "people": result.people,
        "excluded": plain_records(result.excluded),
        "claims": plain_records(result.table),
        "needs": plain_records(result.needs),
    }


def _print(result: Verdict, who: str) -> None:
    """Print one respondent's summary, obstacles, exclusions and claims, each reason once."""
    emit_wrapped(result.summary[who])
    emit_wrapped(f"{who}: {result.headline[who]}")
    for finding in result.findings[who]:
        emit_wrapped(f"first: {finding}", indent=2)
    for command in result.remedies[who]:
        emit_text(f"  add what is missing: {command}")
    for exclusion in result.told_excluded(who):
        emit_wrapped(exclusion, indent=2)
    emit_text()
    grouped: dict[tuple[str, str], list[str]] = {}
    for row in result.table[result.table["respondent"] == who].to_dict("records"):
        about = row["construct"] or row["versus"]
        titles = grouped.setdefault((row["standing"], row["why"]), [])
        titles.append(f"{row['title']} ({about})" if about else row["title"])
    for (standing, why), titles in grouped.items():
        for title in titles:
            emit_wrapped(f"{standing:<15}{title}", indent=2, hanging=15)
        emit_wrapped(f"because {why}", indent=17)
    emit_text()


def _characteristics(options: dict[str, Any]) -> None:
    """Print how often each claim is permitted when its truth is known."""
    import valuealign as va

    if not options["instrument"]:
        raise click.UsageError("--operating-characteristics needs --instrument")
    result = va.operating_characteristics(
        options["instrument"],
        people=options["people"],
        rules=options["rules"],
        n=options["n"],
        latent_n=options["latent_n"],
        replicates=options["replicates"],
        workers=options["workers"],
        path=options["keep"],
        progress=say,
    )
    if options["as_json"]:
        emit_json({"measure": result.measure, "table": plain_records(result.table)})
        return
    expected = {True: "should", False: "must not"}
    emit_table(
        [
            {
                "truth": r["truth"],
                "n": r["n"] or "",
                "claim": r["claim"],
                "construct": r["construct"],
                "expected": expected.get(r["expected"], ""),
                "permitted": f"{r['rate']:.2f}",
                "upper 95 %": f"{r['upper']:.2f}",
                "bar": {True: "met", False: "missed"}.get(r["holds"], ""),
            }
            for r in result.table.to_dict("records")
        ],
        title=f"{result.measure}, {options['replicates']} replicates",
    )
