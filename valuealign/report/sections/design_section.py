"""The design section: what was asked, of which models, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from valuealign.errors import InstrumentError
from valuealign.report.formatting import NONE, cell, counted, listed, sentence, shown
from valuealign.report.material import FEW, Material
from valuealign.report.section_contents import Block, Cell, Fields, Paragraph, Section, Table
from valuealign.sampling_settings import SETTINGS
from valuealign.store.responses.stimulus_columns import stimulus_conditions

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.instrument.instrument import Instrument

_FORM = (
    "direction",
    "labels",
    "order",
    "stem",
    "content",
    "instruction",
    "language",
    "context",
    "pictures",
    "variant",
)
_PERSONAS = 20
"""Personas that are listed."""


def asked_section(material: Material) -> Section:
    """Describe the instrument, the models, the forms, the dates and the settings.

    Parameters
    ----------
    material : Material

    Returns
    -------
    Section
    """
    design = material.evidence.design
    blocks: list[Block] = [
        Paragraph(_finding(material), "finding"),
        *(Paragraph(text, "note") for text in cautions(material)),
        Fields(_fields(material)),
        _models(material),
        _forms(material),
    ]
    if "stimulus" in design and design["stimulus"].notna().any():
        blocks.append(_stimuli(design))
    if design["persona"].notna().any():
        blocks.append(_personas(design))
    blocks.append(_items(material))
    return Section("asked", "What was asked of whom?", blocks)


def cautions(material: Material) -> list[str]:
    """Return the content notes and the uses that instrument and stimuli do not support."""
    notes = material.evidence.instrument.administration.notes
    own = [sentence(notes, 600)] if notes and "use" in notes.lower() else []
    return [*own, *(sentence(text, 600) for text in material.record.cautions)]


def _finding(material: Material) -> str:
    instrument, design = material.evidence.instrument, material.evidence.design
    n_models, n_forms = design["model"].nunique(), design["form"].nunique()
    sheets = design.groupby(["respondent", "form"], dropna=False)["occasion"].nunique()
    parts = [f"in {counted(n_forms, 'form')}", f"{counted(int(sheets.max()), 'time')} each"]
    if "stimulus" in design and design["stimulus"].notna().any():
        parts.insert(0, f"about {counted(design['stimulus'].nunique(), 'stimulus', 'stimuli')}")
    if design["persona"].nunique() > 1:
        parts.insert(0, f"under {counted(design['persona'].nunique(), 'persona')}")
    items = counted(len(instrument.items), "item")
    verb = "was" if n_models == 1 else "were"
    return f"{counted(n_models, 'model')} {verb} given {items} {', '.join(parts)}."


def _fields(material: Material) -> list[tuple[str, Cell]]:
    instrument, record = material.evidence.instrument, material.record
    design = material.evidence.design
    languages = sorted(set(design["language"].dropna().astype(str)))
    measures = instrument.measures.get("en") or next(iter(instrument.measures.values()), "")
    scales = listed([s.title.get("en", s.id) for s in instrument.scales], 20)
    notices = listed(sorted(set(design["wording"].dropna().astype(str))))
    version = f"{instrument.id}, version {shown(instrument.version)}"
    requests = f"{record.requests:,}"
    if record.repeated:
        requests += f", of which {record.repeated:,} were asked again"
    if record.tokens is not None:
        requests += f"; {record.tokens:,} tokens"
    rows = [
        ("Instrument", Cell(f"{shown(instrument.title_in())} ({version})")),
        ("Measures", Cell(shown(measures))),
        ("Scales", Cell(scales)),
        ("Wording", Cell(notices)),
        ("Options", Cell(_options(instrument))),
        ("Asked", Cell(f"{record.first} to {record.last}, in {listed(languages)}")),
        ("Requests", Cell(requests)),
        ("Published in", Cell(listed([c.text for c in instrument.citations[:2]], each=300))),
    ]
    return [(name, value) for name, value in rows if value.text]


def _options(instrument: Instrument) -> str:
    scale: Any = instrument.response_scale
    points = getattr(scale, "points", ())
    if points:
        words = [f"{p.code:g} {next(iter(p.label.values()), '')}".strip() for p in points]
        return listed(words, 12)
    low, high = getattr(scale, "minimum", None), getattr(scale, "maximum", None)
    ends = "" if low is None or high is None else f", {low:g} to {high:g}"
    return str(scale.kind).replace("_", " ") + ends


def _models(material: Material) -> Table:
    rows = []
    by = ["model", "base_url", *SETTINGS]
    returned = material.evidence.long.groupby("model", observed=True)["model_returned"].unique()
    for key, part in material.evidence.design.groupby(by, dropna=False, sort=False):
        model = str(key[0])
        names = [str(n) for n in returned.get(model, []) if isinstance(n, str)]
        settings = [
            f"{k} {v:g}" if isinstance(v, float) else f"{k} {v}"
            for k, v in zip(SETTINGS, key[2:], strict=True)
            if _known(v)
        ]
        rows.append(
            [
                Cell(shown(model, 80)),
                Cell(listed(names) or NONE),
                Cell(_host(str(key[1]))),
                Cell(", ".join(settings) or "the endpoint's own settings"),
                cell(int(part["persona"].nunique())),
                cell(len(part)),
            ]
        )
    heads = ["model", "name it returned", "endpoint", "sampling", "personas", "administrations"]
    return Table("Who was asked", heads, rows, folded=len(rows) > FEW)


def _known(value: Any) -> bool:
    return value is not None and value == value  # noqa: PLR0124  # NaN is not itself


def _host(url: str) -> str:
    """Return the host of an endpoint, without its path and any password.

    Examples
    --------
    >>> _host("https://me:secret@api.example.org/v1"), _host("simulation:")
    ('api.example.org', 'simulation')
    """
    try:
        parts = urlsplit(url)
        return shown(parts.hostname or parts.scheme or NONE, 80)
    except ValueError:  # a port or a host that is none
        return NONE


def _forms(material: Material) -> Table:
    design = material.evidence.design
    there = [name for name in _FORM if name in design and design[name].notna().any()]
    counts = design.groupby(["form", *there], dropna=False, sort=False).size()
    rows = [
        [*(Cell(shown(value, 80) if _known(value) else "") for value in key), cell(int(n))]
        for key, n in zip(counts.index.tolist(), counts, strict=True)
    ]
    return Table("Forms given", ["form", *there, "administrations"], rows, folded=True)


def _stimuli(design: pd.DataFrame) -> Table:
    """The conditions of the stimuli, and how many stimuli and administrations each has."""
    about = design.dropna(subset=["stimulus"])
    conditions = stimulus_conditions(about)
    grouped = about.groupby(conditions, dropna=False, sort=False)["stimulus"]
    counts = grouped.agg(["nunique", "size"]).reset_index()
    heads = [name.removeprefix("stimulus_") for name in conditions]
    rows = [[cell(value) for value in row] for row in counts.itertuples(index=False, name=None)]
    heads = [*(shown(h, 60) for h in heads), "stimuli", "administrations"]
    return Table("Stimuli by condition", heads, rows, folded=True)


def _personas(design: pd.DataFrame) -> Table:
    attributes = [c for c in design.columns if c.startswith("persona_")]
    seen = design.dropna(subset=["persona"]).drop_duplicates("persona")
    rows = [
        [cell(row["persona"])] + [cell(row[c]) for c in attributes]
        for row in seen.head(_PERSONAS).to_dict("records")
    ]
    more = len(seen) - len(rows)
    caption = f"Personas ({more:,} more are not listed)" if more > 0 else "Personas"
    heads = ["persona", *(c.removeprefix("persona_").replace("_", " ") for c in attributes)]
    return Table(caption, [shown(h, 60) for h in heads], rows, folded=True)


def _items(material: Material) -> Block:
    instrument = material.evidence.instrument
    if instrument.wording_notice.kind == "official":
        return Paragraph(
            "The items are not printed: their official wording is not ours to pass on."
        )
    design = material.evidence.design
    spoken = design["language"].dropna()
    language = str(spoken.iloc[0]) if len(spoken) else instrument.languages[0]
    try:
        stems = instrument.wording(language)
    except InstrumentError:
        stems = dict.fromkeys(instrument.item_ids, NONE)
    scales = {i: s.title.get("en", s.id) for s in instrument.scales for i in s.items}
    rows = [
        [
            Cell(item.id),
            Cell(shown(scales.get(item.id, "none"))),
            Cell(f"{item.keyed:+d}"),
            Cell(shown(stems[item.id]) or "a picture"),
        ]
        for item in instrument.items
    ]
    label = f"The items ({instrument.wording_notice.notice})"
    return Table(shown(label), ["item", "scale", "keyed", "what it says"], rows, folded=True)
