"""Whether some stimuli have what an instrument is asked about."""

from __future__ import annotations

from collections.abc import Iterable

from valuealign.errors import PlanError
from valuealign.instrument.instrument import Instrument
from valuealign.stimulus.stimulus import About
from valuealign.suggestion import did_you_mean


def check_about(instrument: Instrument, about: About | None, languages: Iterable[str]) -> None:
    """Refuse stimuli that do not fit an instrument, before anything is asked.

    Parameters
    ----------
    instrument : Instrument
    about : About or None
    languages : iterable of str
        Those of the plan's forms.

    Raises
    ------
    PlanError
        What does not fit, and what would.
    StimulusError
        A stimulus that is not written in one of the languages.
    """
    wanted = ", ".join(f"{name} ({kind})" for name, kind in instrument.about.items())
    if about is None:
        if instrument.about:
            raise PlanError(
                f"{instrument.id} is asked about a stimulus with {wanted}; name a set: --about SET"
            )
        return
    if not instrument.about:
        raise PlanError(
            f"{instrument.id} is asked about no stimulus: its file has no 'about'; leave out "
            f"--about, or choose an instrument that is asked about {', '.join(about.fields)}"
        )
    for name, kind in instrument.about.items():
        if name not in about.fields:
            hint = did_you_mean(name, about.fields)
            raise PlanError(f"{instrument.id} needs {wanted}; {about.id} has no {name!r}; {hint}")
        if about.fields[name] != kind:
            raise PlanError(
                f"{instrument.id} needs {name!r} as {kind}; in {about.id} it is "
                f"{about.fields[name]}"
            )
    for language in dict.fromkeys(languages):
        if about.languages and language not in about.languages:
            raise PlanError(
                f"{about.id} is not written in {language!r}, only in {', '.join(about.languages)}"
            )
        about.check(language)
