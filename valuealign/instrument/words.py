"""Words of an instrument in one language and grammatical form, and their hash."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from valuealign.content import content_id
from valuealign.errors import InstrumentError
from valuealign.instrument.response_scale import ResponseScale
from valuealign.instrument.strict_model import StemForm, Stems


def in_form(texts: Stems, language: str, form: StemForm, what: str) -> str:
    """Return the words in a form; words without a person serve every form."""
    if language not in texts:
        problem = f"{what} has no words in language {language!r}"
        have = ", ".join(texts) or "no language; install a wording of your own first"
        raise InstrumentError(problem, hint=f"it has {have}")
    forms = texts[language]
    words = forms.get(form) or forms.get("plain")
    if words is None:
        problem = f"{what} has no form {form!r} in language {language!r}"
        raise InstrumentError(problem, hint="it has " + ", ".join(forms))
    return words


def words_hash(
    stems: Mapping[str, str],
    scale: ResponseScale,
    language: str,
    own: Mapping[str, ResponseScale] = MappingProxyType({}),
) -> str:
    """Sixteen hex digits of stems and option labels; white space does not count.

    ``own`` are the scales of items that have points of their own.
    """
    spaced = {item: " ".join(stem.split()) for item, stem in stems.items()}
    labels = _labels(scale.model_dump(mode="json"), language)
    words: dict[str, Any] = {"language": language, "stems": spaced, "labels": labels}
    if own:
        words["own"] = {i: _labels(s.model_dump(mode="json"), language) for i, s in own.items()}
    return content_id(words)


def _labels(scale: Mapping[str, Any], language: str) -> list[str]:
    """Every label of a dumped response scale in one language, in order."""
    points = [point["label"] for point in scale.get("points", ())]
    ends = [scale[name] for name in ("undefined", "low", "high", "yes", "no") if scale.get(name)]
    return [" ".join(text.get(language, "").casefold().split()) for text in [*points, *ends]]
