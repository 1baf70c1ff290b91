"""``valuealign rate``: put a rubric about replies to judge models and rules."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import click

from valuealign.administration.plan.elicitation import ELICITATIONS
from valuealign_cli.administer import carry_through, prepared_of
from valuealign_cli.how_asked import how_options
from valuealign_cli.output import json_option


@click.command("rate")
@click.argument("store")
@click.option("--rubric", required=True, help="An instrument about replies: a name or a file.")
@click.option(
    "--model", "models", multiple=True, help="gpt-4o, local, rule:leas-words; repeatable."
)
@click.option("--instrument", help="Whose replies, if STORE has several with open answers.")
@click.option("--of", "of", multiple=True, help="Only this model's replies; repeatable.")
@click.option("--include-refusals", is_flag=True, help="Rate refusals too.")
@click.option("--into", help="Store of the ratings.  [default: STORE]")
@click.option("--occasions", default=1, show_default=True, help="Repetitions of each rating.")
@click.option(
    "--form", "forms", multiple=True, help="'order=reversed direction=published,reversed'."
)
@click.option("--elicitation", type=click.Choice(ELICITATIONS), default="choice", show_default=True)
@click.option("--limit", type=click.IntRange(min=1), help="Only the first replies.")
@click.option("--sample", type=click.IntRange(min=1), help="Only so many, drawn with --seed.")
@how_options
@click.option("--dry-run", is_flag=True, help="Show the plan and example requests; send nothing.")
@json_option
def command(*, store: str, dry_run: bool, as_json: bool, **options: Any) -> None:
    """Rate the replies of a store by a rubric.

    A rater sees the question and the reply, never who gave it. The order is a seeded shuffle.
    Ratings go into the same store. Run the same command again to continue where it stopped;
    replies that came meanwhile are rated once the plan is done.

    \b
    Example:
      valuealign rate study.db --rubric leas-levels --model rule:leas-words
      valuealign rate study.db --rubric leas-levels --model gpt-4o --sample 50 --dry-run
    """
    into, rubric = options.pop("into") or store, options.pop("rubric")
    asked = {
        **options,
        "store": into,
        "about": _about(store, options),
        "instrument": rubric,
        "variants": (),
        "personas": None,
    }
    prepared = prepared_of(**asked, asks=not dry_run)
    next_step = f"valuealign score --store {into} --ratings {rubric}"
    carry_through(prepared, options, next_step, dry_run=dry_run, as_json=as_json)


def _about(store: str, options: dict[str, Any]) -> str:
    """The replies by name."""
    query = [("instrument", options["instrument"])] if options["instrument"] else []
    query += [("model", name) for name in options["of"]]
    query += [("refusals", "include")] if options["include_refusals"] else []
    return f"replies:{store}" + (f"?{urlencode(query)}" if query else "")
