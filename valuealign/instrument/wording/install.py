"""Installation of the user's copy of an official wording: read, checked, stored with its hash."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from pydantic import ValidationError

from valuealign.errors import WordingError
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.response_scale import Labelled
from valuealign.instrument.strict_model import StemForm
from valuealign.instrument.wording.decode import file_bytes
from valuealign.instrument.wording.file_contents import FileContents
from valuealign.instrument.wording.gender import carries_both, in_gender, spoken_form
from valuealign.instrument.wording.installed import InstalledWording, store_wording
from valuealign.instrument.wording.match_items import Fitted, fit
from valuealign.suggestion import did_you_mean

Format = Literal["text", "docx", "pdf", "ddi", "csv"]
FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        ".txt": "text",
        ".text": "text",
        ".md": "text",
        ".docx": "docx",
        ".pdf": "pdf",
        ".xml": "ddi",
        ".csv": "csv",
        ".tsv": "csv",
    }
)
"""A file's ending -> how it is read."""


@dataclass(frozen=True, slots=True)
class Installation:
    """The installed wording, with notes for the user.

    Parameters
    ----------
    wordings : tuple of InstalledWording
        One for each grammatical form.
    paths : tuple of Path
        Where they are kept.
    notes : tuple of str
    """

    wordings: tuple[InstalledWording, ...]
    paths: tuple[Path, ...]
    notes: tuple[str, ...]


def install_wording(
    instrument: Instrument,
    path: str | Path,
    *,
    language: str,
    form: StemForm | None = None,
    file_format: Format | None = None,
    labels: Sequence[str] | None = None,
    instruction: str | None = None,
    text_column: str | None = None,
) -> Installation:
    """Install your own copy of an instrument's official wording.

    Parameters
    ----------
    instrument : Instrument
    path : str or Path
        Numbered text, .docx, .pdf, a DDI codebook (.xml) or CSV.
    language : str
        The language of the sentences ("en").
    form : {"he", "she", "they", "first", "plain"}, optional
        Their grammatical form; not needed where the sentences carry both ("She/he") or speak of
        one of them, nor for statements about oneself.
    file_format : str, optional
        How to read the file; by default according to its ending.
    labels : sequence of str, optional
        The option labels in this language, lowest first, where the instrument has none.
    instruction : str, optional
        An instruction in this language, where neither instrument nor file has one.
    text_column : str, optional
        For CSV: the head of the column with the sentences.

    Returns
    -------
    Installation

    Raises
    ------
    WordingError
        The file is not this instrument's wording, or something it needs is missing.
    """
    path = Path(path)
    if file_format is None and path.suffix.lower() not in FORMATS:
        hint = "end the file's name in one of these, or give the format"
        raise WordingError(
            "unknown kind of file", expected=", ".join(FORMATS), hint=hint, path=path
        )
    contents = _read(instrument, path, file_format or FORMATS[path.suffix.lower()], text_column)
    fitted = fit(contents, instrument, language=language, path=path)
    scale, notes = _scale(instrument, fitted, contents, language=language, labels=labels, path=path)
    spoken = instruction or contents.instruction
    digest = hashlib.sha256(file_bytes(path, limit=60_000_000)).hexdigest()
    wordings = []
    for each in _forms(instrument, fitted, language, form=form, path=path):
        _check_instruction(instrument, language, each, spoken)
        wordings.append(
            _wording(
                instrument=instrument.id,
                language=language,
                form=each,
                stems={name: in_gender(stem, each) for name, stem in fitted.stems.items()},
                instruction=spoken and in_gender(spoken, each),
                labels=contents.labels,
                direction=fitted.direction,
                scale=scale,
                source=path.name,
                source_sha256=digest,
                format=contents.format,
            )
        )
    paths = tuple(store_wording(wording) for wording in wordings)
    return Installation(tuple(wordings), paths, (*contents.notes, *notes))


def _wording(**content: object) -> InstalledWording:
    try:
        return InstalledWording.model_validate(content)
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        name = ".".join(str(part) for part in detail["loc"])
        raise WordingError(f"{name}: {detail['msg']}") from None


