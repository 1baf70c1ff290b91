"""The tables of a vignette study, as they are printed."""

from __future__ import annotations

from valuealign.errors import DataError
from valuealign.instrument.instrument import Instrument
from valuealign.study.study_evidence import StudyEvidence
from valuealign.study.study_result import Section
from valuealign.study.vignette_effects import cell_means

_FEW_TEXTS = 10


def cells_section(evidence: StudyEvidence, instrument: Instrument) -> Section:
    """Mean ratings in every cell of the design, one column a cell."""
    factors = evidence.factors(instrument)
    if evidence.ratings(instrument).empty:
        raise DataError(f"no answer to {instrument.id} could be read")
    means = cell_means(evidence.ratings(instrument), instrument, factors)
    cell = means[list(factors)].astype(str).agg(", ".join, axis=1)
    table = means.assign(cell=cell).pivot_table(
        index=["model", "item"], columns="cell", values="mean", sort=False, dropna=False
    )
    shown = table.map(lambda v: f"{v:.2f}").rename_axis(columns=None).reset_index()
    counts = sorted(set(means["n"]))
    answers = f"{counts[0]}" if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
    notes = (
        f"cells: {', '.join(factors)}; {answers} answers in each",
        "answers are as they were given: items that are keyed -1 are not turned",
    )
    title = f"{instrument.id}: mean ratings by {' x '.join(factors)}"
    return Section("cells", title, shown, notes, {"means": means})


def effects_section(evidence: StudyEvidence, instrument: Instrument) -> Section:
    """Main effects and interactions, with intervals of a mixed model."""
    effects = evidence.effects(instrument)
    shown = effects[["model", "item", "effect"]].copy()
    shown["estimate"] = [f"{v:+.2f}" for v in effects["estimate"]]
    ends = zip(effects["ci_lower"], effects["ci_upper"], strict=True)
    shown["95 % interval"] = [f"[{low:+.2f}, {high:+.2f}]" for low, high in ends]
    known = effects["reason"] == ""
    shown.loc[~known, ["estimate", "95 % interval"]] = "not available"
    n_texts = evidence.ratings(instrument)["base"].nunique()
    notes = ["a main effect: first level minus last; an interaction: difference of differences"]
    if n_texts < _FEW_TEXTS:
        notes.append(
            f"random intercepts of {n_texts} base texts: the effects are of these texts, and say "
            "little of texts that were not written"
        )
    notes += list(dict.fromkeys(effects.loc[~known, "reason"]))
    title = f"{instrument.id}: effects of {', '.join(evidence.factors(instrument))}"
    return Section("effects", title, shown, tuple(notes), {"effects": effects})


def scores_section(evidence: StudyEvidence, instrument: Instrument) -> Section:
    """Effects on every scale and composite, in standard deviations within a cell."""
    import pandas as pd

    names = [*(c.id for c in instrument.composites), *(s.id for s in instrument.scales)]
    tables = [evidence.score_effects(instrument, name) for name in names]
    effects = pd.concat(tables, ignore_index=True)
    known = effects["reason"] == ""
    shown = effects[["respondent", "score", "effect"]].copy()
    points = zip(effects["estimate"], effects["ci_lower"], effects["ci_upper"], strict=True)
    shown["points"] = [f"{v:+.2f} [{low:+.2f}, {high:+.2f}]" for v, low, high in points]
    sds = zip(effects["d"], effects["d_lower"], effects["d_upper"], strict=True)
    shown["SD"] = [f"{v:+.2f} [{low:+.2f}, {high:+.2f}]" for v, low, high in sds]
    shown.loc[~known, ["points", "SD"]] = "not available"
    notes = [
        "SD: of scores within a cell of the design, over base texts and occasions, taken as known",
        "a main effect: first level minus last; an interaction: difference of differences",
        *dict.fromkeys(effects.loc[~known, "reason"]),
    ]
    title = f"{instrument.id}: effects of {', '.join(evidence.factors(instrument))} on scores"
    return Section("scores", title, shown, tuple(notes), {"score_effects": effects})
