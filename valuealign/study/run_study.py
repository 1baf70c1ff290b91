"""Running of a study: plans, administrations and result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from valuealign.administration.run.cost import load_prices
from valuealign.administration.run.cost_estimate import Estimate, estimate
from valuealign.administration.run.progress import Display
from valuealign.administration.run.run_plan import Outcome
from valuealign.arguments import checked
from valuealign.sampling_settings import Sampling
from valuealign.stimulus.stimulus_set import StimulusSet
from valuealign.store.responses.responses import Responses
from valuealign.study.freeze.freeze_study import frozen_of
from valuealign.study.load_study import load_study
from valuealign.study.rate_step import prepare_rating
from valuealign.study.study import Study
from valuealign.study.study_file_parts import InstrumentPart
from valuealign.study.study_result import StudyResult
from valuealign.supply.administer import Conditions, carry_out
from valuealign.supply.people.person import ELICITATION
from valuealign.supply.preparation import Prepared, prepare

if TYPE_CHECKING:
    from valuealign.supply.preparation import Models


def prepare_study(
    study: Study,
    model: Models = None,
    *,
    base_url: str | None = None,
    store: str | Path | None = None,
    timeout: float = 120.0,
    **more: Any,
) -> dict[str, Prepared]:
    """Make the plans of a study, one for each instrument, without asking anything.

    Parameters
    ----------
    study : Study
    model : str or sequence of str, optional
        By default the study's own models; else the first that needs no key.
    base_url : str, optional
    store : str or Path, optional
    timeout : float
    **more
        Passed on to :func:`valuealign.supply.preparation.prepare`.

    Returns
    -------
    dict of str to Prepared
        By instrument id.

    Raises
    ------
    InstrumentError, PersonaError, PlanError
        The study cannot be run; raised before any request is paid.
    """
    file = study.file
    return {
        study.instruments[part.instrument].id: prepare(
            study.instruments[part.instrument],
            model or (list(file.models) or None),
            occasions=part.occasions,
            personas=study.personas or None,
            forms=study.forms(part),
            elicitation=part.elicitation,
            base_url=base_url,
            store=store,
            seed=file.seed,
            about=_about(study, part),
            variant=list(part.variants) or None,
            limit=study.limit if part.about else None,
            sampling=Sampling(**file.sampling.model_dump()),
            timeout=timeout,
            **more,
        )
        for part in file.instruments
    }


def _about(study: Study, part: InstrumentPart) -> StimulusSet | None:
    chosen = study.about.get(part.instrument)
    return None if chosen is None else chosen.stimuli


def conditions_of(study: Study, *, budget: float | None = None, **more: Any) -> Conditions:
    """Return the conditions of a run; without a budget, the study's own holds."""
    return Conditions(budget=study.file.budget if budget is None else budget, **more)


def estimates(prepared: Mapping[str, Prepared], conditions: Conditions) -> dict[str, Estimate]:
    """Estimate the requests, tokens, time and cost of each plan of a study.

    Parameters
    ----------
    prepared : mapping of str to Prepared
    conditions : Conditions

    Returns
    -------
    dict of str to Estimate
    """
    by_id = {}
    for name, plan in prepared.items():
        prices = {s.model: s.price for s in plan.suppliers.values() if s.price is not None}
        prices |= load_prices(conditions.prices)
        by_id[name] = estimate(plan.plan, prices, api=conditions.api)
    return by_id


def ask(
    prepared: Mapping[str, Prepared], conditions: Conditions, *, display: Display | None = None
) -> dict[str, Outcome]:
    """Send the requests that the store lacks, one instrument after another.

    Returns
    -------
    dict of str to Outcome
        By instrument id; it ends with the first that was stopped. Answers so far are in the store,
        and the same call resumes.
    """
    shown = display or Display()
    outcomes: dict[str, Outcome] = {}
    for name, plan in prepared.items():
        respondents = len(plan.plan.respondents)
        who = "respondent" if respondents == 1 else "respondents"
        shown.say(f"{name}: {respondents:,} {who}, {plan.plan.occasions} times")
        outcomes[name] = carry_out(plan, conditions, display=shown)
        if outcomes[name].stopped or outcomes[name].error:
            break
    return outcomes


