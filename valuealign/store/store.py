"""The store: a database file with its schema, plans and attempts."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine, bindparam, func, select

from valuealign.errors import StoreError
from valuealign.store.database import engine as opening
from valuealign.store.database.database_schema import check_readable, upgrade
from valuealign.store.database.tables import administrations, attempts
from valuealign.store.database.untrusted_file import as_written
from valuealign.store.planning import new_plan
from valuealign.store.records import AttemptRecord
from valuealign.store.writer import Writer

DEFAULT = "valuealign.db"
Served = tuple[str | None, str | None]
"""Model name and system fingerprint, as the endpoint returned them."""


def default_store() -> str:
    """``VALUEALIGN_STORE``, or ``valuealign.db`` in the working folder."""
    return os.environ.get("VALUEALIGN_STORE") or DEFAULT


class Store:
    """An open store.

    Parameters
    ----------
    engine : Engine
        Use :meth:`open`, which brings the schema up to date first.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> with Store.open(pathlib.Path(tempfile.mkdtemp()) / "study.db") as store:
    ...     store.n_administrations()
    0
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @classmethod
    def open(
        cls,
        where: str | Path | None = None,
        *,
        must_exist: bool = False,
        only_read: bool = False,
    ) -> Self:
        """Open a store, creating it where there is none.

        Parameters
        ----------
        where : str or Path, optional
            A file or a database URL; by default :func:`default_store`.
        must_exist : bool
            Refuse to create one: a mistyped name is not an empty study.
        only_read : bool
            Leave the file as it is, an older schema included.

        Raises
        ------
        StoreError
            It cannot be opened, or does not exist.
        """
        where = default_store() if where is None else where
        if must_exist and opening.is_missing(where):
            raise StoreError(
                f"there is no store at {opening.store_url(where).database}; name one with "
                "--store, or make one: valuealign administer --instrument NAME"
            )
        engine = opening.open_engine(where, only_read=only_read)
        place = engine.url.database or where
        with opening.plainly(place), as_written(place):
            (check_readable if only_read else upgrade)(engine)
        return cls(engine)

    def close(self) -> None:
        """Close the database."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def where(self) -> str:
        """The file or URL, without a password."""
        return opening.shown_url(self.engine.url)

    def reading(self) -> AbstractContextManager[Connection]:
        """One consistent view of the store."""
        return opening.reading(self.engine)

    def writing(self) -> AbstractContextManager[Connection]:
        """A transaction that holds the write lock."""
        return opening.writing(self.engine)

    def writer(
        self,
        plan: int,
        *,
        on_commit: Callable[[Sequence[AttemptRecord]], object],
        on_trouble: Callable[[str], object],
    ) -> Writer:
        """The thread that writes attempts in groups."""
        return Writer(self.engine, plan, on_commit=on_commit, on_trouble=on_trouble)

    def n_administrations(self) -> int:
        """How many administrations stand in the store, finished or not."""
        with self.reading() as connection:
            return connection.execute(
                select(func.count()).select_from(administrations)
            ).scalar_one()

    def new_plan(self, content: Mapping[str, Any], *, seed: int, version: str) -> int:
        """Record what was asked for; returns the plan's id."""
        with opening.plainly(self.where), self.writing() as connection:
            return new_plan(connection, content, seed=seed, version=version)

    def last_served(
        self, respondent_ids: Sequence[str]
    ) -> dict[str, tuple[str | None, str | None]]:
        """Return the last served model and fingerprint of each respondent."""
        query = (
            select(
                administrations.c.respondent_id,
                attempts.c.model_returned,
                attempts.c.system_fingerprint,
            )
            .join(attempts, attempts.c.administration == administrations.c.id)
            .where(administrations.c.respondent_id == bindparam("who"), attempts.c.final)
            .order_by(attempts.c.sent_at.desc())
            .limit(1)
        )
        served: dict[str, Served] = {}
        with self.reading() as connection:
            for who in respondent_ids:
                for _, model, fingerprint in connection.execute(query, {"who": who}):
                    served[who] = (model, fingerprint)
        return served

    def other_versions(
        self, instrument_id: str, instrument_hash: str, respondent_ids: Sequence[str]
    ) -> int:
        """How many administrations these respondents were given in another version."""
        query = select(func.count()).where(
            administrations.c.instrument_id == instrument_id,
            administrations.c.instrument_hash != instrument_hash,
            administrations.c.respondent_id == bindparam("who"),
        )
        with self.reading() as connection:
            return sum(
                connection.execute(query, {"who": who}).scalar_one() for who in respondent_ids
            )
