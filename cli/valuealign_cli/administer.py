"""``valuealign administer``: put an instrument to one or more models, durably."""

from __future__ import annotations

import gc
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from valuealign.administration.plan.elicitation import ELICITATIONS
from valuealign.sampling_settings import SETTINGS, Sampling
from valuealign_cli.how_asked import how_options
from valuealign_cli.output import (
    emit_fields,
    emit_json,
    emit_table,
    emit_text,
    json_option,
    say,
    show_messages,
)

if TYPE_CHECKING:
    from valuealign.administration.run.cost_estimate import Estimate
    from valuealign.administration.run.run_plan import Outcome
    from valuealign.supply.preparation import Prepared

PARTLY_DONE = 3


@click.command("administer")
@click.option("--model", "models", multiple=True, help="gpt-4o, local, sim:human; repeatable.")
@click.option("--instrument", default="pvq-rr", show_default=True, help="A name or a file.")
@click.option("--occasions", default=1, show_default=True, help="Repetitions of each form.")
@click.option("--persona", "personas", type=click.Path(path_type=Path), help="YAML or CSV file.")
@click.option(
    "--form",
    "forms",
    multiple=True,
    help="'direction=published,reversed labels=letters'; values after a comma are "
    "crossed; repeatable. 'advised' selects the forms that a verdict needs.",
)
@click.option(
    "--elicitation",
    type=click.Choice(ELICITATIONS),
    default="choice",
    show_default=True,
)
@click.option("--about", help="What it is asked about: a set of stimuli, or a file.")
@click.option("--variant", "variants", multiple=True, help="A variant, or 'all'; repeatable.")
@click.option("--limit", type=click.IntRange(min=1), help="Only the first stimuli.")
@click.option("--sample", type=click.IntRange(min=1), help="Only so many, drawn with --seed.")
@click.option("--wording", type=click.Choice(["official"]), help="The wording you installed.")
@click.option("--store", help="File or database URL.  [default: valuealign.db]")
@how_options
@click.option("--batch", is_flag=True, hidden=True)
@click.option("--resume", is_flag=True, help="Continue with a store that must exist already.")
@click.option("--dry-run", is_flag=True, help="Show the plan and example requests; send nothing.")
@json_option
def command(*, batch: bool, resume: bool, dry_run: bool, as_json: bool, **options: Any) -> None:
    """Administer an instrument to one or more models.

    Every reply is on disk before it counts. Run the same command again to continue where it
    stopped; stored replies are not requested again. Ctrl-C finishes the requests in flight.

    \b
    Example:
      valuealign administer --model gpt-4o --instrument pvq-rr --occasions 10
      valuealign administer --model local --instrument pvq-21 --form direction=published,reversed
      valuealign administer --model gpt-4o --instrument crisis-outlook --about burden-belonging
      valuealign administer --model qwen3-8b --base-url http://localhost:8000/v1 \\
        --extra 'chat_template_kwargs={"enable_thinking": false}'
    """
    if batch:
        raise click.UsageError(
            "requests go one by one and not yet through a batch endpoint: leave --batch out; "
            "--concurrency, --rpm and --budget bound the pace and the cost"
        )
    # What is imported stays: a collector that looks at it again and again takes a third of
    # the time a short run has.
    gc.disable()
    import valuealign.supply.administer  # noqa: F401
    from valuealign.store.store import Store

    gc.freeze()
    gc.enable()
    prepared = prepared_of(**options, asks=not dry_run)
    if resume:
        Store.open(prepared.store, must_exist=True).close()
    next_step = f"valuealign score --store {prepared.store}"
    carry_through(prepared, options, next_step, dry_run=dry_run, as_json=as_json)


