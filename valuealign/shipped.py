"""Where shipped data are: inside the wheel, else in the checkout."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def shipped(folder: str) -> Path:
    """A folder of shipped data.

    Parameters
    ----------
    folder : str
        "instruments", "populations", "populations/surveys", "raters", "stimuli" or "studies".

    Returns
    -------
    Path

    Examples
    --------
    >>> shipped("instruments").name
    'instruments'
    """
    inside = Path(str(files("valuealign") / folder))
    return inside if inside.is_dir() else Path(__file__).parents[1] / folder


def shipped_names(folder: str) -> tuple[str, ...]:
    """The names of the YAML files in a folder of shipped data, sorted.

    Parameters
    ----------
    folder : str
        "instruments", "raters", "stimuli", "studies", "studies/anchors" or
        "populations/surveys".

    Examples
    --------
    >>> "pvq-21" in shipped_names("instruments")
    True
    """
    return tuple(sorted(path.stem for path in shipped(folder).glob("*.yaml")))
