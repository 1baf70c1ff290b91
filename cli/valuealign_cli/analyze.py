"""``valuealign analyze``: what the numbers mean, analysis by analysis."""

from __future__ import annotations

from importlib import import_module

import click

COMMANDS = {
    "reliability": "Alpha, omega and retest agreement, in three views.",
    "generalizability": "Where the variance comes from, and what more forms would improve.",
    "mixed": "Effects of a design, with vignettes, forms and models as random.",
    "marginal": "Effects on answers of yes or no, counts and ordered categories.",
    "power": "How many vignettes does a planned mixed model need? By simulation.",
    "agreement": "How far do raters agree about the same stimuli or replies?",
    "judgement": "How well do decisions or probabilities match the truth?",
    "corrected": "What do people think of all replies, if they rated a part and a judge all?",
    "needed": "How many human ratings make such an interval how wide?",
    "overlap": "How many words do texts share with a reference?",
    "stability": "How far do answers depend on the variant?",
    "efa": "How many factors, and which items make them?",
    "cfa": "Fit a factor model: does the structure hold in these rows?",
    "invariance": "Does a model measure the same in several groups?",
    "circumplex": "Do the scales stand on the instrument's circle?",
    "style": "How much of an answer depends on the form and not on the item?",
    "contamination": "Does the model know the instrument? (sends requests)",
    "compare": "What differs from people, what is equivalent, what is inconclusive?",
    "verdict": "Which claims do these responses permit?",
}
"""Analysis -> its one line; the module is ``analyze_`` and the name."""


class LazyAnalyses(click.Group):
    """A group that imports an analysis when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Every analysis's name."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import one analysis."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"valuealign_cli.analyze_{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of analyses without importing one."""
        with formatter.section("Analyses"):
            formatter.write_dl([(name, COMMANDS[name]) for name in self.list_commands(ctx)])


@click.group("analyze", cls=LazyAnalyses)
def command() -> None:
    """Analyse responses from a store, or rows of people from a file.

    \b
    Example:
      valuealign analyze cfa --store study.db --rows personas
    """
