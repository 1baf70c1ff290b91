"""Obstacles that the verdict lists for each respondent, each said once."""

from __future__ import annotations

from valuealign.inquiry.number import Unavailable
from valuealign.report.formatting import listed, sentence
from valuealign.report.material import Material


def known_obstacles(material: Material) -> list[str]:
    """Return the verdict's findings, with the respondents that each one is about.

    Parameters
    ----------
    material : Material

    Returns
    -------
    list of str
        One-way keying is left out: it is a limit of the instrument.
    """
    judged = material.verdict
    if isinstance(judged, Unavailable):
        return []
    by_finding: dict[str, list[str]] = {}
    for who, findings in judged.findings.items():
        for finding in [*findings, *judged.told_excluded(who)]:
            if not finding.startswith("one-way keying"):
                by_finding.setdefault(finding, []).append(who)
    everyone = len(judged.findings)
    return [
        sentence(text if len(who) == everyone else f"{text} ({listed(who, 3)})", 400)
        for text, who in by_finding.items()
    ]