def carry_through(
    prepared: Prepared,
    options: Mapping[str, Any],
    next_step: str,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Show what would be asked, or ask it and say how it ended."""
    from valuealign.administration.run.progress import Display
    from valuealign.supply.administer import Conditions, carry_out

    conditions = Conditions(
        **{
            name: options[name]
            for name in ("concurrency", "rpm", "tpm", "budget", "prices", "api", "on_change")
        }
    )
    if dry_run:
        _show_dry_run(prepared, conditions, as_json=as_json)
        return
    outcome = carry_out(prepared, conditions, display=Display())
    _report(prepared, outcome, next_step, as_json=as_json)


def prepared_of(
    *, models: tuple[str, ...], instrument: str, wording: Any = None, **options: Any
) -> Prepared:
    """Make the plan that the options describe."""
    from valuealign.administration.endpoint.extra import read_extra
    from valuealign.instrument.load import load_instrument
    from valuealign.supply.preparation import prepare

    sampling = Sampling(**{name: options[name] for name in SETTINGS})
    return prepare(
        load_instrument(instrument, wording=wording),
        list(models) or None,
        occasions=options["occasions"],
        personas=options["personas"],
        forms=options["forms"] or None,
        elicitation=options["elicitation"],
        base_url=options["base_url"],
        store=options["store"],
        seed=options["seed"],
        sampling=sampling,
        timeout=options["timeout"],
        time_limit=options["time_limit"],
        extra=read_extra(options["extras"]),
        about=options["about"],
        variant=list(options["variants"]) or None,
        limit=options["limit"],
        sample=options["sample"],
        asks=options["asks"],
    )


def _report(prepared: Prepared, outcome: Outcome, next_step: str, *, as_json: bool) -> None:
    progress = outcome.progress
    if as_json:
        emit_json(
            {
                "store": prepared.store,
                "plan": outcome.plan,
                "planned": progress.total,
                "done_before": progress.before,
                "done": progress.done,
                "answers": progress.answers,
                "refusals": progress.refusals,
                "unreadable": progress.unreadable,
                "failed": progress.failed,
                "cost_usd": progress.cost if progress.cost_known else None,
                "complete": outcome.complete,
                "stopped": outcome.stopped,
            }
        )
    else:
        emit_table([_row(outcome)])
    say(f"store: {prepared.store}")
    if outcome.complete:
        if not as_json:
            say(f"next: {next_step}")
        return
    say(outcome.stopped or f"{progress.failed:,} requests failed and are not in the data")
    say("run the same command again to continue where it stopped")
    anything = progress.before + progress.done > 0
    sys.exit(PARTLY_DONE if anything or outcome.error is None else 1)


def _row(outcome: Outcome) -> dict[str, Any]:
    progress = outcome.progress
    cost = f"{progress.cost:.4f}" if progress.cost_known else None
    return {
        "done before": progress.before,
        "done now": progress.done,
        "answers": progress.answers,
        "refusals": progress.refusals,
        "unreadable": progress.unreadable,
        "failed": progress.failed,
        "cost (USD)": cost,
    }


def _show_dry_run(prepared: Prepared, conditions: Any, *, as_json: bool) -> None:
    from valuealign.administration.run.cost import load_prices
    from valuealign.administration.run.cost_estimate import estimate

    prices = {s.model: s.price for s in prepared.suppliers.values() if s.price is not None}
    prices |= load_prices(conditions.prices)
    found = estimate(prepared.plan, prices, api=conditions.api)
    for note in prepared.notes:
        say(note)
    if as_json:
        emit_json({**_estimate_row(prepared, found), "examples": found.examples})
        return
    emit_fields([(name, str(value)) for name, value in _estimate_row(prepared, found).items()])
    for number, body in enumerate(found.examples, start=1):
        emit_text(f"\n--- example {number} ---")
        show_messages(body)


def _estimate_row(prepared: Prepared, found: Estimate) -> dict[str, Any]:
    from valuealign.supply.preparation import done_already

    return {
        "instrument": prepared.plan.instrument.id,
        "wording": prepared.plan.instrument.wording_notice.notice,
        "respondents": len(prepared.plan.respondents),
        "forms": ", ".join(form.name for form in prepared.plan.forms),
        **_about_row(prepared),
        "occasions": prepared.plan.occasions,
        "administrations": found.n_administrations,
        "requests": found.n_requests,
        "of these done already": done_already(prepared),
        "prompt tokens, about": found.prompt_tokens,
        **({"pictures": found.picture_note} if found.n_pictures else {}),
        "output tokens, at most": found.completion_tokens,
        "cost in USD, at most": "not available: no price in the price file"
        if found.cost is None
        else round(found.cost, 4),
        "store": prepared.store,
    }


def _about_row(prepared: Prepared) -> dict[str, Any]:
    about = prepared.plan.about
    return {} if about is None else {"about": about.id, "stimuli": len(about)}
