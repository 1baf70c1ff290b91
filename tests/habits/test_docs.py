"""What the documentation says is what is there."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from valuealign_cli.main import COMMANDS, valuealign
from valuealign_cli.reference import reference

import valuealign as va

ROOT = Path(__file__).parents[2]


def every_command() -> dict[str, click.Command]:
    """Each command by its full name."""
    context = click.Context(valuealign)
    found = {}
    for name in valuealign.list_commands(context):
        command = valuealign.get_command(context, name)
        assert command is not None
        found[name] = command
        if isinstance(command, click.Group):
            for sub in command.list_commands(context):
                found[f"{name} {sub}"] = command.get_command(context, sub)
    return found


def test_the_command_reference_is_current():
    written = (ROOT / "cli" / "README.md").read_text(encoding="utf-8")
    assert written == reference(), "run: python -m valuealign_cli.reference > cli/README.md"


@pytest.mark.parametrize("name", sorted(every_command()))
def test_every_command_says_how_it_is_used(name):
    text = every_command()[name].help or ""
    assert "valuealign " + name.split()[0] in text, f"{name} --help shows no example"


def test_the_summary_of_each_command_is_in_the_group_help():
    assert set(COMMANDS) == set(valuealign.list_commands(click.Context(valuealign)))


def test_docs_name_every_public_name_and_every_command():
    pages = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "docs").rglob("*.md"))
    assert not [name for name in va.__all__ if name not in pages]
    pages += (ROOT / "README.md").read_text(encoding="utf-8")
    pages += (ROOT / "cli" / "README.md").read_text(encoding="utf-8")
    assert not [name for name in every_command() if f"valuealign {name}" not in pages]
