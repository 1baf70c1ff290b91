"""Planted truths, and the claims that each makes true or false."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["respondent", "pair", "rows"]

RANK = ("rank_scales", "rank_composites")
GATE = ("profile",)
PAIR = ("comparable", "scores_differ", "values_differ")


@dataclass(frozen=True)
class Cell:
    """One planted truth.

    Attributes
    ----------
    kind : {"respondent", "pair", "rows"}
        What is drawn: one respondent, two, or many.
    truth : str
        Its name among the planted truths.
    false, true : tuple of str
        Claims that must not be permitted, and those that should be.
    """

    kind: Kind
    truth: str
    false: tuple[str, ...] = ()
    true: tuple[str, ...] = ()

    def expects(self, claim: str) -> bool | None:
        """Whether a claim is true here; None if neither conclusion would be an error.

        Examples
        --------
        >>> cell = Cell("pair", "identical", ("values_differ",), ("comparable",))
        >>> cell.expects("values_differ, composites"), cell.expects("comparable")
        (False, True)
        >>> cell.expects("scores_differ") is None
        True
        """
        if claim.partition(",")[0] in self.false:
            return False
        return True if claim in self.true else None


def _of(kind: Kind, truths: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]) -> list[Cell]:
    return [Cell(kind, truth, false, true) for truth, (false, true) in truths.items()]


CELLS: tuple[Cell, ...] = (
    *_of(
        "respondent",
        {
            "a person": ((), ("describe", *GATE)),
            "the average person": ((), ("describe", *GATE, *RANK)),
            "a person with strong values": ((), ("describe", *GATE, "rank_scales")),
            "a person who acquiesces": ((), ("describe", *GATE)),
            "item accidents": (RANK, ("describe", *GATE)),
            "a person with items permuted": (RANK, ("describe", *GATE)),
            "one option, 5 % errors": ((*GATE, *RANK), ("describe",)),
            "one option, 20 % errors": ((*GATE, *RANK), ("describe",)),
            "uniform noise": ((*GATE, *RANK), ("describe",)),
            "acquiescence alone": ((*GATE, *RANK), ("describe",)),
            "acquiescence alone, by item": ((*GATE, *RANK), ("describe",)),
            "position alone": ((*GATE, *RANK), ("describe",)),
            "position alone, by item": ((*GATE, *RANK), ("describe",)),
            "half position, by reply": ((*GATE, *RANK), ("describe",)),
            "half position, half acquiescence": ((*GATE, *RANK), ("describe",)),
            "half position, by item": ((*GATE, *RANK), ("describe",)),
            "harmless items only": (("describe", *GATE, *RANK), ()),
        },
    ),
    *_of(
        "pair",
        {
            "two persons": ((), ("comparable", "scores_differ")),
            "two persons with strong values": ((), PAIR),
            "identical": (("scores_differ", "values_differ"), ("comparable",)),
            "same values, another acquiescence": (
                ("scores_differ", "values_differ"),
                ("comparable",),
            ),
            "same strong values, much more acquiescence": (("values_differ",), ("comparable",)),
            "same values, other item accidents": (("values_differ",), ("comparable",)),
            "two respondents of item accidents": (("values_differ",), ("comparable",)),
            "same values, one half by position": (PAIR, ()),
            "same values, one half of the items by position": (PAIR, ()),
            "one answers with one option": (PAIR, ()),
        },
    ),
    *_of(
        "rows",
        {
            "people": ((), ("structure", "latent_means")),
            "people, the construct higher by .5 SD": ((), ("structure",)),
            "one loading x .6": (("latent_means",), ()),
            "one loading x .2": (("structure", "latent_means"), ()),
            "one loading of each factor x .6": (("latent_means",), ()),
            "two loadings x .5": (("latent_means",), ()),
            "all loadings x .6": ((), ()),
            "all loadings x .3": (("structure", "latent_means"), ()),
            "one sign reversed": (("structure", "latent_means"), ()),
            "two signs reversed": (("structure", "latent_means"), ()),
            "three signs reversed": (("structure", "latent_means"), ()),
            "one intercept +.3 SD": (("latent_means",), ("structure",)),
            "two intercepts +.2 SD": (("latent_means",), ("structure",)),
            "two intercepts +.3 SD": (("latent_means",), ("structure",)),
            "two intercepts +.5 SD": (("latent_means",), ("structure",)),
            "items permuted": (("structure", "latent_means"), ()),
            "items permuted within blocks": (("structure", "latent_means"), ()),
            "independent items": (("structure", "latent_means"), ()),
            "acquiescence alone": (("structure", "latent_means"), ()),
            "position alone": (("structure", "latent_means"), ()),
            "one option, 20 % errors": (("structure", "latent_means"), ()),
            "occasions of one respondent": (("structure", "latent_means"), ()),
            "collapsed personas": (("structure", "latent_means"), ()),
        },
    ),
)
"""Every planted truth. A claim that a cell names on neither side is shown, and not judged."""
