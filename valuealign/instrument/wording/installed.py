"""Installed wordings in the data folder, and instruments that use them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from valuealign.bounded import MEGABYTE, read_bounded
from valuealign.content import content_id
from valuealign.errors import WordingError
from valuealign.instrument.folders import data_folder, write_whole
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.media import takes_pictures
from valuealign.instrument.strict_model import Language, StemForm, Strict, Text

OFFICIAL_NOTICE = "official (installed by the user)"


class InstalledWording(Strict):
    """One language and grammatical form of an instrument's official wording."""

    instrument: str
    """The instrument's id."""
    language: Language
    """The language of the sentences."""
    form: StemForm
    """Their grammatical form."""
    stems: dict[str, Text]
    """Item id to sentence."""
    instruction: Text | None = None
    """The instruction that stood with them."""
    labels: tuple[tuple[int, str], ...] = ()
    """The options as the file codes them."""
    direction: Literal["published", "reversed", "unknown"]
    """Whether the file's codes run as the instrument's do."""
    scale: dict[int, Text] = Field(default_factory=dict)
    """Labels in this language under the instrument's own codes, where it has none."""
    source: str
    """The name of the file they came from."""
    source_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    """Its checksum."""
    format: str
    """How it was read."""

    @property
    def hash(self) -> str:
        """Sixteen hex digits made from the content."""
        return content_id(self.model_dump(mode="json"))


def wordings_folder(instrument_id: str) -> Path:
    """Where the wordings of an instrument are kept."""
    return data_folder() / "wordings" / instrument_id


def store_wording(wording: InstalledWording) -> Path:
    """Write a wording and its hash; one installed before for this language and form goes."""
    path = wordings_folder(wording.instrument) / f"{wording.language}-{wording.form}.json"
    content = {"hash": wording.hash, "wording": wording.model_dump(mode="json")}
    write_whole(path, json.dumps(content, ensure_ascii=False, indent=1).encode())
    return path


def installed_wordings(instrument_id: str) -> list[InstalledWording]:
    """The wordings of an instrument that you installed.

    Raises
    ------
    WordingError
        A file there was changed since it was installed, or cannot be read.
    """
    folder = wordings_folder(instrument_id)
    return [_stored(path) for path in sorted(folder.glob("*.json"))]


def remove_wording(instrument_id: str, *, language: str, form: str) -> bool:
    """Remove an installed wording; whether there was one."""
    path = wordings_folder(instrument_id) / f"{language}-{form}.json"
    there = path in set(wordings_folder(instrument_id).glob("*.json"))
    if there:
        path.unlink()
    return there


def _stored(path: Path) -> InstalledWording:
    hint = "install it again: valuealign instruments wording ..."
    try:
        content = json.loads(read_bounded(path, 20 * MEGABYTE))
        wording = InstalledWording.model_validate(content["wording"])
    except (OSError, ValueError, ValidationError, KeyError, TypeError, RecursionError) as error:
        raise WordingError("the installed wording cannot be read", hint=hint, path=path) from error
    if content.get("hash") != wording.hash:
        raise WordingError("the installed wording was changed since", hint=hint, path=path)
    return wording


def with_official_wording(instrument: Instrument) -> Instrument:
    """The instrument in the official wordings that you installed, and in no other.

    Raises
    ------
    WordingError
        None is installed, or one does not fit this version of the instrument.
    """
    wordings = installed_wordings(instrument.id)
    if not wordings and takes_pictures(instrument):
        raise WordingError(
            f"{instrument.id} has no sentences, and its words are in its own file",
            hint="leave out --wording official; pictures that you installed are always shown",
        )
    if not wordings:
        raise WordingError(
            f"no official wording of {instrument.id} is installed",
            hint=f"valuealign instruments wording {instrument.id} FILE --language en --form he",
        )
    for wording in wordings:
        if set(wording.stems) != set(instrument.item_ids):
            problem = f"the installed wording ({wording.source}) is not of this {instrument.id}"
            raise WordingError(problem, hint="install it again")
    content = instrument.content()
    languages = list(dict.fromkeys(wording.language for wording in wordings))
    content["languages"] = languages
    content["wording"] = {"kind": "official", "notice": OFFICIAL_NOTICE}
    for item in content["items"]:
        item["opposed"] = {}
        item["stem"] = {
            language: {w.form: w.stems[item["id"]] for w in wordings if w.language == language}
            for language in languages
        }
    content["instructions"] = _instructions(instrument, wordings, languages)
    for point in content["response_scale"].get("points", ()):
        point["label"] |= {w.language: w.scale[point["code"]] for w in wordings if w.scale}
    forms = [wording.form for wording in wordings]
    if instrument.administration.stem not in forms:
        content["administration"]["stem"] = forms[0]
    return Instrument.model_validate(content)


def _instructions(
    instrument: Instrument, wordings: list[InstalledWording], languages: list[str]
) -> list[dict[str, object]]:
    """Our instructions in these languages, then those that stood with the wordings."""
    ours: list[dict[str, object]] = []
    for each in instrument.instructions:
        text = {name: forms for name, forms in each.text.items() if name in languages}
        if text:
            ours.append({"id": each.id, "text": text})
    official: dict[str, dict[str, str]] = {}
    for wording in wordings:
        if wording.instruction:
            official.setdefault(wording.language, {})[wording.form] = wording.instruction
    return [*ours, {"id": "official", "text": official}] if official else ours
