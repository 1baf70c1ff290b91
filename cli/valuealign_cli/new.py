"""``valuealign new``: a study file from four questions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from valuealign_cli.output import emit_json, json_option, say

NOBODY = "none"
_DEFAULT = "pvq-21"


@click.command("new")
@click.argument("file", type=click.Path(path_type=Path), default="study.yaml")
@click.option("--instrument", help="A shipped instrument, or a file beside the study's.")
@click.option("--about", help="What it is asked about: a set of stimuli.")
@click.option("--model", "models", multiple=True, help="gpt-4o, local, sim:human; repeatable.")
@click.option("--people", help="The human sample to compare with, or none.")
@click.option("--budget", type=click.FloatRange(min=0), help="Most USD to spend; 0 for no limit.")
@json_option
def command(
    file: Path, *, instrument: str | None, about: str | None, models: tuple[str, ...], **more: Any
) -> None:
    """Write a study file; missing options are asked for: instrument, models, people, budget.

    \b
    Example:
      valuealign new mine.yaml --instrument pvq-21 --model gpt-4o --people none --budget 2
    """
    from valuealign.instrument.load import load_instrument
    from valuealign.study.new_study import write_study

    name = instrument or _ask_instrument()
    beside = file.parent / name
    loaded = load_instrument(beside if name.endswith((".yaml", ".yml")) else name)
    if loaded.about and about is None:
        about = _ask_about(loaded.id)
    models = models or tuple(
        click.prompt("2. Models, separated by spaces", default="local", err=True).split()
    )
    people = more["people"] or _ask_people(loaded)
    budget = more["budget"]
    if budget is None:
        question = "4. Most USD to spend (0: no limit)"
        budget = click.prompt(question, default=0.0, type=click.FloatRange(min=0), err=True)
    path = write_study(
        file,
        [name],
        title=f"{loaded.title_in()}, administered to {', '.join(models)}",
        models=models,
        people=None if people in (None, NOBODY) else {name: people},
        about={name: about} if about else None,
        budget=budget or None,
    )
    _show(path, as_json=more["as_json"])


def _ask_instrument() -> str:
    from valuealign.errors import InstrumentError
    from valuealign.instrument.load import load_instrument, names

    say(f"instruments: {', '.join(names())}; or a file of your own")
    while True:
        answer = str(click.prompt("1. Instrument", default=_DEFAULT, err=True))
        try:
            load_instrument(answer)
        except InstrumentError as error:
            say(str(error))
            continue
        return answer


def _ask_about(instrument_id: str) -> str:
    from valuealign.shipped import shipped_names

    sets = shipped_names("stimuli")
    say(f"{instrument_id} is asked about stimuli: {', '.join(sets)}; or a file of your own")
    return str(click.prompt("   About", default=sets[0], err=True))


def _ask_people(instrument: Any) -> str | None:
    """Ask for one of the human samples that answered this instrument; None if there is none."""
    from valuealign.population.load_population import list_populations

    listed = list_populations()
    samples = sorted(listed["id"][listed["instrument"] == instrument.id].map(str))
    if not samples:
        say(
            f"3. People: there is no human sample of {instrument.id}; add one with: "
            "valuealign populations add FILE"
        )
        return None
    own = [norm.population for norm in instrument.norms if norm.population in samples]
    say(f"people who answered {instrument.id}: {', '.join(samples)}; or {NOBODY}")
    choices = click.Choice([*samples, NOBODY])
    default = (own or samples)[0]
    return str(
        click.prompt("3. People", default=default, type=choices, show_choices=False, err=True)
    )


def _show(path: Path, *, as_json: bool) -> None:
    from valuealign.study.load_study import load_study

    study = load_study(path)
    models = len(study.file.models)
    if as_json:
        emit_json({"file": str(path), "requests": study.n_requests * models})
    say(
        f"wrote {path}: {study.n_requests * models:,} requests to {models} model"
        f"{'' if models == 1 else 's'}"
    )
    say(f"next: valuealign study run {path} --dry-run")
