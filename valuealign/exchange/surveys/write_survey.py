"""Writers of survey files, one for each format."""

from __future__ import annotations

from pathlib import Path

from valuealign.errors import InstrumentError
from valuealign.exchange.surveys.survey_layout import sheet_of
from valuealign.exchange.surveys.write_limesurvey import limesurvey_text
from valuealign.exchange.surveys.write_redcap import redcap_text
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.strict_model import StemForm
from valuealign.instrument.write_instrument import write_new

ENDINGS = {"limesurvey": ".lss", "redcap": ".csv"}
"""A survey format that is written -> the ending of its files."""


def write_survey(
    instrument: Instrument,
    path: Path,
    *,
    file_format: str,
    language: str = "",
    form: StemForm | None = None,
) -> tuple[str, ...]:
    """Write an instrument as a survey file that another program imports.

    Parameters
    ----------
    instrument : Instrument
    path : Path
        Must not exist yet.
    file_format : {"limesurvey", "redcap"}
    language : str
        Of a REDCap dictionary, which has one; by default the instrument's first.
    form : {"he", "she", "they", "first", "plain"}, optional
        A grammatical form; by default the one its authors advise.

    Returns
    -------
    tuple of str
        What the file cannot hold.

    Raises
    ------
    InstrumentError
        The instrument has no labelled response scale, or the file exists.
    """
    if file_format not in ENDINGS:
        raise InstrumentError(f"format {file_format!r}", expected=f"one of {', '.join(ENDINGS)}")
    sheet = sheet_of(instrument, form=form)
    redcap = file_format == "redcap"
    text = redcap_text(sheet, language=language) if redcap else limesurvey_text(sheet)
    write_new(path, text)
    notes = []
    scored = [item for scale in instrument.scales for item in scale.items]
    if len(set(scored)) < len(scored):
        notes.append("an item of several scales is written under the first of them")
    if any(item.opposed for item in instrument.items):
        notes.append("stems of opposed content are left out")
    if redcap and len(sheet.languages) > 1:
        notes.append(
            f"REDCap's dictionary has one language; this one is in {language or sheet.languages[0]}"
        )
    return tuple(notes)
