"""What raters gave the replies of a study: scores, agreement, and probes of each rater."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from valuealign.errors import DataError
from valuealign.inquiry.rating.rated_replies import RatedReplies
from valuealign.inquiry.rating.rater_quality import RaterQuality
from valuealign.inquiry.rating.ratings import combined
from valuealign.scoring.scale_scores import score
from valuealign.study.finding_row import NO, UNKNOWN, YES, Row, finding_row
from valuealign.study.guarded import guarded
from valuealign.study.rate_step import RateStep, RepliesRatedAlike
from valuealign.study.study_evidence import StudyEvidence
from valuealign.study.study_result import Section

if TYPE_CHECKING:
    import pandas as pd

_ALL = "mean of all"


def rating_sections(analysis: str, evidence: StudyEvidence) -> Iterator[Section]:
    """The sections of every step in which replies are rated."""
    for step in evidence.study.file.rate:
        name = f"{step.of} by {step.rubric}"
        yield guarded(analysis, f"{name}: scores", _scores, evidence, step)
        yield guarded(analysis, f"{name}: raters", _agreement, evidence, step)
        yield guarded(analysis, f"{name}: probes of raters", _probes, evidence, step)


def _scores(evidence: StudyEvidence, step: RateStep) -> Section:
    """Scores of every respondent by every rater."""
    import pandas as pd

    joined = evidence.rated(step)
    each = [(name, _of(joined, name)) for name in joined.raters]
    if len(each) > 1:
        each.append((_ALL, joined))
    scored = {name: _scored(ratings) for name, ratings in each}
    rows = [
        {"respondent": who, "rater": rater, **_means(rows)}
        for rater, frame in scored.items()
        for who, rows in frame.groupby("respondent", sort=False, observed=True)
    ]
    rows.sort(key=lambda row: str(row["respondent"]))
    words = joined.ratings.drop_duplicates(["origin", "item"]).groupby("of")["n_words"].mean()
    notes = [joined.notice]
    notes += [f"{who}: {mean:.0f} words a reply" for who, mean in words.items()]
    data = dict(scored)
    title = f"{step.of} by {step.rubric}: scores, mean (SD) over administrations"
    return Section("ratings", title, pd.DataFrame(rows), tuple(notes), data)


def _of(joined: RatedReplies, rater: str) -> RatedReplies:
    mine = joined.ratings[joined.ratings["rater"] == rater]
    return RatedReplies(joined.rubric, mine, joined.replies)


def _scored(joined: RatedReplies) -> pd.DataFrame:
    frame = combined(joined, "mean")
    instrument = joined.replies.instrument
    if instrument.scoring.rule == "levels":
        scores = score(frame, instrument)
        return scores[["respondent", *_after_design(scores)]]
    # An instrument without a rule for ratings is described by the mean of each rubric item.
    return frame[["respondent"]].assign(
        **{
            part: frame[[f"{item}_{part}" for item in instrument.item_ids]].mean(axis=1)
            for part in joined.rubric.item_ids
        }
    )


def _after_design(scores: pd.DataFrame) -> list[str]:
    names = [str(name) for name in scores.columns]
    listed = names[names.index("n_cells") + 1 :]
    return [n for n in listed if not n.startswith(("stimulus", "persona_")) and n != "n_missing"]


def _means(rows: pd.DataFrame) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in rows.columns[1:]:
        values = rows[name].dropna()
        spread = f" ({values.std():.1f})" if len(values) > 1 else ""
        found[str(name)] = f"{values.mean():.1f}{spread}" if len(values) else None
    return found | {"n": len(rows)}


def _agreement(evidence: StudyEvidence, step: RateStep) -> Section:
    quality = _several(evidence.rater_quality(step), evidence.rated(step))
    pairs = quality.pairs.assign(
        kappa=[_number(k) for k in quality.pairs["kappa"]],
        difference=[_interval(row, "difference") for row in quality.pairs.to_dict("records")],
    )[["rubric_item", "rater", "other", "n", "kappa", "difference"]]
    alphas = quality.agreement[quality.agreement["coefficient"] == "krippendorff"]
    notes = [
        f"{row['rubric_item']}: Krippendorff's alpha {_interval(row, 'value')} over "
        f"{row['n_raters']} raters and {row['n_units']} replies"
        for row in alphas.to_dict("records")
    ]
    data = {"agreement": quality.agreement, "pairs": quality.pairs}
    title = f"{step.of} by {step.rubric}: agreement of raters"
    return Section("ratings", title, pairs, (*notes, quality.notice), data)


def _several(quality: RaterQuality, joined: RatedReplies) -> RaterQuality:
    if len(joined.raters) < 2:
        raise DataError(f"only {joined.raters[0]} rated; agreement needs two raters: --rater MODEL")
    return quality


def _probes(evidence: StudyEvidence, step: RateStep) -> Section:
    import pandas as pd

    quality = evidence.rater_quality(step)
    known = quality.probes[quality.probes["value"].notna()]
    rows = [
        {
            "rater": row["rater"],
            "probe": row["probe"].replace("_", " "),
            "rubric_item": row["rubric_item"],
            "value": _interval(row, "value"),
            "n": row["n"],
        }
        for row in known.to_dict("records")
    ]
    absent = quality.probes[quality.probes["value"].isna()]
    reasons = dict.fromkeys(
        f"{row['probe'].replace('_', ' ')} ({row['rater']}): {row['reason']}"
        for row in absent.to_dict("records")
    )
    notes = (
        "length: levels for twice as many words within a scene; 'at equal level': among replies "
        "that the other raters rate alike",
        *(f"not available: {reason}" for reason in reasons),
    )
    title = f"{step.of} by {step.rubric}: probes of raters"
    return Section("ratings", title, pd.DataFrame(rows), notes, {"probes": quality.probes})


def rated_alike_findings(expects: RepliesRatedAlike, evidence: StudyEvidence) -> Iterator[Row]:
    """Judge agreement by the interval of alpha."""
    step = next(each for each in evidence.study.file.rate if each.of == expects.instrument)
    table = _several(evidence.rater_quality(step), evidence.rated(step)).agreement
    mine = table[
        (table["rubric_item"] == expects.item) & (table["coefficient"] == "krippendorff")
    ].to_dict("records")
    for row in mine:
        low, high = row["ci_lower"], row["ci_upper"]
        agrees = YES if low >= expects.at_least else NO if high < expects.at_least else UNKNOWN
        because = f"the interval holds {expects.at_least:g}" if agrees == UNKNOWN else ""
        if row["reason"]:
            agrees, because = UNKNOWN, row["reason"]
        yours = f"alpha {_interval(row, 'value')}"
        numbers = (row["value"], low, high)
        yield finding_row("raters", None, yours, agrees, because, numbers=numbers)


def _interval(row: Mapping[Any, Any], name: str) -> str:
    if row[name] is None or row[name] != row[name]:  # NaN
        return "not available"
    return f"{row[name]:+.2f} [{row['ci_lower']:+.2f}, {row['ci_upper']:+.2f}]"


def _number(value: Any) -> str:
    missing = value is None or value != value  # noqa: PLR0124  # NaN
    return "not available" if missing else f"{value:.2f}"
