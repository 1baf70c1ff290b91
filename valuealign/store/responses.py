"""What was answered, as frames: one row a response, or one row an administration."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import BigInteger, Connection, cast, select

from valuealign.store.columns import Columns, categorical
from valuealign.store.design import chosen, design, told_apart
from valuealign.store.display import responses_html, responses_text
from valuealign.store.store import Store
from valuealign.store.tables import attempts, items
from valuealign.store.tables import responses as table

if TYPE_CHECKING:
    import pandas as pd


def responses(
    store: str | Path | None = None,
    *,
    instrument: str | None = None,
    model: str | Sequence[str] | None = None,
    plan: int | None = None,
) -> Responses:
    """What was answered, from a store.

    Parameters
    ----------
    store : str or Path, optional
        A file or a database URL; by default ``VALUEALIGN_STORE`` or ``valuealign.db``.
    instrument : str, optional
        Only this instrument's, by its id.
    model : str or sequence of str, optional
        Only these models', by the name the endpoint knows.
    plan : int, optional
        Only what one plan asked for.

    Returns
    -------
    Responses

    Raises
    ------
    StoreError
        There is no such store, or it cannot be read.

    Examples
    --------
    >>> import valuealign as va, tempfile
    >>> store = f"{tempfile.mkdtemp()}/study.db"
    >>> given = va.administer("pvq-21", "sim:human", occasions=2, store=store)
    >>> va.responses(store, instrument="pvq-21").wide.shape[0]
    2
    """
    Store.open(store, must_exist=True).close()
    models = [model] if isinstance(model, str) else model
    return Responses(store, instrument=instrument, models=models, plan=plan)


class Responses:
    """What was answered, with every design factor as a column.

    Made by :func:`valuealign.responses` and :func:`valuealign.administer`. The frames are
    read from the store when they are first asked for.

    Attributes
    ----------
    long : DataFrame
        One row an item response: ``administration_id respondent_id model persona instrument
        item_id form occasion outcome value raw`` and every other design factor. ``value`` is
        the code in the instrument's own direction; NaN where there is no answer.
    wide : DataFrame
        One row an administration: the design columns, then one column an item.
    missing : DataFrame
        The rows of ``long`` that are no answer: refusal, unreadable, failed.

    Examples
    --------
    >>> import valuealign as va, tempfile
    >>> given = va.administer("pvq-21", "sim:yes", store=f"{tempfile.mkdtemp()}/study.db")
    >>> given
    <Responses: 1 administration of pvq-21>
    >>> sorted(set(given.long["value"]))
    [6.0]
    """

    def __init__(
        self,
        store: str | Path | None,
        *,
        instrument: str | None = None,
        models: Sequence[str] | None = None,
        plan: int | None = None,
    ) -> None:
        self.store = store
        self._chosen: dict[str, Any] = {"instrument": instrument, "plan": plan}
        self._models = models

    @cached_property
    def design(self) -> pd.DataFrame:
        """One row an administration, answered or not: every factor under which it was given."""
        with Store.open(self.store) as store, store.reading() as connection:
            return self._design(connection)

    def _design(self, connection: Connection) -> pd.DataFrame:
        frame = design(connection, chosen(**self._chosen))
        if self._models is not None:
            frame = frame[frame["model"].isin(self._models)].reset_index(drop=True)
        return frame

    @cached_property
    def wide(self) -> pd.DataFrame:
        """One row an administration, one column an item."""
        import pandas as pd

        with Store.open(self.store) as store, store.reading() as connection:
            frame = self._design(connection)
            query = select(table.c.administration, table.c.item, table.c.value)
            columns = Columns(connection, query, ["int", "int", "float"])
            names = _item_names(connection)
        row, known = _positions(frame, columns.array(0))
        item = columns.array(1)[known]
        seen = np.unique(item)
        values = np.full((len(frame), len(seen)), np.nan)
        values[row, np.searchsorted(seen, item)] = columns.array(2)[known]
        here = {int(i): names[int(i)] for i in seen}
        shown = {_column_name(here, i): values[:, k] for k, i in enumerate(here)}
        return pd.concat([frame, pd.DataFrame(shown, index=frame.index)], axis=1)

    @cached_property
    def long(self) -> pd.DataFrame:
        """One row an item response."""
        import pandas as pd

        with Store.open(self.store) as store, store.reading() as connection:
            frame = self._design(connection)
            columns = Columns(connection, select(*(table.c[n] for n, _ in _LONG)), _KINDS)
            raw = _Raw(connection)
            names = _item_names(connection)
        row, known = _positions(frame, columns.array(0))
        data: dict[str, Any] = {
            name: _taken(frame[name], row) for name in frame.columns if name != "n_cells"
        }
        at = data.__setitem__
        at("item_id", _item_column(columns.array(1)[known], names))
        for k, (name, kind) in enumerate(_LONG[2:], start=2):
            if kind == "code":
                codes, values = columns.coded(k)
                at(name, categorical((codes[known], values)))
            else:
                at(name, columns.array(k)[known])
        key = _key(columns.array(0), columns.array(2), columns.array(3))[known]
        for name, column in raw.columns(key).items():
            at(name, column)
        long = pd.DataFrame(data)
        return long[[*_FIRST, *(name for name in long.columns if name not in _FIRST)]]

    def only(self, instrument: str) -> Responses:
        """Return the same choice, of one instrument.

        Parameters
        ----------
        instrument : str
            Its id.

        Returns
        -------
        Responses
            Items bear their own names in ``wide``, whatever else the store holds.
        """
        return Responses(
            self.store, instrument=instrument, models=self._models, plan=self._chosen["plan"]
        )

    @property
    def missing(self) -> pd.DataFrame:
        """The responses that are no answer, with what was said instead."""
        return self.long[self.long["outcome"] != "answer"].reset_index(drop=True)

    @property
    def notice(self) -> str:
        """Whose wording was given ("open form, not the official text")."""
        design = self.design[["instrument", "wording"]].drop_duplicates()
        return "; ".join(f"{row.instrument}: {row.wording}" for row in design.itertuples())

    def counts(self) -> pd.DataFrame:
        """How many responses of each outcome: one row a model, instrument and form.

        Returns
        -------
        DataFrame
            Columns ``model instrument form answer refusal unreadable failed``, and every other
            condition (elicitation, temperature) that differs within one of these rows.
        """
        long = self.long
        by = told_apart(self.design, ["model", "instrument", "form"])
        grouped = long.groupby([*by, "outcome"], observed=True, dropna=False)
        counted = grouped.size().unstack(fill_value=0)
        for outcome in _OUTCOMES:
            if outcome not in counted:
                counted[outcome] = 0
        return counted[list(_OUTCOMES)].rename_axis(columns=None).reset_index()

    def _repr_html_(self) -> str:
        return responses_html(self.design, self.counts(), self.missing)

    def __repr__(self) -> str:
        """One line."""
        return responses_text(self.design)


_OUTCOMES = ("answer", "refusal", "unreadable", "failed")
_FIRST = (
    "administration_id",
    "respondent_id",
    "model",
    "persona",
    "instrument",
    "item_id",
    "form",
    "occasion",
    "outcome",
    "value",
    "raw",
)
_LONG = (
    ("administration", "int"),
    ("item", "int"),
    ("position", "int"),
    ("number", "int"),
    ("outcome", "code"),
    ("value", "float"),
    ("how", "code"),
    ("confidence", "float"),
    ("option_mass", "float"),
    ("expected", "float"),
    ("entropy", "float"),
)
_KINDS = [kind for _, kind in _LONG]


def _positions(
    frame: pd.DataFrame, ids: np.ndarray[Any, Any]
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Row of the design for each administration id, and which ids are in it."""
    known_ids = frame["administration_id"].to_numpy(dtype=np.int64)
    if not len(known_ids):
        return np.zeros(0, dtype=np.int64), np.zeros(len(ids), dtype=bool)
    where = np.minimum(np.searchsorted(known_ids, ids), len(known_ids) - 1)
    known = known_ids[where] == ids
    return where[known], known


