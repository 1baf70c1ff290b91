"""The methods section: what was run, in words that can be copied, and responsible use."""

from __future__ import annotations

from importlib.metadata import version

from valuealign.report.formatting import listed, shown
from valuealign.report.material import Material
from valuealign.report.methods_text import methods
from valuealign.report.references import REFERENCES
from valuealign.report.results_text import results_paragraph
from valuealign.report.section_contents import Block, Bullets, Cell, Paragraph, Section, Table
from valuealign.report.sections.design_section import cautions


def methods_section(material: Material) -> Section:
    """Write methods and results as paragraphs, with references and responsible use.

    Parameters
    ----------
    material : Material

    Returns
    -------
    Section
    """
    said = methods(material)
    blocks: list[Block] = [
        Paragraph("Methods and results as paragraphs to copy; check them before you publish."),
        Paragraph(" ".join(sentence.printed for sentence in said), "copied"),
        Paragraph(results_paragraph(material), "copied"),
        _references(material, list(dict.fromkeys(c for s in said for c in s.cites))),
        Paragraph("Responsible use", "note"),
        Bullets([*cautions(material), *_use(material)]),
    ]
    return Section("methods", "How was this done, and how may it be used?", blocks)


def _references(material: Material, cited: list[str]) -> Table:
    instrument = material.evidence.instrument
    own = [
        [Cell(shown(c.text)), Cell(shown(c.doi, 200), "doi") if c.doi else Cell("")]
        for c in instrument.citations
    ]
    rows = [[Cell(REFERENCES[c].text), Cell(REFERENCES[c].doi, "doi")] for c in cited]
    ordered = sorted([*own, *rows], key=lambda row: row[0].text)
    return Table("References", ["reference", "doi"], ordered, folded=True, stub=False)


def _use(material: Material) -> list[str]:
    instrument = material.evidence.instrument
    said = [
        "Do not base decisions about a person on these replies: they describe a program under "
        "the wording and settings above.",
        "Do not call the answers of a model its beliefs, and do not compare them with people "
        "beyond the claims that are permitted.",
    ]
    if not instrument.rights["wording"].redistribution:
        said.append(
            f"The wording belongs to {shown(instrument.rights['wording'].holder, 100)}: "
            f"{shown(instrument.rights['wording'].terms, 300)}"
        )
    seeds = listed([str(s) for s in material.record.seeds])
    made = f"valuealign {version('valuealign')}, seeds {seeds}"
    said.append(f"The same responses give the same page ({made}).")
    return said
