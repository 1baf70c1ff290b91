"""Options that say how respondents are asked: where, how fast, and at what cost."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any, TypeVar, get_args, get_type_hints

import click

from valuealign.sampling_settings import SETTING_FACTS, SETTINGS, Sampling

_F = TypeVar("_F", bound=Callable[..., Any])


def _sampling_options() -> list[Callable[[Any], Any]]:
    """An option for every sampling setting that makes a condition."""
    kinds = get_type_hints(Sampling)
    return [
        click.option(
            f"--{name.replace('_', '-')}",
            type=get_args(kinds[name])[0],
            help=SETTING_FACTS[name].help or None,
        )
        for name in SETTINGS
    ]


_HOW: list[Callable[[Any], Any]] = [
    click.option("--base-url", help="Any OpenAI-compatible endpoint."),
    click.option(
        "--api", type=click.Choice(["chat", "responses"]), default="chat", show_default=True
    ),
    click.option("--concurrency", default=16, show_default=True, help="Requests at the same time."),
    click.option("--rpm", type=float, help="Most requests a minute."),
    click.option("--tpm", type=float, help="Most tokens a minute."),
    click.option("--budget", type=float, help="Most USD to spend; needs the model's price."),
    click.option("--prices", type=click.Path(path_type=Path), help="Price file (YAML)."),
    *_sampling_options(),
    click.option("--seed", default=0, show_default=True, help="Seed of everything random."),
    click.option(
        "--timeout",
        default=120.0,
        show_default=True,
        help="Longest silence of a request, in seconds.",
    ),
    click.option(
        "--time-limit",
        type=float,
        help="Longest duration of a request, in seconds.  [default: 5 times --timeout]",
    ),
    click.option(
        "--extra",
        "extras",
        multiple=True,
        metavar="NAME=JSON",
        help="A further request field, kept with the respondent; repeatable.",
    ),
    click.option(
        "--on-change",
        type=click.Choice(["stop", "continue", "strict"]),
        default="stop",
        show_default=True,
        help="When the model or the instrument changes during a plan; strict: its fingerprint too.",
    ),
]


def how_options(function: _F) -> _F:
    """Add the options that say how respondents are asked."""
    return reduce(lambda f, option: option(f), reversed(_HOW), function)