def _read(instrument: Instrument, path: Path, kind: str, text_column: str | None) -> FileContents:
    scale = instrument.response_scale
    n_points = len(scale.points) if isinstance(scale, Labelled) else 0
    ids = [item.id for item in instrument.items]
    if kind == "ddi":
        from valuealign.instrument.wording.ddi import read_ddi

        aliases = [alias for item in instrument.items for alias in item.aliases]
        return read_ddi(path, names=[*ids, *aliases])
    if kind == "csv":
        from valuealign.instrument.wording.table_csv import read_csv

        return read_csv(path, names=ids, text_column=text_column)
    if kind == "docx":
        from valuealign.instrument.wording.word_table import read_word_table

        return read_word_table(path, n_points=n_points)
    if kind == "pdf":
        from valuealign.instrument.wording.pdf import read_pdf

        return read_pdf(path, n_points=n_points)
    if kind == "text":
        from valuealign.instrument.wording.plain_text import read_plain_text

        return read_plain_text(path, n_points=n_points)
    kinds = sorted(set(FORMATS.values()))
    raise WordingError(f"format {kind!r}", hint=did_you_mean(kind, kinds), path=path)


def _forms(
    instrument: Instrument,
    fitted: Fitted,
    language: str,
    *,
    form: StemForm | None,
    path: Path,
) -> tuple[StemForm, ...]:
    sentences = list(fitted.stems.values())
    both = any(carries_both(sentence) for sentence in sentences)
    if form is None and both:
        return ("he", "she")
    spoken = None if both or not language.startswith("en") else spoken_form(sentences)
    if form is None:
        return (_own_form(instrument, spoken, path),)
    if both and form not in {"he", "she"}:
        raise WordingError(f"the sentences are in the forms he and she, not {form!r}", path=path)
    if spoken is not None and spoken != form:
        raise WordingError(
            f"the sentences speak of {spoken!r}, and the form given is {form!r}",
            hint=f"use --form {spoken}, or give the other file",
            path=path,
        )
    return (form,)


def _own_form(instrument: Instrument, spoken: StemForm | None, path: Path) -> StemForm:
    """The form where none is given: the one heard, or the only one such an instrument has."""
    advised = instrument.administration.stem
    if spoken is not None:
        return spoken
    # Statements about oneself have no gender; portraits could be he's, she's or they's.
    if advised in ("first", "plain"):
        return advised
    raise WordingError(
        "the grammatical form is not known",
        expected="he, she, they, first or plain",
        hint="say it with --form",
        path=path,
    )


def _check_instruction(
    instrument: Instrument, language: str, form: StemForm, spoken: str | None
) -> None:
    ours = [each.text.get(language, {}) for each in instrument.instructions]
    if not spoken and not any(form in forms or "plain" in forms for forms in ours):
        raise WordingError(
            f"there is no instruction in language {language!r} and form {form!r}",
            hint="give one with --instruction",
        )


def _scale(
    instrument: Instrument,
    fitted: Fitted,
    contents: FileContents,
    *,
    language: str,
    labels: Sequence[str] | None,
    path: Path,
) -> tuple[dict[int, str], list[str]]:
    """Labels to add in this language, under the instrument's codes, and what to say."""
    scale = instrument.response_scale
    if not isinstance(scale, Labelled):
        return {}, []
    low, high = scale.points[0], scale.points[-1]
    if language in low.label and language in high.label:
        return {}, [_said(fitted, contents, scale, language)]
    if labels is None:
        seen = ", ".join(f"{code} = {label}" for code, label in contents.labels)
        raise WordingError(
            f"{instrument.id} has no option labels in language {language!r}",
            expected=f"{len(scale.points)} labels, lowest first",
            hint="give them with --labels 'a|b|...'" + (f"; the file has: {seen}" if seen else ""),
            path=path,
        )
    if len(labels) != len(scale.points) or not all(label.strip() for label in labels):
        expected = f"{len(scale.points)}, from {low.code} to {high.code}"
        raise WordingError(f"{len(labels)} option labels", expected=expected, path=path)
    label_of = {point.code: label for point, label in zip(scale.points, labels, strict=True)}
    return label_of, [f"the options in {language!r} are the labels you gave, lowest first"]


def _said(fitted: Fitted, contents: FileContents, scale: Labelled, language: str) -> str:
    low, high = scale.points[0], scale.points[-1]
    ours = f"{low.code} = {low.label[language]}, {high.code} = {high.label[language]}"
    if fitted.direction == "reversed":
        first = min(contents.labels)[0] if contents.labels else 1
        turned = low.code + high.code
        return (
            f"scale direction: the file codes {first} = {high.label[language]}, the reverse of the "
            f"instrument ({ours}); replies are coded as the instrument's are, and data that come "
            f"in the file's codes must be turned ({turned} - x)"
        )
    if fitted.direction == "published":
        return f"scale direction: the file codes its options as the instrument does ({ours})"
    return f"scale direction: no labels to compare in the file; the instrument's are used ({ours})"
