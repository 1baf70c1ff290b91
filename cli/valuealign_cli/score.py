"""``valuealign score``: scale scores from the responses in a store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from valuealign_cli.chosen import chosen_instrument, chosen_responses, store_options
from valuealign_cli.output import emit_json, emit_table, json_option, plain_records, say

if TYPE_CHECKING:
    import pandas as pd


@click.command("score")
@store_options
@click.option("--centre", type=click.Choice(["mrat"]), help="Centre on the mean rating.")
@click.option("--each", is_flag=True, help="One row for each administration.")
@click.option(
    "--bounds", is_flag=True, help="Also the lowest and highest possible score with missing items."
)
@click.option("--ratings", "rubric", help="Of open answers: the rubric that they were rated by.")
@click.option("--combine", help="Over raters: mean, median, or one rater.  [default: mean]")
@json_option
def command(*, centre: Any, each: bool, bounds: bool, as_json: bool, **options: Any) -> None:
    """Compute scale scores: mean and spread over occasions, by respondent and form.

    \b
    Example:
      valuealign score --store study.db --centre mrat
      valuealign score --store study.db --instrument leas --ratings leas-levels
    """
    from valuealign.scoring.scale_scores import score

    if options["combine"] and not options["rubric"]:
        raise click.UsageError("--combine is about ratings; name the rubric: --ratings RUBRIC")
    data: Any = _rated(options) if options["rubric"] else chosen_responses(options)
    loaded = data.attrs["instrument"] if options["rubric"] else chosen_instrument(data, options)
    scores = score(data, loaded, centre=centre, bounds=bounds)
    rows = _each(scores) if each else _summary(scores)
    shown = ("instrument", "wording", "centring", "permits", "raters", "notice")
    attrs = {name: scores.attrs[name] for name in shown if name in scores.attrs}
    if as_json:
        emit_json({**attrs, "permits": list(attrs["permits"]), "scores": rows})
        return
    emit_table(rows if each else _as_columns(rows))
    say(f"{loaded.id}: {attrs['wording']}")
    say(f"{attrs['centring']} scores, for: {', '.join(attrs['permits'])}")
    if "notice" in attrs:
        say(attrs["notice"])


def _rated(options: dict[str, Any]) -> pd.DataFrame:
    """The ratings of the chosen replies, with the instrument that was answered."""
    from valuealign.inquiry.rating.ratings import ratings

    frame = ratings(
        options["store"],
        options["rubric"],
        options["combine"] or "mean",
        instrument=options["instrument"],
    )
    if options["models"]:
        frame = frame[frame["model"].astype(str).isin(options["models"])]
    return frame


def _who(scores: pd.DataFrame) -> list[str]:
    """Respondent, persona and form; a persona only where there are any."""
    persona = [] if scores["persona"].isna().all() else ["persona"]
    return ["respondent", *persona, "form"]


def _each(scores: pd.DataFrame) -> list[dict[str, Any]]:
    about = ["stimulus"] if "stimulus" in scores.columns else []
    shown = [*_who(scores), *about, "occasion", *_columns(scores)]
    return plain_records(scores[shown])


def _columns(scores: pd.DataFrame) -> list[str]:
    """The score columns: what stands after the design."""
    from valuealign.store.responses.design_frame import ATTRIBUTES

    start = list(scores.columns).index("n_cells") + 1
    return [c for c in scores.columns[start:] if not str(c).startswith(ATTRIBUTES)]


def _summary(scores: pd.DataFrame) -> list[dict[str, Any]]:
    """One row a respondent, form and scale: mean and SD over occasions."""
    by = _who(scores)
    grouped = scores.groupby(by, dropna=False, observed=True, sort=False)
    rows = []
    for who, group in grouped:
        for name in _columns(scores):
            values = group[name].dropna()
            rows.append(
                {
                    **{k: None if v != v else v for k, v in zip(by, who, strict=True)},  # noqa: PLR0124  # NaN
                    "score": name,
                    "n": len(values),
                    "mean": float(values.mean()) if len(values) else None,
                    "sd": float(values.std()) if len(values) > 1 else None,
                }
            )
    return rows


def _as_columns(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Scores down, respondents and forms across, where there are few of them."""
    names = [name for name in rows[0] if name not in ("score", "n", "mean", "sd")] if rows else []
    who = list(dict.fromkeys(tuple(row[k] for k in names) for row in rows))
    if len(who) > 4:
        return rows
    by = {(tuple(row[k] for k in names), row["score"]): row for row in rows}
    return [
        {
            "score": name,
            **{" · ".join(str(v) for v in w if v is not None): _cell(by[w, name]) for w in who},
        }
        for name in dict.fromkeys(row["score"] for row in rows)
    ]


def _cell(row: dict[str, Any]) -> str:
    if row["mean"] is None:
        return "not available"
    spread = "" if row["sd"] is None else f" ({row['sd']:.2f})"
    return f"{row['mean']:.2f}{spread}"
