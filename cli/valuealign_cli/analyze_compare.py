"""``valuealign analyze compare``: what differs from people, what is the same, what is unknown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from valuealign_cli.analyze_data import responses_from, rows_options, save_figure
from valuealign_cli.output import emit_json, emit_table, emit_text, plain, plain_records, say

if TYPE_CHECKING:
    from valuealign.inquiry.comparison.compare import Comparison


NEAREST = 3
"""How many of the nearest people are printed."""


@click.command("compare")
@click.option(
    "--to",
    "populations",
    multiple=True,
    required=True,
    metavar="POPULATION",
    help="The people to compare with; repeatable (valuealign populations list).",
)
@click.option("--people", help="A human sample to compare instead of responses.")
@click.option("--margin", type=float, help="Smallest difference that matters, in scale points.")
@click.option(
    "--margins",
    "margins_file",
    type=click.Path(path_type=Path),
    help='The same by scale: a JSON file, {"SD": 0.14, ...}.',
)
@click.option("--normative", help="Average profile to subtract: a population or norms.")
@click.option("--among", multiple=True, help="Candidates for the nearest people; repeatable.")
@click.option("--same-wording", help="Your declaration that a translation is the same wording.")
@click.option("--raw", is_flag=True, help="Also raw scores, if the rules use centred ones.")
@click.option(
    "--family",
    type=click.Choice(["all", "respondent"]),
    default="all",
    show_default=True,
    help="Tests that are adjusted together.",
)
@click.option("--rules", type=click.Path(), help="Rules to use instead of the default ones (YAML).")
@click.option("--seed", type=int, default=0, show_default=True)
@rows_options
def command(**options: Any) -> None:
    """Compare respondents with people, scale by scale and as profiles.

    \b
    Example:
      valuealign analyze compare --store study.db --to pvqrr-de-2022
    """
    import valuealign as va

    data = options["people"] or responses_from(options)
    found = va.compare(
        data,
        list(options["populations"]),
        instrument=options["instrument"],
        unit=options["unit"],
        margins=_margins(options),
        normative=options["normative"],
        among=list(options["among"]) or None,
        same_wording=options["same_wording"],
        family=options["family"],
        seed=options["seed"],
        rules=options["rules"],
    )
    if options["figure"]:
        save_figure(va.plot.profile(found), options["figure"], "profile", several=False)
    if options["as_json"]:
        emit_json(_as_json(found))
        return
    say(plain(found.unit))
    say(plain(f"wording: {found.wording.explanation}"))
    _print(found, raw=options["raw"])


def _margins(options: dict[str, Any]) -> Any:
    import json

    from valuealign.bounded import MEGABYTE, read_bounded_text
    from valuealign.errors import DataError

    path = options["margins_file"]
    if path is None:
        return options["margin"]
    if options["margin"] is not None:
        raise click.UsageError("give --margin or --margins, not both")
    try:
        value = json.loads(read_bounded_text(path, MEGABYTE))
        return {str(k): float(v) for k, v in value.items()}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise DataError(
            f'{path} holds no margins ({error}); expected JSON like {{"SD": 0.14, "PO": 0.25}}'
        ) from error


def _print(found: Comparison, *, raw: bool) -> None:
    table = found.scales
    if not raw and table["centred"].any():
        table = table[table["centred"]]
    for (who, people), part in table.groupby(["respondent", "population"], sort=False):
        for centred, block in part.groupby("centred", sort=False):
            kind = "centred" if centred else "raw"
            # Rich reads markup in titles, and a respondent's name may be anybody's text.
            emit_text(f"{who} compared with {people}, {kind} scores")
            emit_table([_scale(row) for row in plain_records(block)])
    for row in plain_records(found.profiles):
        emit_text(_profile(row))
    for row in plain_records(found.correlations):
        if not row["reason"]:
            emit_text(_matrices(row))
    for (whom, measure), part in found.nearest.groupby(["respondent", "kind"], sort=False):
        first = plain_records(part.nsmallest(NEAREST, "distance"))
        named = ", ".join(f"{one['population']} {one['distance']:.2f}" for one in first)
        emit_text(f"nearest to {whom} ({measure}): {named}")
    for row in plain_records(found.collapse):
        emit_text(
            f"personas of {row['respondent']} and {row['population']}: between-persona variance "
            f"{_short(row['variance_ratio'])} of people's (at least "
            f"{_short(row['variance_ratio_lower'])}), most frequent option "
            f"{_short(row['modal_excess'])} more frequent (at most "
            f"{_short(row['modal_excess_upper'])})"
        )
    if found.discriminant is not None:
        one = found.discriminant
        emit_text(
            f"distinguishing models: {one.cross_validated:.0%} of left-out rows ({one.folds}), "
            f"chance {one.chance:.0%}, p {one.pvalue:.3f} (with these forms at least "
            f"{one.smallest_p:.3f})"
        )
    if len(found.items):
        emit_table(plain_records(found.items), title="items")
    for what, why in found.unavailable.items():
        emit_text(f"{what}: not available. {why}")
    for flag in sorted(found.flags):
        emit_text(f"doubtful: {flag}")


def _scale(row: dict[str, Any]) -> dict[str, Any]:
    place = row["percentile"]
    return {
        "scale": row["scale"],
        "mean": _interval(row, "mean", ""),
        "people": _short(row["people_mean"]),
        "difference": _interval(row, "difference", "difference_"),
        "d": _short(row["d"]),
        "margin": _short(row["margin"]),
        "p (FDR)": row["pvalue_fdr"],
        "pct": None if place is None else round(place),
        "standing": row["standing"],
    }


def _profile(row: dict[str, Any]) -> str:
    told = [
        f"{name} {_interval(row, column, f'{short}_') or 'not available'}"
        for name, column, short in (
            ("r", "pearson", "pearson"),
            ("rank r", "spearman", "spearman"),
            ("with the average profile", "normative_r", "normative"),
            ("beyond it", "distinctive_r", "distinctive"),
        )
    ]
    typical = row["typical_r_median"]
    return plain(
        f"profile of {row['respondent']} and {row['population']}: {', '.join(told)}; half of the "
        f"people agree with their own average at {_short(typical) or 'not available'} or more; "
        f"squared distance {row['distance_squared']:.2f} = elevation {row['elevation']:.2f} + "
        f"scatter {row['scatter']:.2f} + shape {row['shape']:.2f}; root mean square "
        f"{row['distance']:.2f} (error alone gives {_short(row['noise_floor']) or 'unknown'})"
    )


def _matrices(row: dict[str, Any]) -> str:
    return plain(
        f"correlations of {row['respondent']} and {row['population']}, raw scores: Jennrich "
        f"chi-square {row['jennrich_chisq']:.1f} on {row['df']:.0f} df, p "
        f"{row['jennrich_pvalue']:.3f}; differ by {row['rmsr']:.3f} (by chance "
        f"{row['rmsr_by_chance']:.3f}); effective dependence {row['effective_dependence']:.2f} "
        f"beside {row['people_effective_dependence']:.2f}; first component "
        f"{row['first_component']:.0%} beside {row['people_first_component']:.0%}"
    )


def _short(value: float | None) -> str | None:
    return None if value is None else f"{value:.2f}"


def _interval(row: dict[str, Any], value: str, prefix: str) -> str | None:
    low, high = row[f"{prefix}ci_lower"], row[f"{prefix}ci_upper"]
    if row[value] is None:
        return None
    return f"{row[value]:.2f}" + ("" if low is None else f" [{low:.2f}, {high:.2f}]")


def _as_json(found: Comparison) -> dict[str, Any]:
    from dataclasses import asdict

    one = found.discriminant
    told = None
    if one is not None:
        told = asdict(one) | {"scaling": plain_records(one.scaling.reset_index(names="scale"))}
    return {
        "instrument": found.instrument,
        "populations": list(found.populations),
        "unit": found.unit,
        "wording": found.wording._asdict(),
        "level": found.level,
        "scales": plain_records(found.scales),
        "profiles": plain_records(found.profiles),
        "items": plain_records(found.items),
        "correlations": plain_records(found.correlations),
        "nearest": plain_records(found.nearest),
        "discriminant": told,
        "gates": found.gates,
        "nulls": plain_records(found.nulls),
        "collapse": plain_records(found.collapse),
        "family": found.family,
        "unavailable": found.unavailable,
        "flags": sorted(found.flags),
    }
