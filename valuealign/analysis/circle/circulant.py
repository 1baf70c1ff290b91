"""A circulant correlation structure as a confirmatory model."""

from __future__ import annotations

from valuealign.analysis.circle.circular_order import Places


def circulant_syntax(order: Places) -> str:
    """Write the model whose correlations depend on the number of places apart alone.

    Parameters
    ----------
    order : Places

    Returns
    -------
    str
        lavaan syntax: each scale is its own factor of variance 1, so that the equal parameters
        are correlations and variances stay free.

    Examples
    --------
    >>> from valuealign.analysis.circle.circular_order import places
    >>> print(circulant_syntax(places(["a", "b", "c", "d"], "abcd")).splitlines()[-1])
    f_c ~~ r1*f_d
    """
    names = order.names
    lines = [f"f_{name} =~ NA*{name}" for name in names]
    lines += [f"{name} ~~ 0*{name}" for name in names]
    lines += [f"f_{name} ~~ 1*f_{name}" for name in names]
    apart = order.distances.astype(int)
    lines += [
        f"f_{names[i]} ~~ r{apart[i, j]}*f_{names[j]}"
        for i in range(len(names))
        for j in range(i + 1, len(names))
    ]
    return "\n".join(lines)
