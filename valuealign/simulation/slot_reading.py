"""Reading what stands in the slots of a page: which stimulus it shows."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property

from valuealign.instrument.instrument import Instrument
from valuealign.instrument.references import texts_with_slots
from valuealign.instrument.slots import slots
from valuealign.stimulus.stimulus import Stimulus
from valuealign.stimulus.stimulus_set import StimulusSet

_PREFIX = 40
_SLOT = re.compile(r"\{([A-Za-z][A-Za-z0-9_]*)\}")


class SlotReader:
    """Knows the texts of instruments with slots, and the stimuli that may stand in these.

    Parameters
    ----------
    instruments : sequence of Instrument
    stimuli : StimulusSet, optional
    """

    def __init__(self, instruments: Sequence[Instrument], stimuli: StimulusSet | None) -> None:
        self._stimuli = stimuli
        texts = [
            text
            for instrument in instruments
            if instrument.about
            for _, text in texts_with_slots(instrument)
            if slots(text)
        ]
        self._shown = {name for text in texts for name in slots(text)}
        self._patterns = [(_pattern(text), " ".join(text.split())) for text in dict.fromkeys(texts)]

    def read(self, shown: str) -> tuple[str, Stimulus | None]:
        """The page with empty slots, each text on a line of its own, and the stimulus it shows."""
        words: list[str] = []
        page = shown
        for pattern, text in self._patterns:
            words += [
                each for found in pattern.finditer(page) for each in found.groupdict().values()
            ]
            page = pattern.sub(text.replace("\\", r"\\"), page)
        return page, self._stimulus(words, shown)

    def _stimulus(self, words: Sequence[str], shown: str) -> Stimulus | None:
        whole = _plain(shown)
        there = [
            (sum(map(len, texts)), stimulus)
            for each in words
            for texts, stimulus in self._known.get(_plain(each)[:_PREFIX], ())
            if all(text in whole for text in texts)
        ]
        return max(there, key=lambda each: each[0])[1] if there else None

    @cached_property
    def _known(self) -> dict[str, list[tuple[tuple[str, ...], Stimulus]]]:
        """The beginning of a text -> the stimuli that have one with it, and all their texts."""
        found: dict[str, list[tuple[tuple[str, ...], Stimulus]]] = defaultdict(list)
        for stimulus in self._every():
            # A category or number that no slot shows is on no page.
            shown = stimulus.shown.items()
            texts = tuple(_plain(text) for name, text in shown if name in self._shown)
            for text in texts:
                found[text[:_PREFIX]].append((texts, stimulus))
        return dict(found)

    def _every(self) -> Iterator[Stimulus]:
        if self._stimuli is None:
            return
        for language in self._stimuli.languages:
            for variant in self._stimuli.variants:
                for k in range(len(self._stimuli)):
                    yield self._stimuli.stimulus(k, language, variant)


def _pattern(text: str) -> re.Pattern[str]:
    """What a text with slots looks like once they are filled."""
    parts = _SLOT.split(text)
    seen: set[str] = set()
    pattern = ""
    for k, part in enumerate(parts):
        if k % 2 == 0:
            pattern += re.escape(part)
        elif part in seen:
            pattern += f"(?P={part})"
        else:
            seen.add(part)
            pattern += f"(?P<{part}>.+?)"
    end = r"(?=\n\n|\n?\Z)" if parts[-1] == "" else ""
    return re.compile(pattern + end, re.DOTALL)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
