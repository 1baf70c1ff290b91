"""``valuealign analyze invariance --with``: a model's rows and people in one ladder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from valuealign_cli.analyze_data import responses_from, save_figure
from valuealign_cli.output import emit_json, emit_table, emit_text, plain, plain_records, say

_FIT = {
    "model": "model",
    "level": "level",
    "chisq": "chisq",
    "df": "df",
    "cfi": "CFI",
    "rmsea": "RMSEA",
    "srmr": "SRMR",
    "srmr_people": "people's",
    "srmr_rows": "of the rows",
    "standing": "standing",
}
_CHANGE = {
    "model": "model",
    "level": "level",
    "chisq_diff": "chisq",
    "df_diff": "df",
    "pvalue_diff": "p",
    "delta_cfi": "CFI",
    "equal_n_delta_cfi": "CFI, equal n",
    "rmsea_d": "RMSEA_D",
    "power": "power",
    "dmacs": "dMACS",
}
_PEOPLE = {
    "model": "model",
    "level": "level",
    "rmsea_d": "RMSEA_D",
    "human_rmsea_d": "people's",
    "equal_n_delta_cfi": "CFI, equal n",
    "human_equal_n_delta_cfi": "people's ",
    "dmacs": "dMACS",
    "human_dmacs": "people's  ",
    "human_standing": "between people",
    "beside": "it costs",
}
_SHORT = {
    "more than between people": "more",
    "less than between people": "less",
    "not told apart from between people": "not told apart",
}
"""Columns of the tables, their heads, and shorter words; ``--json`` has all."""


def beside(options: Mapping[str, Any]) -> None:
    """Compare responses with the human samples that are named, and print it."""
    import valuealign as va

    if options["missing"] == "fiml":
        raise click.UsageError("--missing fiml needs rows of people; the samples are moments")
    found = va.invariance_with_people(
        _data(options),
        list(options["people"]),
        unit=options["unit"],
        instrument=options["instrument"],
        models=_models(options),
        declared=options["declare"],
        yardstick=options["yardstick"] or None,
        families=_families(options["families"]),
        estimator=options["estimator"],
        ordered=bool(options["ordered"]),
        levels=options["levels"].split(",") if options["levels"] else None,
        partial=va.PartialRule() if options["partial"] else None,
        margin=options["margin"],
        draws=options["draws"],
        seed=options["seed"],
        progress=say,
    )
    if options["figure"]:
        figure = va.plot.invariance_with_people(found, margin=options["margin"])
        save_figure(figure, options["figure"], "people", several=False)
    if options["as_json"]:
        emit_json(_values(found))
        return
    _show(found)


def designed(options: Mapping[str, Any]) -> None:
    """Say how many rows would do beside each sample."""
    import valuealign as va

    if not options["people"]:
        raise click.UsageError("--design needs --with SAMPLE, the people to compare with")
    found = [
        va.invariance_design(
            name,
            options["instrument"],
            models=_models(options),
            margin=options["margin"],
            draws=options["draws"],
            seed=options["seed"],
            progress=say,
        )
        for name in options["people"]
    ]
    if options["as_json"]:
        emit_json(
            [
                {
                    "population": one.population,
                    "power": one.power,
                    "margin": one.margin,
                    "alpha": one.alpha,
                    "draws": one.draws,
                    "seed": one.seed,
                    "table": plain_records(one.table),
                }
                for one in found
            ]
        )
        return
    for one in found:
        title = str(one).split("\n", maxsplit=1)[0]
        emit_table(plain_records(one.table), title=title)


def _data(options: Mapping[str, Any]) -> Any:
    if options["data"] is None:
        return responses_from(options)
    from valuealign.inquiry.rows import read_rows

    return read_rows(options["data"]).data


def _models(options: Mapping[str, Any]) -> dict[str, str] | None:
    from valuealign.analysis.sem.model import model_text

    return {"model": model_text(options["syntax"])} if options["syntax"] else None


def _families(given: tuple[str, ...]) -> dict[str, str] | None:
    found = {}
    for one in given:
        model, sign, family = one.rpartition("=")
        if not sign or not model or not family:
            raise click.UsageError(f"found {one!r}; expected --family MODEL=FAMILY")
        found[model] = family
    return found or None


def _show(found: Any) -> None:
    for one in found.rows:
        emit_text(f"rows: {one}")
    for said in found.wording:
        reach = "items may be compared" if said.same else "items are not compared"
        emit_text(f"wording of {said.respondent} and {said.population}: {said.reason}. {reach}")
    table = found.table
    if len(table):
        for (who, people), part in table.groupby(["respondent", "population"], sort=False):
            _ladder(plain(f"{who} and {people}"), part)
        if len(found.latent):
            shown = found.latent.drop(columns=["respondent", "population"])
            emit_table(plain_records(shown), title="latent means of each construct")
        emit_table(plain_records(found.bands), title="misfit of the rows, compared with people's")
    for each in found.constructs:
        shown = each.table.drop(columns=["respondent", "population", "told"])
        title = f"{each.respondent} and {each.population}, constructs only. {each.label}"
        emit_table(plain_records(shown), title=plain(title))
    for what, why in found.refused.items():
        emit_text(f"not available: {what}. {why}")
    for flag in sorted(found.flags):
        emit_text(f"doubtful: {flag}")
    for one in found.ladders:
        emit_text(f"{one.respondent} and {one.population}, {one.model}: {one.ladder.verdict}")
        emit_text(f"  between people: {one.human_told}")


def _ladder(title: str, part: Any) -> None:
    emit_table(plain_records(part[list(_FIT)].rename(columns=_FIT)), title=title)
    above = part[part["df_diff"].notna()]
    shown = above[list(_CHANGE)].rename(columns=_CHANGE)
    emit_table(plain_records(shown), title="change from the level before")
    names = {k: v for k, v in _PEOPLE.items() if k in above.columns}
    beside = above[list(names)].rename(columns=names).replace(_SHORT)
    emit_table(plain_records(beside), title="compared with the ladder between people")


def _values(found: Any) -> dict[str, Any]:
    return {
        "instrument": found.instrument,
        "unit": found.unit,
        "rows": list(found.rows),
        "wording": [
            {
                "respondent": w.respondent,
                "population": w.population,
                "same": w.same,
                "told": w.reason,
            }
            for w in found.wording
        ],
        "ladders": [
            {
                "respondent": one.respondent,
                "population": one.population,
                "model": one.model,
                "n": one.n,
                "estimator": one.estimator,
                "between_people": one.human_told,
                "ladder": ladder_values(one.ladder),
                "human": None if one.human is None else ladder_values(one.human),
            }
            for one in found.ladders
        ],
        "table": plain_records(found.table),
        "bands": plain_records(found.bands),
        "latent": plain_records(found.latent),
        "constructs": [
            {
                "label": one.label,
                "n": one.n,
                "table": plain_records(one.table),
                "unavailable": one.unavailable,
            }
            for one in found.constructs
        ],
        "refused": dict(found.refused),
        "flags": sorted(found.flags),
    }


def ladder_values(found: Any) -> dict[str, Any]:
    """Return a ladder as plain values."""
    return {
        "level": found.verdict.level,
        "levels": [
            {"level": one.level, "standing": one.standing, "reason": one.reason}
            for one in found.verdict.levels
        ],
        "notes": list(found.verdict.notes),
        "table": plain_records(found.table),
        "groups": plain_records(found.groups),
        "items": plain_records(found.items),
        "effects": plain_records(found.effects),
        "freed": {level: list(names) for level, names in found.freed.items()},
        "flags": sorted(found.flags),
    }