def _taken(column: pd.Series[Any], row: np.ndarray[Any, Any]) -> Any:
    """A design column repeated for each response; words as categories, which cost a byte."""
    import pandas as pd

    if column.dtype.kind in "iufb":
        return column.to_numpy()[row]
    categories = pd.Categorical(column)
    return pd.Categorical.from_codes(categories.codes[row], dtype=categories.dtype)


def _item_names(connection: Connection) -> dict[int, tuple[str, str]]:
    query = select(items.c.id, items.c.instrument_id, items.c.item_id)
    return {id_: (instrument, item) for id_, instrument, item in connection.execute(query)}


def _column_name(names: dict[int, tuple[str, str]], item: int) -> str:
    """The item's id; with the instrument's in front where two instruments share it."""
    instrument, name = names[item]
    shared = sum(other == name for _, other in names.values()) > 1
    return f"{instrument}.{name}" if shared else name


def _item_column(item: np.ndarray[Any, Any], names: dict[int, tuple[str, str]]) -> Any:
    labels = list(dict.fromkeys(name for _, name in names.values()))
    code = {id_: labels.index(name) for id_, (_, name) in names.items()}
    table_of = np.full(max(code, default=0) + 1, -1, dtype=np.int32)
    for id_, k in code.items():
        table_of[id_] = k
    return categorical((table_of[item], labels))


def _key(administration: Any, position: Any, number: Any) -> Any:
    """One integer for an attempt, of arrays or of columns.

    Positions fit in 16 bits, attempt numbers in 12.
    """
    return administration * (1 << 28) + position * (1 << 12) + number


class _Raw:
    """What came back, found by attempt."""

    def __init__(self, connection: Connection) -> None:
        fields = ("text", "error", "model_returned", "system_fingerprint", "finish_reason")
        at = attempts.c
        key_of = _key(cast(at.administration, BigInteger), cast(at.position, BigInteger), at.number)
        query = select(key_of.label("key"), *(at[name] for name in fields))
        kinds = ["int", "text", "code", "code", "code", "code"]
        self._columns = Columns(connection, query, kinds)
        key = self._columns.array(0)
        self._order = np.argsort(key, kind="stable")
        self._key = key[self._order]

    def columns(self, key: np.ndarray[Any, Any]) -> dict[str, Any]:
        """The columns ``raw``, ``error`` and what the endpoint said of itself."""
        import pandas as pd

        at = self._order[np.searchsorted(self._key, key)] if len(self._key) else key[:0]
        texts = np.array(self._columns.texts(1), dtype=object)[at]
        found: dict[str, Any] = {"raw": pd.array(texts, dtype="str")}
        for k, name in enumerate(
            ("error", "model_returned", "system_fingerprint", "finish_reason"), start=2
        ):
            codes, values = self._columns.coded(k)
            found[name] = categorical((codes[at], values))
        return found
