"""The tables of a study's result, as printed."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING, Any

from valuealign.instrument.instrument import Instrument
from valuealign.study.study_evidence import StudyEvidence
from valuealign.study.study_file import Groups
from valuealign.study.study_result import Section

if TYPE_CHECKING:
    import pandas as pd


def profile_section(evidence: StudyEvidence, instrument: Instrument) -> Section:
    """Return scale means compared with people's."""
    comparison = evidence.comparison(instrument)
    centred = bool(comparison.scales["centred"].any())
    rows = comparison.scales[comparison.scales["centred"] == centred]
    table = rows.pivot_table(index="scale", columns="respondent", values="mean", sort=False)
    d = rows.pivot_table(index="scale", columns="respondent", values="d", sort=False)
    shown = table.map(lambda v: f"{v:+.2f}") + d.map(lambda v: f" (d {v:+.2f})")
    people = rows.groupby("scale", sort=False)["people_mean"].first()
    shown.insert(0, "people", people.map(lambda v: f"{v:+.2f}"))
    kind = "centred" if centred else "raw"
    notes = [
        f"d: difference from people, in people's SD. {comparison.unit}",
        comparison.wording.explanation,
    ]
    return Section(
        "profile",
        f"{instrument.id} beside {', '.join(comparison.populations)}: {kind} means",
        _plain(shown.rename_axis(columns=None).reset_index()),
        tuple(notes),
        {"scales": comparison.scales, "profiles": comparison.profiles},
    )


def reliability_section(evidence: StudyEvidence, instrument: Instrument) -> Section:
    """Return alpha in each view, summarised over scales."""
    import pandas as pd

    views = evidence.reliability(instrument)
    rows = []
    for (view, model), part in views.table.groupby(["view", "model"], sort=False):
        alpha = part["alpha"].dropna()
        why = part.loc[part["alpha"].isna(), "reason"]
        rows.append(
            {
                "view": view,
                "model": model,
                "rows": int(part["n_rows"].max()),
                "median alpha": alpha.median() if len(alpha) else None,
                "lowest": alpha.min() if len(alpha) else None,
                "highest": alpha.max() if len(alpha) else None,
                "scales without": f"{len(why)} of {len(part)}",
            }
        )
    missing = views.table.loc[views.table["alpha"].isna(), "reason"]
    notes = [f"{view}: {meaning}" for view, meaning in views.meaning.items()]
    if len(missing):
        notes.append(f"a scale without an alpha: {missing.iloc[0]}")
    title = f"{instrument.id}: reliability of {len(instrument.scales)} scales"
    data = {"coefficients": views.table, "retest": views.retest}
    return Section("reliability", title, pd.DataFrame(rows), tuple(notes), data)


def models_section(evidence: StudyEvidence, instrument: Instrument) -> Section:
    """Return how well models are discriminated by their scores."""
    import pandas as pd

    comparison = evidence.comparison(instrument)
    title = f"{instrument.id}: can the models be told apart? (discriminant analysis, raw scores)"
    discriminant = comparison.discriminant
    if discriminant is None:
        why = comparison.unavailable.get("discriminant", "there is one model")
        return Section("models", title, pd.DataFrame(), (f"not available: {why}",))
    rows = [
        {"model": model, "told right, cross-validated": f"{share:.0%}"}
        for model, share in discriminant.by_model.items()
    ]
    rows.append(
        {"model": "all", "told right, cross-validated": f"{discriminant.cross_validated:.0%}"}
    )
    notes = [
        f"chance {discriminant.chance:.0%}; p {discriminant.pvalue:.3f} by permutation of whole "
        "blocks (at best "
        f"{discriminant.smallest_p:.3f} with this design); left out together: {discriminant.folds}",
        f"of the rows it was fitted to it tells {discriminant.accuracy:.0%} right, too good by "
        "construction",
        "a difference between models is not a trait of theirs: it may be one of form or habit",
    ]
    if discriminant.shrink:
        notes.append(
            f"the covariance within models has no inverse; drawn {discriminant.shrink:.0%} to its "
            "diagonal"
        )
    scaling = discriminant.scaling.rename_axis("scale").reset_index()
    return Section("models", title, pd.DataFrame(rows), tuple(notes), {"scaling": scaling})


