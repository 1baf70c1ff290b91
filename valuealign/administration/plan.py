"""The plan: instrument x respondents x forms x occasions, expanded lazily into cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from valuealign.administration.form import Form
from valuealign.instrument.instrument import Instrument
from valuealign.respondent import Respondent

Elicitation = Literal["text", "json", "choice", "logprobs"]


@dataclass(frozen=True, slots=True)
class Administration:
    """One instrument given once to one respondent.

    Parameters
    ----------
    instrument : Instrument
    wording_id : str
        Hash of the wording put to the respondent (open form, or the user's official copy).
    respondent : Respondent
    form : Form
    occasion : int
        Counted from 1.
    elicitation : {"text", "json", "choice", "logprobs"}
    seed : int
        Derived from the plan's one recorded seed and this administration's content.
    """

    instrument: Instrument
    wording_id: str
    respondent: Respondent
    form: Form
    occasion: int
    elicitation: Elicitation
    seed: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One request of an administration.

    Parameters
    ----------
    administration : Administration
    position : int
        Which request of the administration, counted from 0.
    item_ids : tuple of str
        The item asked, or all items where the whole form stands in one context.
    """

    administration: Administration
    position: int
    item_ids: tuple[str, ...]
