"""Displays of an instrument: facts in words for a terminal, HTML for a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuealign.escape import for_html
from valuealign.instrument.advised_design import advised_design
from valuealign.instrument.media import media_status

if TYPE_CHECKING:
    from valuealign.instrument.instrument import Instrument
    from valuealign.instrument.provenance import Citation, Rights
    from valuealign.instrument.scale import CircleOrder
    from valuealign.instrument.strict_model import StemForm


def instrument_html(instrument: Instrument) -> str:
    """The instrument's title, labels and scales as HTML."""
    name = f"{instrument.id} {instrument.version}"
    head = f"<b>{for_html(instrument.title_in())}</b> ({for_html(name)})"
    rows = "".join(
        f"<tr><th>{for_html(name)}</th><td>{for_html(text)}</td></tr>"
        for name, text in facts(instrument)[1:]
    )
    scales = "".join(
        f"<tr><td>{for_html(scale.id)}</td><td>{for_html(title(scale.title))}</td>"
        f"<td>{for_html(' '.join(scale.items))}</td></tr>"
        for scale in instrument.scales
    )
    table = "<table><tr><th>scale</th><th>title</th><th>items</th></tr>" + scales + "</table>"
    return f"<div>{head}<table>{rows}</table>{table if scales else ''}</div>"


def title(texts: dict[str, str], language: str = "en") -> str:
    """A text in a language, or in the first one there is."""
    return texts.get(language) or next(iter(texts.values()), "")


def describe_scale(instrument: Instrument, language: str | None = None) -> str:
    """The response scale in a line of words."""
    scale = instrument.response_scale
    shown = language or instrument.languages[0]
    if scale.kind == "labelled":
        return "; ".join(f"{p.code} {p.label.get(shown, '')}".strip() for p in scale.points)
    if scale.kind == "numeric":
        return f"a number from {scale.minimum:g} to {scale.maximum:g}"
    if scale.kind == "visual_analogue":
        ends = f"{title(scale.low, shown)} to {scale.maximum:g} {title(scale.high, shown)}"
        return f"a line from {scale.minimum:g} {ends}"
    if scale.kind == "yes_no_confidence":
        return "yes or no, with a confidence from 0 to 100"
    if scale.kind == "keyed":
        return "a choice among the item's own options"
    return "open text" + (f", at most {scale.max_words} words" if scale.max_words else "")


def facts(instrument: Instrument, language: str = "en") -> list[tuple[str, str]]:
    """Return the main facts about an instrument, as names and texts."""
    rows = [
        (
            "instrument",
            f"{instrument.id} {instrument.version}  {title(instrument.title, language)}",
        ),
        ("wording", instrument.wording_notice.notice),
        *_about(instrument),
        ("measures", title(instrument.measures, language)),
        *_responsible_use(instrument, language),
        ("items", _sizes(instrument)),
        ("languages", ", ".join(instrument.languages)),
        ("forms", ", ".join(_forms(instrument)) or _without_sentences(instrument)),
        *([("pictures", media_status(instrument))] if _pictured(instrument) else []),
        ("response scale", describe_scale(instrument, language)),
        ("scoring", _scoring(instrument)),
        ("given", _advice(instrument)),
    ]
    rows += [(f"rights, {name}", _rights(held)) for name, held in instrument.rights.items()]
    rows += [("cited", _citation(citation)) for citation in instrument.citations]
    rows += [("circle", _circle(circle)) for circle in instrument.circle]
    rows += [("norm", norm.population or f"none: {norm.reason}") for norm in instrument.norms]
    rows += [(f"model {m.id}", title(m.title, language)) for m in instrument.models]
    if instrument.default_models:
        rows.append(("fitted unless named", ", ".join(instrument.default_models)))
    return [*rows, ("hash", instrument.hash)]


