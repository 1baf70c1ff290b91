"""`write_report`: one HTML page about the responses in a store."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from valuealign.analysis.result_display import Shown
from valuealign.arguments import checked
from valuealign.errors import DataError, StoreError
from valuealign.inquiry.number import Unavailable
from valuealign.inquiry.verdict.rules import Rules, rules_of
from valuealign.inquiry.verdict.verdict import Verdict
from valuealign.population.population import Population
from valuealign.report.formatting import counted, listed, listed_and, shown
from valuealign.report.gather import gather
from valuealign.report.html_page import Chapter, page_html
from valuealign.report.material import Material
from valuealign.report.sections.change_section import change_section
from valuealign.report.sections.design_section import asked_section
from valuealign.report.sections.effects_section import effects_section
from valuealign.report.sections.invariance_section import invariance_section
from valuealign.report.sections.limitations_section import limits_section
from valuealign.report.sections.methods_section import methods_section
from valuealign.report.sections.people_section import people_section, scores_section
from valuealign.report.sections.reliability_section import reliability_section
from valuealign.report.sections.replies_section import came_back_section
from valuealign.report.sections.reply_index_section import reply_index_section
from valuealign.report.sections.style_section import style_section
from valuealign.report.sections.verdict_section import verdict_section
from valuealign.report.unavailable import missing_results
from valuealign.study.freeze.freeze_study import frozen_of
from valuealign.study.freeze.frozen_state import frozen_state
from valuealign.study.load_study import load_study
from valuealign.study.study import Study

if TYPE_CHECKING:
    from valuealign.report.section_contents import Section
    from valuealign.store.responses.responses import Responses

SECTIONS: tuple[Callable[[Material], Section | None], ...] = (
    verdict_section,
    change_section,
    effects_section,
    people_section,
    scores_section,
    asked_section,
    came_back_section,
    style_section,
    reliability_section,
    invariance_section,
    limits_section,
    methods_section,
    reply_index_section,
)
"""In the order of the page; a section that has nothing to show is left out."""
_NAMED = 3
"""Models that the title names."""
_OURS = '<meta name="generator" content="valuealign '


@dataclass(frozen=True, repr=False, kw_only=True)
class Written(Shown):
    """A report that has been written.

    Attributes
    ----------
    path : Path
    instruments : tuple of str
    headlines : dict of str to dict of str to str
        Instrument -> model -> the verdict's first sentence.
    unavailable : dict of str to list of str
        Instrument -> results that are not available.
    """

    path: Path
    instruments: tuple[str, ...]
    headlines: dict[str, dict[str, str]]
    unavailable: dict[str, list[str]]


@checked
def write_report(
    responses: Responses | Mapping[str, Responses],
    path: str | Path,
    *,
    people: str | Path | Population | None = None,
    rules: str | Path | Rules | None = None,
    title: str | None = None,
    study: str | Path | Study | None = None,
    frozen: str | Path | None = None,
    force: bool = False,
    progress: Callable[[str], object] | None = None,
) -> Written:
    """Write one self-contained page with the verdict first and the evidence below.

    Parameters
    ----------
    responses : Responses or mapping of str to Responses
        From :func:`valuealign.responses`; of several instruments, each has a chapter. A mapping
        compares two times or versions: ``{"may": ..., "june": ...}``.
    path : str or Path
        The page to write. An existing report is replaced; any other existing file is an error.
    people : str, Path or Population, optional
        The human sample to compare with; by default the one that each instrument's norms name.
    rules : str, Path or Rules, optional
        Of the verdict and of the comparison with people, other than the toolkit's.
    title : str, optional
        The report's heading.
    study : str, Path or Study, optional
        The study of these responses: the page says whether it is what was frozen before data were
        collected.
    frozen : str or Path, optional
        The file of :func:`valuealign.freeze_study`; by default where that writes it.
    force : bool
        Replace whatever file is there.
    progress : callable, optional
        Called with one line of progress at a time.

    Returns
    -------
    Written
        The path, the verdicts' first sentences, and the sections that are not available.

    Raises
    ------
    DataError
        No responses, unknown people or people of another instrument, rules that are none.
    StoreError
        The page cannot be written, or another file has this name.
    StudyError
        No such study, or what was frozen cannot be read.

    Notes
    -----
    The page makes no request; its Content-Security-Policy forbids it, and scripts and styles other
    than its own. Texts of models, personas and instruments are escaped, cut and stripped of
    control characters. The same store gives the same bytes with the same version.

    A result that these responses do not give is listed once, under the limits, with its reason
    and the command that would supply it.

    Examples
    --------
    >>> import valuealign as va, tempfile
    >>> folder = tempfile.mkdtemp()
    >>> given = va.administer("pvq-21", "sim:yes", occasions=2, store=f"{folder}/study.db")
    >>> found = va.write_report(given, f"{folder}/report.html")
    >>> found.path.name, found.instruments
    ('report.html', ('pvq-21',))
    """
    target = _writable(Path(path), force=force)
    parts = dict(responses) if isinstance(responses, Mapping) else {"": responses}
    registered = _registered(study, frozen, list(parts.values()))
    gathered = gather(parts, people=people, rules=rules_of(rules))
    say = progress or (lambda _: None)
    chapters = [_chapter(k, material, say) for k, material in enumerate(gathered, start=1)]
    say("writing the page")
    facts = " ".join((_facts(gathered), *registered))
    _replace(target, page_html(shown(title, 300) if title else _title(gathered), facts, chapters))
    by_id = {g.evidence.instrument.id: g for g in gathered}
    return Written(
        path=target,
        instruments=tuple(by_id),
        headlines={name: _headlines(g.verdict) for name, g in by_id.items()},
        unavailable={
            name: [what for missing in missing_results(g) for what in missing.what]
            for name, g in by_id.items()
        },
    )


def _registered(
    study: str | Path | Study | None, frozen: str | Path | None, responses: list[Responses]
) -> list[str]:
    """Say whether the study is what was frozen."""
    if study is None:
        if frozen is not None:
            raise DataError("frozen without study; name the study whose hashes the file holds")
        return []
    loaded = study if isinstance(study, Study) else load_study(study)
    state = frozen_state(loaded, frozen_of(loaded, frozen), responses)
    return [f"Study {loaded.id}: {'; '.join(state.sentences)}."]


def _headlines(judged: Verdict | Unavailable) -> dict[str, str]:
    return {} if isinstance(judged, Unavailable) else judged.headline


def _chapter(number: int, material: Material, say: Callable[[str], object]) -> Chapter:
    instrument = material.evidence.instrument
    say(f"{instrument.id}:")
    sections = []
    for make in SECTIONS:
        made = make(material)
        if made is not None:
            sections.append(made)
            say(f"  {made.title}")
    return Chapter(f"i{number}", f"{shown(instrument.title_in(), 200)} ({instrument.id})", sections)


def _title(gathered: list[Material]) -> str:
    compared = next((g.labels for g in gathered if g.change is not None), ())
    column = "model" if compared else "respondent"
    models = list(dict.fromkeys(str(m) for g in gathered for m in g.evidence.design[column]))
    if compared:
        models = list(dict.fromkeys(m.rpartition(" [")[0] for m in models))
    titles = [
        re.split(r"[,(]", g.evidence.instrument.title_in())[0].strip() or g.evidence.instrument.id
        for g in gathered
    ]
    many = counted(len(models), "model")
    who = listed_and([shown(m, 60) for m in models]) if len(models) <= _NAMED else many
    when = f", {shown(compared[0], 40)} and {shown(compared[1], 40)}" if compared else ""
    return f"{who}: {listed(titles, 3)}{when}"


def _facts(gathered: list[Material]) -> str:
    n = sum(len(g.evidence.long) for g in gathered)
    models = {str(m) for g in gathered for m in g.evidence.design["model"]}
    days = sorted({day.split(" ")[0] for g in gathered for day in (g.record.first, g.record.last)})
    when = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
    people = [g.evidence.people.id for g in gathered if g.evidence.people is not None]
    beside = f"; compared with {listed(people)}" if people else ""
    return f"{counted(n, 'response')} of {counted(len(models), 'model')}, {when}{beside}."


def _writable(path: Path, *, force: bool) -> Path:
    if path.is_dir():
        raise StoreError(f"{path} is a folder; name a file in it ({path / 'report.html'})")
    if not path.parent.is_dir():
        raise StoreError(f"there is no folder {path.parent}; create it, or name another file")
    if path.exists() and not force and not _is_report(path):
        raise StoreError(
            f"{path} exists and is not a report of valuealign; name another file, or give --force"
        )
    return path


def _is_report(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return _OURS in file.read(2000)
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror or error}") from error


def _replace(path: Path, text: str) -> None:
    """Write to a temporary file and rename it, so that the page is never incomplete."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StoreError(f"{path} cannot be written: {error.strerror or error}") from error
