"""The store: a database file, its schema, and what is planned and done in it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine, bindparam, func, insert, select

from valuealign.content import content_id
from valuealign.errors import StoreError
from valuealign.store import engine as opening
from valuealign.store.contents import canonical, ids_by, insert_new, keep
from valuealign.store.records import AdministrationRecord, AttemptRecord, Planned
from valuealign.store.schema import upgrade
from valuealign.store.tables import administrations, attempts, plan_administrations, plans
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
    def open(cls, where: str | Path | None = None, *, must_exist: bool = False) -> Self:
        """Open a store, creating it where there is none.

        Parameters
        ----------
        where : str or Path, optional
            A file or a database URL; by default :func:`default_store`.
        must_exist : bool
            Refuse to create one: a mistyped name is not an empty study.

        Raises
        ------
        StoreError
            It cannot be opened, or does not exist.
        """
        where = default_store() if where is None else where
        url = opening.store_url(where)
        if must_exist and url.drivername == "sqlite" and not Path(url.database or "").exists():
            raise StoreError(
                f"there is no store at {url.database}; name one with --store, or make one: "
                "valuealign administer --instrument pvq-21"
            )
        engine = opening.open_engine(where)
        with opening.plainly(engine.url.database or where):
            upgrade(engine)
        return cls(engine)

    def close(self) -> None:
        """Let go of the database."""
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
        url = self.engine.url
        return url.database or "" if url.drivername == "sqlite" else url.render_as_string()

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
        on_commit: Callable[[Sequence[AttemptRecord]], None],
        on_trouble: Callable[[str], None],
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
        text = canonical(content)
        with opening.plainly(self.where), self.writing() as connection:
            row = {
                "seed": seed,
                "created_at": time.time(),
                "version": version,
                "content": keep(connection, "plan", [text])[text],
            }
            return int(connection.execute(insert(plans).returning(plans.c.id), row).scalar_one())

    def plan_administrations(
        self, plan: int, records: Sequence[AdministrationRecord]
    ) -> list[Planned]:
        """Put administrations into a plan; those that are there already keep their seed.

        Returns
        -------
        list of Planned
            One for each record, in their order: how far each is.
        """
        with opening.plainly(self.where), self.writing() as connection:
            keys = [content_id(record.identity()) for record in records]
            rows = _administration_rows(connection, keys, records)
            connection.execute(insert_new(connection, administrations), rows)
            ids = ids_by(connection, administrations, "key", keys)
            of_plan = [{"plan": plan, "administration": ids[key]} for key in dict.fromkeys(keys)]
            connection.execute(insert_new(connection, plan_administrations), of_plan)
            found = _progress(connection, list(ids.values()))
        return [found[ids[key]] for key in keys]

    def last_served(
        self, respondent_ids: Sequence[str]
    ) -> dict[str, tuple[str | None, str | None]]:
        """What answered last: the model name and fingerprint, by respondent."""
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
        found: dict[str, Served] = {}
        with self.reading() as connection:
            for who in respondent_ids:
                for _, model, fingerprint in connection.execute(query, {"who": who}):
                    found[who] = (model, fingerprint)
        return found

    def other_versions(self, instrument_id: str, instrument_hash: str) -> int:
        """How many administrations of the same instrument were given in another version."""
        query = select(func.count()).where(
            administrations.c.instrument_id == instrument_id,
            administrations.c.instrument_hash != instrument_hash,
        )
        with self.reading() as connection:
            return connection.execute(query).scalar_one()


def _administration_rows(
    connection: Connection, keys: list[str], records: Sequence[AdministrationRecord]
) -> list[dict[str, Any]]:
    kept: dict[str, dict[str, int]] = {}
    texts: dict[str, list[str]] = {}
    for kind in ("instrument", "respondent", "form"):
        texts[kind] = _canonical_each([getattr(record, kind) for record in records])
        kept[kind] = keep(connection, kind, texts[kind])
    return [
        {
            "key": key,
            **{kind: kept[kind][texts[kind][k]] for kind in kept},
            **{name: getattr(record, name) for name in _COLUMNS},
        }
        for k, (key, record) in enumerate(zip(keys, records, strict=True))
    ]


def _canonical_each(parts: Sequence[Mapping[str, Any]]) -> list[str]:
    """Canonical JSON of each; an object that comes again is not serialised again."""
    known: dict[int, str] = {}
    for part in parts:
        if id(part) not in known:
            known[id(part)] = canonical(part)
    return [known[id(part)] for part in parts]


_COLUMNS = (
    "instrument_id",
    "instrument_hash",
    "wording_hash",
    "respondent_id",
    "form_id",
    "form_name",
    "occasion",
    "elicitation",
    "seed",
    "n_cells",
)


def _progress(connection: Connection, ids: list[int]) -> dict[int, Planned]:
    seeds: dict[int, int] = {}
    done: dict[int, set[int]] = {id_: set() for id_ in ids}
    tried: dict[int, dict[int, int]] = {id_: {} for id_ in ids}
    for start in range(0, len(ids), 400):
        some = ids[start : start + 400]
        seeds.update(
            (id_, seed)
            for id_, seed in connection.execute(
                select(administrations.c.id, administrations.c.seed).where(
                    administrations.c.id.in_(some)
                )
            )
        )
        query = select(
            attempts.c.administration, attempts.c.position, attempts.c.number, attempts.c.final
        ).where(attempts.c.administration.in_(some))
        for administration, position, number, final in connection.execute(query):
            if final:
                done[administration].add(position)
            before = tried[administration].get(position, 0)
            tried[administration][position] = max(before, number)
    return {
        id_: Planned(
            id_,
            seeds[id_],
            frozenset(done[id_]),
            {p: n for p, n in tried[id_].items() if p not in done[id_]},
        )
        for id_ in ids
    }
