"""Some of a set's stimuli, in some of its variants: what a plan is about."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from valuealign.errors import StimulusError
from valuealign.instrument.slots import FieldKind
from valuealign.stimulus.load_stimuli import load_stimuli
from valuealign.stimulus.stimulus import ORIGINAL, Stimulus
from valuealign.stimulus.stimulus_set import StimulusSet


class Chosen:
    """Stimuli of a set that are used: all of them, the first few, or a seeded sample.

    Parameters
    ----------
    stimuli : StimulusSet
    variants : sequence of str
        "original" is the stimulus itself.
    places : sequence of int, optional
        Which stimuli, counted from 0; by default all of them.
    how : mapping, optional
        How they were chosen, for the record.

    Examples
    --------
    >>> import valuealign as va
    >>> few = choose("burden-belonging", limit=2, variant=["original", "hesitant"])
    >>> [(one.id, one.variant) for one in map(few.stimulus, range(4), ["en"] * 4)]
    [('dana.high.low', None), ('dana.high.low', 'hesitant'), ('dana.high.high', None), \
('dana.high.high', 'hesitant')]
    """

    def __init__(
        self,
        stimuli: StimulusSet,
        variants: Sequence[str] = (ORIGINAL,),
        places: Sequence[int] | None = None,
        how: Mapping[str, Any] | None = None,
    ) -> None:
        self.stimuli = stimuli
        self.variants = tuple(variants)
        self._places = range(len(stimuli)) if places is None else places
        self._how = dict(how or {})

    @property
    def id(self) -> str:
        """The name of the set."""
        return self.stimuli.id

    @property
    def fields(self) -> Mapping[str, FieldKind]:
        """Field -> its kind."""
        return self.stimuli.fields

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that its texts are written in."""
        return self.stimuli.languages

    def __len__(self) -> int:
        return len(self._places) * len(self.variants)

    def stimulus(self, k: int, language: str) -> Stimulus:
        """One of them, counted from 0, in a language; all variants of one follow each other."""
        place, variant = divmod(k, len(self.variants))
        return self.stimuli.stimulus(self._places[place], language, self.variants[variant])

    def check(self, language: str) -> None:
        """Refuse a language in which one of them cannot be written.

        Raises
        ------
        StimulusError
            The error says which, and in which languages it is written.
        """
        # In a set of one language every text is in it; only a rule may have no words for it.
        # A picture is a file that may be missing, so each is read before anything is asked.
        every = len(self.languages) > 1 or self.stimuli.has_pictures
        n = len(self) if every else min(len(self), len(self.variants))
        for k in range(n):
            self.stimulus(k, language)

    def content(self) -> dict[str, Any]:
        """What the plan records."""
        return {
            "set": self.stimuli.id,
            "version": self.stimuli.file.version,
            "hash": self.stimuli.hash,
            "variants": list(self.variants),
            "n": len(self._places),
            "content_note": self.stimuli.file.content_note,
            "not_for": list(self.stimuli.file.not_for),
            **self._how,
        }


def choose(
    about: StimulusSet | str | Path,
    *,
    variant: str | Sequence[str] | None = None,
    limit: int | None = None,
    sample: int | None = None,
    seed: int = 0,
) -> Chosen:
    """Choose the stimuli of a plan.

    Parameters
    ----------
    about : StimulusSet, str or Path
        A set, its name, or a file.
    variant : str or sequence of str, optional
        By default the stimuli themselves; "all" is these and every variant.
    limit : int, optional
        Only the first so many.
    sample : int, optional
        Only so many, drawn without replacement; they keep the order of the set.
    seed : int
        Of the draw.

    Raises
    ------
    StimulusError
        No such set or variant, or a number that cannot be met.
    """
    stimuli = about if isinstance(about, StimulusSet) else load_stimuli(about)
    wanted = [variant] if isinstance(variant, str) else list(variant or (ORIGINAL,))
    names = [n for v in wanted for n in (stimuli.variants if v == "all" else (v,))]
    for name in dict.fromkeys(names):
        stimuli.check_variant(name)
    if limit is not None and sample is not None:
        raise StimulusError("both a limit and a sample", hint="choose one of them")
    for what, n in (("limit", limit), ("sample", sample)):
        if n is not None and n < 1:
            raise StimulusError(f"{what} is {n}", expected="1 or more")
    places: Sequence[int] | None = None
    if limit is not None:
        places = range(min(limit, len(stimuli)))
    if sample is not None:
        if sample > len(stimuli):
            found = f"a sample of {sample:,} of {len(stimuli):,} stimuli"
            raise StimulusError(found, expected=f"at most {len(stimuli):,}")
        drawn = random.Random(f"{seed}\n{stimuli.hash}")  # noqa: S311  # a sample, not a secret
        places = sorted(drawn.sample(range(len(stimuli)), sample))
    how = {"limit": limit, "sample": sample}
    return Chosen(
        stimuli,
        tuple(dict.fromkeys(names)),
        places,
        {name: n for name, n in how.items() if n is not None},
    )
