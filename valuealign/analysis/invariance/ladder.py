"""The equality constraints of each level of invariance, and their identification."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from valuealign.analysis.sem.specification.table_rows import Names
from valuealign.errors import AnalysisError, NotSupported

CONTINUOUS = ("configural", "metric", "scalar", "strict")
"""The levels of continuous items, each on top of those before it."""
ORDINAL = ("configural", "thresholds", "loadings", "intercepts", "residuals")
"""Those of ordinal items (Wu and Estabrook 2016)."""
BEYOND = ("lv.variances", "lv.covariances", "means")
"""What may be held equal on top: not measurement, but the factors' own distribution."""

_ADDS = {"metric": "loadings", "scalar": "intercepts", "strict": "residuals"}


@dataclass(frozen=True, slots=True)
class Rung:
    """One level of a ladder.

    Attributes
    ----------
    level : str
    equal : tuple of str
        What is held equal across groups, in the words of ``group_equal``.
    """

    level: str
    equal: tuple[str, ...]

    @property
    def added(self) -> str:
        """What this level adds to the one before it; empty at the configural one."""
        return self.equal[-1] if self.equal else ""


def rungs(levels: Sequence[str], *, ordinal: bool) -> list[Rung]:
    """Return the rungs of a ladder.

    Raises
    ------
    AnalysisError
        A level that is not one, or levels out of order.
    """
    known = ORDINAL if ordinal else CONTINUOUS
    wanted = [str(level) for level in levels]
    for level in wanted:
        if level not in (*known, *BEYOND):
            raise AnalysisError(
                f"no level {level!r} for {'ordinal' if ordinal else 'continuous'} items; expected "
                f"{', '.join((*known, *BEYOND))}"
            )
    places = [known.index(level) for level in wanted if level in known]
    if not wanted or places != sorted(set(places)) or len(set(wanted)) < len(wanted):
        raise AnalysisError(
            f"levels are {', '.join(wanted) or 'none'}; expected each once, in the order "
            f"{', '.join(known)}"
        )
    out = []
    for k, level in enumerate(wanted):
        measured = [known.index(name) for name in wanted[: k + 1] if name in known]
        equal = [_ADDS.get(name, name) for name in known[1 : max(measured, default=0) + 1]]
        equal += [name for name in wanted[: k + 1] if name in BEYOND]
        out.append(Rung(level, tuple(equal)))
    return out


def ordinal_text(
    names: Names,
    thresholds: Mapping[str, int],
    rung: Rung,
    *,
    n_groups: int,
    parameterization: str,
    alone: Collection[str] = (),
) -> str:
    """Return the lines that identify a level of ordinal items as Wu and Estabrook do.

    Parameters
    ----------
    names : Names
    thresholds : mapping of str to int
        How many thresholds each ordinal item has.
    rung : Rung
    n_groups : int
    parameterization : {"delta", "theta"}
    alone : collection of str
        Items that share nothing across groups.

    Returns
    -------
    str
        Model syntax, to stand after the model's own.

    Raises
    ------
    NotSupported
        Residuals under delta, where they are not parameters.

    Notes
    -----
    Equal thresholds free the intercepts and scales of the groups after the first (of items with
    three categories or more; two thresholds make that another way to write the same model, one
    threshold identifies neither). Equal loadings free the factors' variances, equal intercepts
    their means, equal residuals take the scales back.

    References
    ----------
    Wu, H., & Estabrook, R. (2016). Identification of confirmatory factor analysis models of
    different levels of invariance for ordered categorical outcomes. Psychometrika, 81,
    1014-1045. doi:10.1007/s11336-016-9506-0
    """
    equal = set(rung.equal)
    if "residuals" in equal and parameterization == "delta":
        raise NotSupported(
            "residual variances are not parameters under delta; use parameterization='theta'"
        )

    def groups(first: str, later: str) -> str:
        return f"c({', '.join([first] + [later] * (n_groups - 1))})"

    lines = []
    for name, count in thresholds.items():
        linked = "thresholds" in equal and count > 1 and name not in alone
        shifted = linked and "intercepts" not in equal
        scaled = linked and "residuals" not in equal
        lines.append(f"{name} ~ {groups('0', 'NA' if shifted else '0')}*1")
        op = "~*~" if parameterization == "delta" else "~~"
        lines.append(f"{name} {op} {groups('1', 'NA' if scaled else '1')}*{name}")
    for factor in names.latent:
        spread = "loadings" in equal and "lv.variances" not in equal
        moved = "intercepts" in equal and "means" not in equal
        lines.append(f"{factor} ~~ {groups('1', 'NA' if spread else '1')}*{factor}")
        lines.append(f"{factor} ~ {groups('0', 'NA' if moved else '0')}*1")
    return "\n".join(lines)
