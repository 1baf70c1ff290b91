"""Pictures that the user supplies: checked by checksum or count, kept in the data folder."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from valuealign.bounded import MEGABYTE, read_bounded
from valuealign.errors import InstrumentError
from valuealign.instrument.folders import data_folder, write_whole
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.item import Item, Media
from valuealign.instrument.pictures.drawn_face import drawn
from valuealign.instrument.pictures.picture import (
    MAX_PICTURE_BYTES,
    Picture,
    picture_in,
    picture_of,
)
from valuealign.suggestion import did_you_mean

_HINT = (
    "install your copy: valuealign instruments wording {id} FOLDER; or ask with the words only: "
    "--form pictures=absent"
)
_ENDINGS = {".png", ".jpg", ".jpeg", ".gif", ".webp"}


@dataclass(frozen=True, slots=True)
class InstalledMedia:
    """The pictures that were installed.

    Parameters
    ----------
    folder : Path
    checked : {"checksums", "count"}
        Whether every picture had a known checksum, or their number was all there was.
    n_pictures : int
    notes : tuple of str
    """

    folder: Path
    checked: str
    n_pictures: int
    notes: tuple[str, ...]


def install_media(instrument: Instrument, folder: str | Path) -> InstalledMedia:
    """Copy the pictures of an instrument from a folder of the user's.

    A picture is found by its name, or, where the names differ, by the number in it; then
    the numbers must run from 1 without a gap (0 is taken for a practice item and left out).

    Parameters
    ----------
    instrument : Instrument
    folder : str or Path

    Raises
    ------
    InstrumentError
        The instrument has no pictures; one is missing, too large, no picture, twice there,
        or has another checksum than the instrument file says.
    """
    folder = Path(folder)
    wanted = {
        media.name: media for item in instrument.items for media in item.media if not media.drawn
    }
    if not wanted:
        drawn = any(item.media for item in instrument.items)
        why = "its pictures are drawn when they are shown" if drawn else "its items are texts"
        raise InstrumentError(f"{instrument.id} takes no pictures: {why}", path=folder)
    if not folder.is_dir():
        found = "this is not a folder" if folder.exists() else "there is no such folder"
        archive = folder.suffix.lower() in (".zip", ".gz", ".7z", ".rar", ".tar")
        hint = f"{'unpack it and ' if archive else ''}name the folder that holds the pictures"
        expected = f"a folder with the {len(wanted)} pictures of {instrument.id}"
        raise InstrumentError(found, expected=expected, hint=hint, path=folder)
    sources = _matched(list(wanted), folder)
    data = {name: _picture(source, wanted[name]) for name, source in sources.items()}
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in data.items()}
    _check_distinct(sums, sources)
    target = media_folder(instrument.id)
    for name, content in data.items():
        write_whole(target / name, content)
    write_whole(target / "checksums.json", json.dumps(sums, indent=1).encode())
    checked = "checksums" if all(media.sha256 for media in wanted.values()) else "count"
    notes = ["no checksums are known for these pictures: only their number was checked"]
    return InstalledMedia(target, checked, len(data), tuple(notes if checked == "count" else []))


def media_status(instrument: Instrument) -> str:
    """Say whether the pictures of an instrument can be shown, and what to do where they cannot.

    Examples
    --------
    >>> import valuealign as va
    >>> media_status(va.load_instrument("schematic-faces"))
    '36, drawn by code when they are shown'
    """
    media = [media for item in instrument.items for media in item.media]
    if not media:
        return "none"
    if all(each.drawn for each in media):
        return f"{len(media)}, drawn by code when they are shown"
    try:
        for item in instrument.items:
            media_pictures(instrument, item)
    except InstrumentError as error:
        return f"{len(media)}; {error}"
    return f"{len(media)}, installed in {media_folder(instrument.id)}"


def takes_pictures(instrument: Instrument) -> bool:
    """Whether the items have pictures of the user's and no sentences."""
    return all(item.media and not item.stem for item in instrument.items) and not any(
        media.drawn for item in instrument.items for media in item.media
    )


def media_folder(instrument_id: str) -> Path:
    """Where the pictures of an instrument are kept."""
    return data_folder() / "media" / instrument_id


def media_pictures(instrument: Instrument, item: Item | str) -> tuple[Picture, ...]:
    """The pictures of an item: the user's own, as they were installed, or drawn.

    Parameters
    ----------
    instrument : Instrument
    item : Item or str
        The item, or its id.

    Returns
    -------
    tuple of Picture
        In the order of the item's ``media``; empty where it has none.

    Raises
    ------
    InstrumentError
        Pictures that were not installed, or were changed since.
    """
    item = instrument.item(item) if isinstance(item, str) else item
    return tuple(
        drawn(media.drawn) if media.drawn else _installed(instrument.id, media.name)
        for media in item.media
    )


