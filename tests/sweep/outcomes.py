"""What came of a call: a domain error, a result, or one of the faults that a user must not see."""

from __future__ import annotations

import dataclasses
import signal
import warnings
from collections.abc import Callable, Iterator, Mapping
from types import FrameType
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from valuealign.errors import ValuealignError

SECONDS = 15
"""Processor time that one call on a small frame may take."""


class TooLong(BaseException):
    """Raised by the alarm; no handler of the library's catches it."""


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What came of a call.

    Attributes
    ----------
    kind : {"result", "refused", "raw", "hang", "silent"}
        ``silent``: a number that is not finite where a good frame has one, and no flag or reason.
    detail : str
    """

    kind: str
    detail: str = ""

    @property
    def fault(self) -> bool:
        """Whether a user must not see it."""
        return self.kind in {"raw", "hang", "silent"}


def outcome(call: Callable[[], Any], known: frozenset[str] = frozenset()) -> Outcome:
    """Run a call and say what came of it.

    Parameters
    ----------
    call : callable
    known : frozenset of str
        Places that are not finite for a good frame either.
    """
    old = signal.signal(signal.SIGPROF, _raise)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        # Threads that wait for one another count as processor time on a machine that is busy.
        with threadpool_limits(1), warnings.catch_warnings():
            warnings.simplefilter("error")
            result = call()
            if not has_reason(result):
                silent = sorted(set(not_finite(result)) - known)
                if silent:
                    return Outcome("silent", ", ".join(silent)[:160])
    except ValuealignError as error:
        text = str(error)
        return Outcome("refused", text) if len(text) > 15 else Outcome("raw", "says nothing")
    except TooLong:
        return Outcome("hang", f"over {SECONDS} s")
    except Exception as error:  # noqa: BLE001  # every kind is a finding
        return Outcome("raw", f"{type(error).__name__}: {error}"[:160])
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, old)
    return Outcome("result")


def _raise(number: int, frame: FrameType | None) -> None:
    raise TooLong


def has_reason(result: Any) -> bool:
    """Say whether a result carries a flag or a reason."""
    if isinstance(result, pd.DataFrame | pd.Series):
        if result.attrs.get("flags"):
            return True
        return (
            isinstance(result, pd.DataFrame)
            and any(
                name in result and result[name].astype(str).str.len().gt(0).any()
                for name in ("reason", "flags", "flag")
            )
        ) or ("n_missing" in result and bool(result["n_missing"].gt(0).any()))
    if isinstance(result, Mapping):
        return any(has_reason(value) for value in result.values())
    if isinstance(result, tuple | list):
        return any(has_reason(value) for value in result)
    if any(getattr(result, name, None) for name in ("flags", "reasons", "reason", "n_failed")):
        return True
    return any(has_reason(value) for _, value in _parts(result))


def not_finite(result: Any, place: str = "") -> Iterator[str]:
    """Yield the places of a result that hold a number that is not finite."""
    if isinstance(result, bool | int | str | None):
        return
    if isinstance(result, float | np.floating):
        if not np.isfinite(result):
            yield place or "value"
    elif isinstance(result, pd.DataFrame):
        for k, name in enumerate(result.columns):
            yield from not_finite(result.iloc[:, k], f"{place}[{name}]")
    elif isinstance(result, pd.Series | np.ndarray):
        values = np.asarray(result)
        if values.dtype.kind == "f" and not np.isfinite(values).all():
            yield place or "values"
    elif isinstance(result, Mapping):
        for key, value in result.items():
            yield from not_finite(value, f"{place}[{key}]")
    elif isinstance(result, tuple | list):
        for value in result:
            yield from not_finite(value, place)
    else:
        for name, value in _parts(result):
            yield from not_finite(value, f"{place}.{name}")


def _parts(result: Any) -> list[tuple[str, Any]]:
    """Return the public parts of a result of ours."""
    if not type(result).__module__.startswith("valuealign"):
        return []
    names = (
        [f.name for f in dataclasses.fields(result)]
        if dataclasses.is_dataclass(result)
        else [n for n in ("parameters", "measures", "table") if hasattr(result, n)]
    )
    inner = {
        "design_",
        "fit",
        "fits",
        "without",
        "statistics",
        "solution",
        "instrument",
        "source",
        "data",
    }
    return [(n, getattr(result, n)) for n in names if n not in inner and not n.startswith("_")]