def scale_rows(instrument: Instrument, language: str = "en") -> list[dict[str, str]]:
    """Return one row a scale; items keyed -1 have a minus sign."""
    keyed = {item.id: item.keyed for item in instrument.items}
    return [
        {
            "scale": scale.id,
            "title": title(scale.title, language),
            "items": " ".join(f"-{name}" if keyed[name] < 0 else name for name in scale.items),
        }
        for scale in instrument.scales
    ]


def composite_rows(instrument: Instrument, language: str = "en") -> list[dict[str, str]]:
    """One row a composite."""
    return [
        {
            "composite": each.id,
            "title": title(each.title, language),
            "scales": " ".join(each.scales),
        }
        for each in instrument.composites
    ]


def item_rows(
    instrument: Instrument, language: str = "en", form: StemForm | None = None
) -> list[dict[str, str]]:
    """One row an item with its sentence (for keyed choice also its options)."""
    of_item: dict[str, list[str]] = {}
    for scale in instrument.scales:
        for name in scale.items:
            of_item.setdefault(name, []).append(scale.id)
    rows = []
    for name, stem in instrument.wording(language, form).items():
        item = instrument.item(name)
        row = {"item": name, "scale": " ".join(of_item.get(name, [])), "keyed": f"{item.keyed:+d}"}
        if item.options:
            row["options"] = ", ".join(title(option.label, language) for option in item.options)
        rows.append({**row, "sentence": stem or ", ".join(media.name for media in item.media)})
    return rows


def _about(instrument: Instrument) -> list[tuple[str, str]]:
    fields = ", ".join(f"{name} ({kind})" for name, kind in instrument.about.items())
    return [("asked about", fields)] if fields else []


def _responsible_use(instrument: Instrument, language: str) -> list[tuple[str, str]]:
    rows = []
    if instrument.content_note:
        rows.append(("content note", title(instrument.content_note, language)))
    return [*rows, ("not for", "; ".join(instrument.not_for))] if instrument.not_for else rows


def _sizes(instrument: Instrument) -> str:
    k = len(instrument.scales)
    text = f"{len(instrument.items)}, in {k} scale{'' if k == 1 else 's'}"
    n = len(instrument.composites)
    return text + (f" and {n} composite{'' if n == 1 else 's'}" if n else "")


def _pictured(instrument: Instrument) -> bool:
    return any(item.media for item in instrument.items)


def _without_sentences(instrument: Instrument) -> str:
    if all(item.media for item in instrument.items):
        return "plain: the items are pictures"
    return "none: install a wording of your own"


def _forms(instrument: Instrument) -> list[str]:
    forms = {form for item in instrument.items for texts in item.stem.values() for form in texts}
    if any(item.opposed for item in instrument.items):
        return [*sorted(forms), "and each with content opposed"]
    return sorted(forms)


def _scoring(instrument: Instrument) -> str:
    rule = instrument.scoring
    parts = [rule.method, f"missing: at most {rule.missing.max_share:.0%} of a scale's items"]
    parts += [f"centring: {name}" for name in rule.centring]
    parts += [f"chance: {rule.chance:g}"] if rule.chance else []
    return "; ".join([*parts, rule.notes] if rule.notes else parts)


def _advice(instrument: Instrument) -> str:
    advice = instrument.administration
    contexts = {
        "item": "each item in its own context",
        "whole": "the whole form at once",
        "growing": "one item after another in one conversation",
    }
    parts = [contexts[advice.context], f"form {advice.stem!r}"]
    parts += ["matched to the respondent's sex"] if advice.sex_matched else []
    parts.append(f"for conclusions: {advised_design(instrument).command}")
    return "; ".join([*parts, advice.notes] if advice.notes else parts)


def _rights(held: Rights) -> str:
    may = "may" if held.redistribution else "may not"
    source = f" ({held.source})" if held.source else ""
    return f"{held.holder}: {held.terms.rstrip('.')}. It {may} be redistributed.{source}"


def _citation(citation: Citation) -> str:
    return citation.text + (f" doi:{citation.doi}" if citation.doi else "")


def _circle(circle: CircleOrder) -> str:
    return f"{circle.id}: " + " ".join("/".join(tied) for tied in circle.order)