def choices_section(evidence: StudyEvidence, values: Instrument, dilemmas: Instrument) -> Section:
    """Return how well profiles predict choices."""
    table = evidence.choices(values, dilemmas)
    notes = [
        "accuracy: share of choices for the value that stands higher in the respondent's own "
        "profile; the interval is over dilemmas, p against profiles with their values relabelled"
    ]
    shown = table
    if len(table) > 12:
        numbers = table.groupby("model", sort=False)[["accuracy", "slope", "unanswered"]]
        shown = numbers.mean().assign(personas=table.groupby("model", sort=False).size())
        shown = shown.reset_index()
        notes.append("means over personas")
    elif table["persona"].isna().all() or table["persona"].nunique() == 1:
        shown = table.drop(columns="persona")
    if "reason" in shown.columns and not shown["reason"].any():
        shown = shown.drop(columns="reason")
    return Section(
        "choices",
        f"{dilemmas.id}: does the profile of {values.id} predict choices?",
        _plain(shown),
        tuple(notes),
        {"respondents": table},
    )


def groups_section(evidence: StudyEvidence, each: Groups) -> Section:
    """Return how groups of personas differ, compared with people."""
    differences = evidence.groups(each)
    rows = [
        {
            "model": row["model"],
            "contrast": row["contrast"],
            "personas": f"{row['n_first']} + {row['n_second']}",
            "sensitivity": _interval(row, "sensitivity"),
            "r of differences": _interval(row, "correlation"),
            "same sign": _interval(row, "sign_agreement"),
            "second sample of people": _second(row),
        }
        for row in differences.profiles.to_dict("records")
    ]
    import pandas as pd

    notes = [
        "sensitivity: 1 as in people, 0 blind to the group, above 1 a caricature, below 0 reversed",
        differences.description,
        "people: " + ", ".join(f"{g} {p}" for g, p in differences.populations.items()),
        *(f"{name}: {why}" for name, why in differences.flags.items()),
        *(str(r["reason"]) for r in differences.profiles.to_dict("records") if r["reason"]),
    ]
    title = f"{each.instrument}: do groups by {each.by} differ as in people?"
    return Section(
        "groups",
        title,
        pd.DataFrame(rows),
        tuple(notes),
        {"profiles": differences.profiles, "scales": differences.scales},
    )


def verdict_section(evidence: StudyEvidence, instrument: Instrument) -> Section:
    """Return the claims that these data permit."""
    verdict = evidence.verdict(instrument)
    rows = verdict.table[["respondent", "title", "standing", "why"]]
    shown = rows.rename(columns={"title": "claim", "why": "because"})
    notes = [f"{who}: {said}" for who, said in verdict.headline.items()]
    notes += [f"{who}: {finding}" for who, listed in verdict.findings.items() for finding in listed]
    return Section(
        "verdict",
        f"{instrument.id}: what this design can carry",
        shown,
        tuple(notes),
        {"claims": verdict.table, "needs": verdict.needs},
    )


def _interval(row: Any, name: str) -> str:
    value = row.get(name)
    if value is None or isnan(value):
        return "not available"
    return f"{value:.2f} [{row[f'{name}_ci_lower']:.2f}, {row[f'{name}_ci_upper']:.2f}]"


def _second(row: Any) -> str:
    names = ("sensitivity_people", "correlation_people")
    if any(row.get(name) is None or isnan(row[name]) for name in names):
        return "not available"
    return f"sensitivity {row[names[0]]:.2f}, r {row[names[1]]:.2f}"


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    frame.columns = frame.columns.map(str)
    return frame