def _installed(instrument_id: str, name: str) -> Picture:
    folder = media_folder(instrument_id)
    return _checked(folder / name, _checksums(folder, instrument_id), instrument_id)


def _checksums(folder: Path, instrument_id: str) -> Mapping[str, str]:
    try:
        sums = json.loads(read_bounded(folder / "checksums.json", 10 * MEGABYTE))
    except FileNotFoundError:
        problem = f"the pictures of {instrument_id} are not installed; valuealign ships none"
        raise InstrumentError(problem, hint=_HINT.format(id=instrument_id)) from None
    except (OSError, ValueError, RecursionError) as error:
        problem = "the list of installed pictures cannot be read"
        hint = _HINT.format(id=instrument_id)
        raise InstrumentError(problem, hint=hint, path=folder) from error
    return sums if isinstance(sums, dict) else {}


def _checked(path: Path, sums: Mapping[str, str], instrument_id: str) -> Picture:
    hint = _HINT.format(id=instrument_id)
    if path.name not in sums:
        found = f"the picture {path.name!r} is not among the {len(sums)} that are installed"
        raise InstrumentError(found, hint=hint, path=path.parent)
    try:
        data = read_bounded(path, MAX_PICTURE_BYTES)
    except OSError:
        data = b""
    if hashlib.sha256(data).hexdigest() != sums[path.name]:
        problem = "the picture is missing or was changed since it was installed"
        raise InstrumentError(problem, hint=hint, path=path)
    return picture_of(data, path, error=InstrumentError)


def _matched(names: Sequence[str], folder: Path) -> dict[str, Path]:
    files = sorted(folder.iterdir())
    pictures = [path for path in files if path.suffix.lower() in _ENDINGS and path.is_file()]
    if not pictures:
        held = ", ".join(path.name for path in files[:3]) or "nothing"
        expected = f"{len(names)} pictures ({', '.join(sorted(_ENDINGS))})"
        hint = "name the folder that holds the pictures themselves"
        raise InstrumentError(
            f"there is no picture in this folder, but {held}",
            expected=expected,
            hint=hint,
            path=folder,
        )
    by_name = {path.name: path for path in pictures}
    present = [name for name in names if name in by_name]
    if len(present) == len(names):
        return {name: by_name[name] for name in names}
    if present:
        missing = next(name for name in names if name not in by_name)
        hint = did_you_mean(missing, by_name)
        raise InstrumentError(f"there is no picture {missing!r}", hint=hint, path=folder)
    return dict(zip(names, _by_number(pictures, len(names), folder, names[0]), strict=True))


def _by_number(pictures: Sequence[Path], n: int, folder: Path, example: str) -> list[Path]:
    numbered: dict[int, Path] = {}
    for path in pictures:
        digits = re.findall(r"\d+", path.stem)
        number = int(digits[-1][:6]) if digits else -1
        if number in numbered:
            problem = f"{numbered[number].name} and {path.name} have the same number"
            raise InstrumentError(problem, hint="leave one of them", path=folder)
        numbered[number] = path
    missing = [str(k) for k in range(1, n + 1) if k not in numbered]
    extra = [numbered[k].name for k in sorted(numbered) if k not in range(n + 1)]
    if missing or extra:
        count = f"{len(pictures)} picture{'' if len(pictures) == 1 else 's'}"
        problem = f"{count}; none numbered {', '.join(missing[:6])}"
        if not missing:
            problem = f"{count}, among them {', '.join(extra[:3])}"
        expected = f"{n} pictures numbered 1 to {n}, or named like {example}"
        hint = "number the files by item"
        raise InstrumentError(problem, expected=expected, hint=hint, path=folder)
    return [numbered[k] for k in range(1, n + 1)]


def _picture(path: Path, media: Media) -> bytes:
    picture = picture_in(path.parent, path.name, error=InstrumentError)
    if media.sha256 and picture.sha256 != media.sha256:
        problem = f"this is not the picture {media.name}: its checksum is another"
        raise InstrumentError(problem, hint="supply the published file", path=path)
    return picture.data


def _check_distinct(sums: Mapping[str, str], sources: Mapping[str, Path]) -> None:
    seen: dict[str, str] = {}
    for name, digest in sums.items():
        if digest in seen:
            twin, this = sources[seen[digest]].name, sources[name].name
            raise InstrumentError(f"{twin} and {this} are the same picture", path=sources[name])
        seen[digest] = name
