"""The command line: a group whose commands are imported only when they are called."""

from __future__ import annotations

import io
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import click

COMMANDS = {
    "administer": "Administer an instrument to one or more models.",
    "analyze": "Test whether it is a measure: reliability, factors, style, verdict.",
    "demo": "Run the whole workflow once, with a small real model and no key.",
    "doctor": "Show what is installed, configured and reachable.",
    "instruments": "List, show, check, preview and add instruments.",
    "local": "Download and serve the small model that needs no key.",
    "populations": "List and show human samples and norms; add your own.",
    "new": "Write a study file: four questions, one command to run it.",
    "rate": "Rate the replies of a store by a rubric: judge models and rules.",
    "report": "Write one page: the verdict first, then its evidence.",
    "responses": "List, show, export and import responses; prepare sheets for people.",
    "serve": "Give an instrument to people, as a web form.",
    "score": "Compute scale scores from the responses of a store.",
    "stimuli": "List, show, check, preview and add what instruments ask about.",
    "study": "List studies, run one of your own, repeat a published one.",
}
"""Command name -> its one line in ``valuealign --help``; the module bears the same name."""


@contextmanager
def _harmless() -> Iterator[None]:
    """Usage errors quote files and names of others, so control characters are removed."""
    from valuealign.escape import for_terminal

    try:
        yield
    except click.UsageError as error:
        message = error.format_message()
        if message == for_terminal(message):
            raise
        raise click.UsageError(for_terminal(message), error.ctx) from None


class LazyGroup(click.Group):
    """A group that knows its commands' names and lines without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Every command's name."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"valuealign_cli.{cmd_name}").command
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse what was typed; what is quoted of it in an error is harmless."""
        with _harmless():
            return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what is quoted in an error of usage is harmless."""
        with _harmless():
            return super().invoke(ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing one."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name]) for name in self.list_commands(ctx)])


START = """
Start here:
  valuealign demo      the whole workflow with a small model; no key
  valuealign new       four questions, then a study file of your own
  valuealign doctor    what is installed, configured and reachable
  valuealign --help    every command
"""
"""What the command alone prints."""


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    invoke_without_command=True,
)
@click.version_option(package_name="valuealign")
@click.pass_context
def valuealign(context: click.Context) -> None:
    """Administer human instruments to language models, and see what the numbers mean.

    \b
    Try it without a key or a network:
      valuealign administer --model local --instrument pvq-21
    """
    if context.invoked_subcommand is None:
        click.echo(START.strip())
        return
    context.with_resource(_doubts_on_stderr())


@contextmanager
def _doubts_on_stderr() -> Iterator[None]:
    """Print a doubt about the instrument as a sentence, once."""
    from valuealign.errors import InstrumentDiffers
    from valuealign.escape import for_terminal

    with warnings.catch_warnings():
        warnings.simplefilter("always", InstrumentDiffers)
        shown = warnings.showwarning
        said: set[str] = set()

        def show(message: Any, category: Any, *where: Any, **more: Any) -> None:
            if not issubclass(category, InstrumentDiffers):
                shown(message, category, *where, **more)
            elif str(message) not in said:
                said.add(str(message))
                click.echo(for_terminal(f"doubtful: {message}"), err=True)

        warnings.showwarning = show
        yield


def main() -> None:
    """Run the command line; what valuealign raises on purpose becomes one plain sentence."""
    from valuealign.errors import ValuealignError
    from valuealign.escape import for_terminal

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A console that has no sign for a reply's character shows its number.
            stream.reconfigure(errors="backslashreplace")
    try:
        valuealign.main(standalone_mode=True)
    except ValuealignError as error:
        click.echo(f"valuealign: {for_terminal(error)}", err=True)
        sys.exit(1)
