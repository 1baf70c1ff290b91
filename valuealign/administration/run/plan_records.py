"""Conversion of a plan's administrations to records of the store."""

from __future__ import annotations

from valuealign.administration.plan.plan import Administration
from valuealign.store.records import AdministrationRecord


def administration_record(administration: Administration) -> AdministrationRecord:
    """An administration as the store keeps it."""
    sheet = administration.sheet
    return AdministrationRecord(
        instrument=sheet.content,
        instrument_id=sheet.instrument.id,
        instrument_hash=sheet.instrument.hash,
        wording_hash=sheet.wording_hash,
        respondent=administration.respondent.content(),
        respondent_id=administration.respondent.id,
        form=sheet.form_content,
        form_id=sheet.form_id,
        form_name=administration.form_name,
        occasion=administration.occasion,
        elicitation=administration.elicitation,
        seed=administration.seed,
        n_cells=administration.n_cells,
        stimulus=administration.stimulus.content if administration.stimulus else None,
        stimulus_hash=administration.stimulus.hash if administration.stimulus else None,
    )
