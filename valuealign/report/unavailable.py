"""What is not available in a chapter: each reason once, with the command that would supply it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from valuealign.inquiry.number import Unavailable
from valuealign.instrument.advised_design import advised_design
from valuealign.report.material import Material


@dataclass(frozen=True)
class Missing:
    """Results that one command would make available.

    Parameters
    ----------
    what : tuple of str
        Their names.
    why : tuple of str
        The reasons, each once.
    command : str
        Empty where no administration supplies them.
    """

    what: tuple[str, ...]
    why: tuple[str, ...]
    command: str


def missing_results(material: Material) -> list[Missing]:
    """List what is not available, grouped by the command that would make it available.

    Parameters
    ----------
    material : Material

    Returns
    -------
    list of Missing
        Those without a command last.
    """
    by_command: dict[str, dict[str, list[str]]] = {}
    for what, why in _reasons(material):
        reasons = by_command.setdefault(_command(material, why), {})
        names = reasons.setdefault(_plain(why), [])
        if what not in names:
            names.append(what)
    found = [
        Missing(
            tuple(dict.fromkeys(name for names in reasons.values() for name in names)),
            tuple(reasons),
            command,
        )
        for command, reasons in by_command.items()
    ]
    return sorted(found, key=lambda missing: not missing.command)


def _reasons(material: Material) -> Iterator[tuple[str, str]]:
    """Yield each result that is not available, and why, as the analyses say it."""
    evidence = material.evidence
    yield from _whole("verdict", material.verdict)
    if material.kind in ("graded", "open"):
        yield from _whole("scores", evidence.scores)
    if material.kind == "graded":
        yield from _whole("reliability", evidence.reliability)
        yield from _whole("response style", evidence.style)
        yield from _whole("levels between models", evidence.level)
        yield from _invariance(material)
    elif material.kind == "stimuli":
        yield from _whole("response style", evidence.style)
    if material.kind != "stimuli":
        yield from _whole("comparison with people", material.comparison)
    for part in (evidence.style, material.comparison):
        if not isinstance(part, Unavailable) and material.kind in ("graded", "stimuli"):
            yield from ((_who_left_out(what), why) for what, why in part.unavailable.items())
    if not isinstance(material.verdict, Unavailable):
        needs = material.verdict.needs
        unknown = needs[(needs["standing"] == "inconclusive") & (needs["reason"] != "")]
        for row in unknown.drop_duplicates(["title", "reason"]).to_dict("records"):
            title = str(row["title"])
            yield f"claim: {title[:1].lower()}{title[1:]}", _unnamed(material, str(row["reason"]))


def _whole(name: str, result: object) -> Iterator[tuple[str, str]]:
    if isinstance(result, Unavailable):
        yield name, result.reason


def _invariance(material: Material) -> Iterator[tuple[str, str]]:
    result = material.evidence.with_people
    if isinstance(result, Unavailable):
        for part in result.reason.removeprefix("nothing can be compared. ").split(" | "):
            whole, _, why = part.partition(": ")
            level = whole.rpartition(", ")[2] if why else ""
            name = f"invariance with people, {level}" if level else "invariance with people"
            yield name, why or part
        return
    for what, why in result.refused.items():
        yield f"invariance, {what}", why


def _who_left_out(what: str) -> str:
    """Return the name of a result without the respondent it is about."""
    return re.split(r" (?:of|to) ", what)[0] if re.search(r" (?:of|to) \S*\w", what) else what


def _unnamed(material: Material, why: str) -> str:
    """Return a reason of a pair without the respondent that it begins with."""
    for who in material.evidence.respondents:
        why = why.removeprefix(f"{who}: ")
    return why


def _plain(why: str) -> str:
    """Return a reason without the commands in it, and without respondents' counts of rows."""
    text = re.sub(r";? ?(add them: )?\(?valuealign [^;).]*\)?", "", why)
    text = re.sub(r"[;,] (give|name one with|or add one|administer) ?[^;.]*$", "", text)
    return text.split(". Install")[0].strip(" ;:")


def _command(material: Material, why: str) -> str:
    """Return the command that supplies what a reason says is missing."""
    instrument = material.evidence.instrument
    if re.search("no human sample", why):
        return "valuealign populations add FILE"
    if re.search("official wording|other words|wording of", why):
        return f"valuealign instruments wording {instrument.id} FILE"
    for pattern, options in _ADDED:
        if re.search(pattern, why):
            return f"valuealign administer --instrument {instrument.id} {options}"
    if re.search(_FORMS, why) and material.kind != "keyed":
        models = list(dict.fromkeys(material.evidence.design["model"].astype(str)))
        whose = f"--model {models[0]}" if len(models) == 1 else "--model MODEL"
        design = advised_design(instrument).command
        return f"valuealign administer --instrument {instrument.id} {whose} {design}"
    return ""


_ADDED = (
    ("personas|independent respondents|complete rows?|what never varies", "--persona FILE"),
    ("log-probabilities", "--elicitation logprobs"),
    ("one respondent|three models|more models|never varies within a group", "--model ANOTHER"),
)
"""Words of a reason, and the options of an administration that supplies what is missing."""
_FORMS = "opposed|reversed|one form|two forms|several forms|under two|occasions|two sheets"
