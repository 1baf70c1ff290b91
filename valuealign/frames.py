"""Frames of any library as pandas frames: the one conversion, and the one refusal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from valuealign.errors import DataError

if TYPE_CHECKING:
    import pandas as pd


def as_pandas(data: Any) -> Any:
    """Return the frame of another library as a pandas frame, and anything else unchanged.

    Parameters
    ----------
    data : object
        Frames of polars, pyarrow and other libraries with ``to_pandas`` or Arrow's
        ``__arrow_c_stream__`` are converted; none of these libraries has to be installed.

    Returns
    -------
    object

    Raises
    ------
    DataError
        A lazy frame, a class, or what is read with pyarrow, where that is absent.

    Examples
    --------
    >>> as_pandas([[1, 2], [3, 4]])
    [[1, 2], [3, 4]]
    """
    if isinstance(data, type) and hasattr(data, "columns"):
        raise DataError(f"found the class {data.__name__}; expected a frame with rows")
    if type(data).__module__.partition(".")[0] == "pandas":
        return data
    if hasattr(data, "to_pandas"):
        return _named(_converted(data))
    if hasattr(data, "__arrow_c_stream__"):
        return _named(_from_arrow(data))
    if hasattr(type(data), "columns") and (hasattr(data, "collect") or hasattr(data, "compute")):
        raise DataError(
            f"the data are a lazy {type(data).__name__}, which holds no rows yet; "
            "call its collect() or compute() first"
        )
    return data


def _converted(data: Any) -> Any:
    try:
        return data.to_pandas()
    except ImportError:  # polars converts with pyarrow, where that is installed
        import pandas as pd

        if not hasattr(data, "columns"):
            return pd.Series(data.to_numpy())
        return pd.DataFrame({name: data[name].to_numpy() for name in data.columns})


def _from_arrow(data: Any) -> Any:
    try:
        import pyarrow
    except ImportError:
        raise DataError(
            f"a {type(data).__name__} is read with pyarrow; pip install 'valuealign[exports]', or "
            "give a pandas frame"
        ) from None
    return pyarrow.table(data).to_pandas()


def _named(frame: Any) -> Any:
    """Give it text for column names, as every frame here has."""
    if hasattr(frame, "columns"):
        frame.columns = [str(name) for name in frame.columns]
    return frame


def frame_of(data: Any, what: str = "the data") -> pd.DataFrame:
    """Return a frame of any library as a pandas frame; raise an error for other objects.

    Parameters
    ----------
    data : DataFrame
        Of pandas, polars, pyarrow or another library.
    what : str
        What it is, for the message.

    Returns
    -------
    DataFrame

    Raises
    ------
    DataError
        It is not a frame.

    Examples
    --------
    >>> import pandas as pd
    >>> frame_of(pd.DataFrame({"a": [1]})).shape
    (1, 1)
    """
    import pandas as pd

    frame = as_pandas(data)
    if isinstance(frame, pd.DataFrame):
        return frame
    raise DataError(
        f"{what}: found {_described(data)}; expected a frame of pandas or polars with named columns"
    )


def responses_frame(source: Any, shape: Literal["wide", "long"]) -> pd.DataFrame:
    """Return the rows of responses in one shape, or a frame as it is.

    Parameters
    ----------
    source : Responses or DataFrame
    shape : {"wide", "long"}
        One row an administration, or one row a response.

    Returns
    -------
    DataFrame

    Raises
    ------
    DataError
        It is neither.

    Examples
    --------
    >>> import pandas as pd
    >>> responses_frame(pd.DataFrame({"pvq01": [1]}), "wide").shape
    (1, 1)
    """
    import pandas as pd

    frame = as_pandas(source)
    if not isinstance(frame, pd.DataFrame):
        frame = getattr(frame, shape, None)
    if isinstance(frame, pd.DataFrame):
        return frame
    raise DataError(
        f"the data: found {_described(source)}; expected responses (of va.administer or "
        "va.responses), or a frame of pandas or polars with named columns"
    )


def _described(data: Any) -> str:
    """Say what something is that is not a frame."""
    if data is None:
        return "None"
    if isinstance(data, str):
        return f"the text {data[:40]!r} (a file is read first, for instance with pandas.read_csv)"
    if isinstance(data, Mapping):
        return "a mapping"
    kind = type(data).__name__
    if hasattr(data, "dtype"):
        return f"an {kind}, whose columns have no names" if kind == "ndarray" else f"a {kind}"
    return f"{'an' if kind[:1].lower() in 'aeiou' else 'a'} {kind}"
