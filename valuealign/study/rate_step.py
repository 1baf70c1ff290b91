"""The step of a study in which the replies of an earlier step are rated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from valuealign.administration.plan.form import parse_forms
from valuealign.errors import InstrumentError, PlanError, RuleError
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.load import load_instrument
from valuealign.instrument.references import Problem
from valuealign.instrument.strict_model import ID_SHAPE, Strict, Text
from valuealign.suggestion import did_you_mean
from valuealign.supply.replies import replies
from valuealign.supply.rule.load_rule import check_rule, load_rule

if TYPE_CHECKING:
    from valuealign.supply.preparation import Prepared

RULE = "rule:"


class RateStep(Strict):
    """A rubric that is asked about the replies to an instrument of the study."""

    step: Annotated[str, Field(pattern=ID_SHAPE, max_length=64)]
    """The name of the step ("rate")."""
    rubric: Text
    """A shipped instrument about replies, or a file beside the study's."""
    of: Text
    """The instrument of the study whose replies are rated."""
    raters: tuple[Text, ...] = ()
    """Judge models and rules (``rule:leas-words``); ``--rater`` adds others."""
    occasions: Annotated[int, Field(ge=1, le=1000)] = 1
    """How often each rater rates each reply in each form."""
    forms: tuple[Text, ...] = ()
    """Forms of the rubric; by default the published one."""
    sample: Annotated[int, Field(ge=1)] | None = None
    """Only so many replies, drawn with the study's seed."""
    refusals: Literal["include", "omit"] = "omit"
    """Whether refusals are rated."""


class RepliesRatedAlike(Strict):
    """Raters agree about an item of a rubric."""

    kind: Literal["replies_rated_alike"]
    """Krippendorff's alpha over raters."""
    instrument: Text
    """Whose replies were rated."""
    item: Text
    """The item of the rubric."""
    at_least: Annotated[float, Field(gt=0, lt=1)]
    """What the lower end of alpha's interval has to reach."""


def load_rubrics(steps: Sequence[RateStep], folder: Path) -> dict[str, Instrument]:
    """Load the rubric of each step.

    Raises
    ------
    InstrumentError
        No such instrument, or its file says something it may not.
    """
    named = {each.step: each.rubric for each in steps}
    return {
        step: load_instrument(folder / name if name.endswith((".yaml", ".yml")) else name)
        for step, name in named.items()
    }


def rate_problems(
    steps: Sequence[RateStep],
    rubrics: Mapping[str, Instrument],
    instruments: Mapping[str, Instrument],
    folder: Path,
) -> Iterator[Problem]:
    """Yield a problem for each step that cannot be carried out."""
    for k, step in enumerate(steps):
        rubric = rubrics[step.step]
        if step.step in [each.step for each in steps[:k]]:
            yield Problem(("rate", k, "step"), f"{step.step!r} stands twice", "give it a name")
        if step.of not in instruments:
            hint = did_you_mean(step.of, instruments)
            yield Problem(("rate", k, "of"), f"the study gives no instrument {step.of!r}", hint)
        if "reply" not in rubric.about.values():
            found = f"{rubric.id} is not asked about replies"
            yield Problem(("rate", k, "rubric"), found, "name an instrument about a reply")
        for j, name in enumerate(step.raters):
            try:
                if name.startswith(RULE):
                    check_rule(load_rule(_rule(name, folder)), rubric)
            except (PlanError, RuleError) as error:
                yield Problem(("rate", k, "raters", j), str(error), "")
        for j, text in enumerate(step.forms):
            try:
                for form in parse_forms(text):
                    form.check(rubric)
            except (PlanError, InstrumentError) as error:
                yield Problem(("rate", k, "forms", j), str(error), "")


def prepare_rating(
    step: RateStep,
    rubric: Instrument,
    collected: Prepared,
    *,
    folder: Path,
    raters: Sequence[str] = (),
    **more: Any,
) -> Prepared | None:
    """Make the plan of a step, once the replies are there.

    Parameters
    ----------
    step : RateStep
    rubric : Instrument
    collected : Prepared
        The plan whose instrument's replies are rated.
    folder : Path
        Of the study's file.
    raters : sequence of str
        Beside those that the file names.
    **more
        Passed on to :func:`valuealign.supply.preparation.prepare`.

    Returns
    -------
    Prepared or None
        ``None`` where nobody rates.
    """
    from valuealign.supply.preparation import prepare

    names = [f"{RULE}{_rule(n, folder)}" if n.startswith(RULE) else n for n in step.raters]
    who = list(dict.fromkeys([*names, *raters]))
    if not who:
        return None
    models = list(dict.fromkeys(each.model for each in collected.plan.respondents))
    about = replies(
        collected.store,
        instrument=collected.plan.instrument.id,
        model=models,
        include_refusals=step.refusals == "include",
    )
    return prepare(
        rubric,
        who,
        about=about,
        occasions=step.occasions,
        forms=list(step.forms) or None,
        sample=None if step.sample is None else min(step.sample, len(about)),
        store=collected.store,
        seed=collected.plan.seed,
        **more,
    )


def _rule(name: str, folder: Path) -> str:
    """The name of a shipped rule, or the path of a file beside the study's."""
    rule = name.removeprefix(RULE)
    return str(folder / rule) if rule.endswith((".yaml", ".yml")) else rule
