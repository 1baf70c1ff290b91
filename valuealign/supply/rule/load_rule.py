"""Loading of rules: by name from those shipped, or from a file."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from valuealign.errors import PlanError, RuleError
from valuealign.instrument.data_file import find_file, read_file, shown_name, validated
from valuealign.instrument.file_kind import RATER, misplaced
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.response_scale import Labelled, YesNoConfidence
from valuealign.shipped import shipped_names
from valuealign.supply.rule.checklist import ChecklistRule
from valuealign.supply.rule.rated import Rates
from valuealign.supply.rule.rule_file import Checklist, Words
from valuealign.supply.rule.word_levels import WordRule

FOLDER = "raters"
_KINDS: dict[str, type[Words] | type[Checklist]] = {"words": Words, "checklist": Checklist}


def rule_names() -> tuple[str, ...]:
    """The names of the shipped rules, sorted."""
    return shipped_names(FOLDER)


def load_rule(name_or_path: str | Path) -> Rates:
    """Load a rule.

    Parameters
    ----------
    name_or_path : str or Path
        The name of a shipped rule ("leas-words"), or the path of a YAML file.

    Raises
    ------
    RuleError
        No such rule, or its file says something it may not; the error has the file and the line.

    Examples
    --------
    >>> rule = load_rule("leas-words")
    >>> shown = {"reply": "I would be sad and angry. My friend would cry.", "other": "your friend"}
    >>> {item: each.code for item, each in rule.rate(shown).items()}
    {'self': 4, 'other': 1, 'distinct': 0}
    """
    path = find_file(name_or_path, folder=FOLDER, kind="rule", error=RuleError)
    source = read_file(path, error=RuleError, name=shown_name(path, FOLDER))
    kind = source.value.get("kind") if isinstance(source.value, dict) else None
    model = _KINDS.get(str(kind), Words)
    fields = source.value if isinstance(source.value, dict) else {}
    if fields and kind not in _KINDS and misplaced(fields, RATER) is None:
        problem, expected = f"kind is {kind!r}", "words or checklist"
        raise RuleError(problem, expected=expected, path=source.path, line=1)
    file = validated(source, model, _schema(model), kind=RATER, error=RuleError)
    return WordRule(file) if isinstance(file, Words) else ChecklistRule(file)


def check_rule(rule: Rates, rubric: Instrument) -> None:
    """Refuse a rule that does not answer every item of a rubric, before anything is rated.

    Raises
    ------
    PlanError
        An item that it does not answer, or a code that the item does not have.
    """
    name = rule.file.id
    if "reply" not in rubric.about.values():
        raise PlanError(
            f"rule:{name} rates replies, and {rubric.id} is not asked about replies; its rubric is "
            f"{rule.file.rubric}"
        )
    missing = [item for item in rubric.item_ids if item not in rule.item_ids]
    if missing:
        raise PlanError(
            f"rule:{name} answers {', '.join(rule.item_ids)}; {rubric.id} asks for "
            f"{', '.join(missing)} too; its rubric is {rule.file.rubric}"
        )
    for item in rubric.item_ids:
        scale = rubric.scale_of(item)
        if isinstance(scale, Labelled):
            known = {point.code for point in scale.points}
        else:
            known = {0, 1} if isinstance(scale, YesNoConfidence) else set(rule.codes[item])
        if strange := sorted(set(rule.codes[item]) - known):
            raise PlanError(
                f"rule:{name} may answer {item!r} with {strange[0]}; {rubric.id} has "
                f"{', '.join(map(str, sorted(known)))}"
            )


@cache
def _schema(model: type[Words] | type[Checklist]) -> dict[str, Any]:
    return model.model_json_schema()
