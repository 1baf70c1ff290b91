"""From a plan's administration to the store's record of it."""

from __future__ import annotations

from valuealign.administration.plan.plan import Administration
from valuealign.store.records import AdministrationRecord


def administration_record(given: Administration) -> AdministrationRecord:
    """An administration as the store keeps it."""
    sheet = given.sheet
    return AdministrationRecord(
        instrument=sheet.content,
        instrument_id=sheet.instrument.id,
        instrument_hash=sheet.instrument.hash,
        wording_hash=sheet.wording_hash,
        respondent=given.respondent.content(),
        respondent_id=given.respondent.id,
        form=sheet.form_content,
        form_id=sheet.form_id,
        form_name=given.form_name,
        occasion=given.occasion,
        elicitation=given.elicitation,
        seed=given.seed,
        n_cells=given.n_cells,
        stimulus=given.stimulus.content if given.stimulus else None,
        stimulus_hash=given.stimulus.hash if given.stimulus else None,
    )