def rate(
    study: Study,
    prepared: Mapping[str, Prepared],
    conditions: Conditions,
    *,
    raters: Sequence[str] = (),
    display: Display | None = None,
    **more: Any,
) -> dict[str, Outcome]:
    """Rate the collected replies, one step after another.

    Parameters
    ----------
    study : Study
    prepared : mapping of str to Prepared
        The plans that were carried out, by instrument id.
    conditions : Conditions
    raters : sequence of str
        Beside those that the file names.
    display : Display, optional
    **more
        Passed on to :func:`valuealign.supply.preparation.prepare`: ``base_url``, ``timeout``.

    Returns
    -------
    dict of str to Outcome
        By step; it ends with the first that was stopped.
    """
    outcomes: dict[str, Outcome] = {}
    for step in study.file.rate:
        collected = prepared[study.instruments[step.of].id]
        rubric, folder = study.rubrics[step.step], study.path.parent
        plan = prepare_rating(step, rubric, collected, folder=folder, raters=raters, **more)
        if plan is None:
            continue
        outcomes[step.step] = carry_out(plan, conditions, display=display or Display())
        if outcomes[step.step].stopped or outcomes[step.step].error:
            break
    return outcomes


def given_by(
    prepared: Mapping[str, Prepared], outcomes: Mapping[str, Outcome]
) -> dict[str, Responses]:
    """Return the responses to a study's plans and those of people, by instrument id."""
    return {
        name: Responses.of_plan(prepared[name].store, outcome.plan, beside=(name, ELICITATION))
        for name, outcome in outcomes.items()
    }


@checked
def run_study(
    study: Study | str | Path,
    model: str | Sequence[str] | None = None,
    *,
    base_url: str | None = None,
    store: str | Path | None = None,
    concurrency: int = 16,
    budget: float | None = None,
    prices: str | Path | None = None,
    timeout: float = 120.0,
    raters: Sequence[str] = (),
    frozen: str | Path | None = None,
    display: Display | None = None,
) -> StudyResult:
    """Run a study: send the requests that the store lacks, and analyse.

    Parameters
    ----------
    study : Study, str or Path
        A study, the name of a shipped one, or a file.
    model : str or sequence of str, optional
        By default the study's own; else the first that needs no key.
    base_url : str, optional
        An OpenAI-compatible endpoint.
    store : str or Path, optional
        By default ``VALUEALIGN_STORE`` or ``valuealign.db``.
    concurrency : int
        Requests in flight at once.
    budget : float, optional
        The most each instrument may cost, in USD; by default the study's own budget.
    prices : str or Path, optional
        A price file; by default the user's own.
    timeout : float
        Seconds without a byte after which a request is given up.
    raters : sequence of str
        Who rates open answers, beside the raters that the study names.
    frozen : str or Path, optional
        The file of `freeze_study`; by default where that writes it. The result says whether the
        study is unchanged.
    display : Display, optional
        Where progress goes; by default stderr.

    Returns
    -------
    StudyResult
        ``.findings`` beside ``.published``, and the tables of each section.

    Raises
    ------
    StudyError
        What the file may not say.
    InstrumentError, PersonaError, PlanError
        What cannot be carried out.
    AdministrationError
        The run was stopped; answers so far are in the store, and the same call resumes.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> import valuealign as va
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "mine.yaml").write_text('''
    ... id: mine
    ... title: One person, three times
    ... instruments: [{instrument: pvq-21, occasions: 3}]
    ... analyses: [profile]
    ... ''')
    >>> result = va.run_study(folder / "mine.yaml", "sim:human", store=folder / "a.db")
    >>> [section.title for section in result.sections]
    ['pvq-21 beside pvq21-de-ess9: centred means']
    """
    from valuealign.study.analyse import analyse

    loaded = study if isinstance(study, Study) else load_study(study)
    asked = [model] if isinstance(model, str) else model
    loaded = loaded.changed(models=asked)
    hashes = frozen_of(loaded, frozen)
    prepared = prepare_study(loaded, model, base_url=base_url, store=store, timeout=timeout)
    conditions = conditions_of(loaded, concurrency=concurrency, budget=budget, prices=prices)
    outcomes = ask(prepared, conditions, display=display)
    _check_through(outcomes)
    more = {"base_url": base_url, "timeout": timeout}
    rated = rate(loaded, prepared, conditions, raters=raters, display=display, **more)
    _check_through(rated)
    return analyse(loaded, given_by(prepared, outcomes), frozen=hashes)


def _check_through(outcomes: Mapping[str, Outcome]) -> None:
    """Raise what stopped a run."""
    for outcome in outcomes.values():
        if outcome.error:
            raise outcome.error
        if outcome.stopped:
            raise KeyboardInterrupt(outcome.stopped)
