"""Responses as frames: one row a response, or one row an administration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from valuealign.arguments import checked
from valuealign.errors import DataError
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.load import instrument_id
from valuealign.store.outcome import OUTCOMES
from valuealign.store.responses.design_frame import Selection
from valuealign.store.responses.over_stimuli import OverStimuli
from valuealign.store.responses.respondent_names import conditions_within, with_respondents
from valuealign.store.responses.responses_display import responses_html, responses_text
from valuealign.store.responses.source import Source
from valuealign.store.responses.store_source import StoreSource
from valuealign.store.store import Store
from valuealign.suggestion import Suggesting

if TYPE_CHECKING:
    import pandas as pd


@checked
def responses(
    store: str | Path | None = None,
    *,
    instrument: str | Path | Instrument | None = None,
    model: str | Sequence[str] | None = None,
    plan: int | None = None,
    pool: Sequence[str] = (),
) -> Responses:
    """Read responses from a store.

    Parameters
    ----------
    store : str or Path, optional
        A file or a database URL; by default ``VALUEALIGN_STORE`` or ``valuealign.db``.
    instrument : str, Path or Instrument, optional
        Only this instrument's: its id, its file, or the instrument itself.
    model : str or sequence of str, optional
        Only these models', by the name the endpoint knows.
    plan : int, optional
        Only what one plan asked for.
    pool : sequence of str
        Conditions (``"temperature"``, ``"elicitation"``) that are pooled by declaration: else
        two conditions of one model are two respondents. The respondent's name shows the pooling.

    Returns
    -------
    Responses
        ``.long``, ``.wide`` and ``.missing``.

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
    Store.open(store, must_exist=True, only_read=True).close()
    models = (model,) if isinstance(model, str) else None if model is None else tuple(model)
    wanted = None if instrument is None else instrument_id(instrument)
    return Responses(StoreSource(store, Selection(plan, wanted, models)), pool=pool)


class Responses(Suggesting):
    """Responses with every design factor as a column.

    Made by :func:`valuealign.responses`, :func:`valuealign.administer` and
    :func:`valuealign.as_responses`. The frames are read when they are first asked for.

    Attributes
    ----------
    long : DataFrame
        One row an item response: ``administration_id respondent_id model persona instrument
        item_id form occasion outcome value raw`` and every other design factor. ``value`` is
        the code in the instrument's own direction; NaN where there is no answer.
        ``respondent`` names the model and, where they differ, its conditions.
    wide : DataFrame
        One row an administration: the design columns, then one column an item.
    missing : DataFrame
        The rows of ``long`` that mean no answer: refusal, unreadable, failed.
    instrument : Instrument
        The instrument as it was administered.
    instruments : dict of str to Instrument
        Every instrument as it was administered, by id.

    Examples
    --------
    >>> import valuealign as va, tempfile
    >>> given = va.administer("pvq-21", "sim:yes", store=f"{tempfile.mkdtemp()}/study.db")
    >>> given
    <Responses: 1 administration of pvq-21>
    >>> sorted(set(given.long["value"]))
    [6.0]
    >>> given.instrument.scale("HE").items
    ('pvq10', 'pvq21')
    """

    def __init__(self, source: Source, *, pool: Sequence[str] = ()) -> None:
        self._source = source
        self.pool = tuple(pool)

    @classmethod
    def of_plan(
        cls,
        store: str | Path | None,
        plan: int | None,
        *,
        beside: tuple[str, str] | None = None,
    ) -> Responses:
        """Everything that one plan asked for, earlier runs included.

        With ``beside`` also the answers to an instrument that were elicited in another way, as
        those of people.
        """
        return cls(StoreSource(store, Selection(plan=plan, beside_plan=beside)))

    @property
    def store(self) -> str | Path | None:
        """The store of the responses; ``None`` for replies gathered elsewhere."""
        return self._source.store

    @property
    def source(self) -> Source:
        """What the responses are read from."""
        return self._source

    @cached_property
    def design(self) -> pd.DataFrame:
        """One row an administration, answered or not: every factor under which it was given."""
        return with_respondents(self._source.design(), self.pool)

    @cached_property
    def wide(self) -> pd.DataFrame:
        """One row an administration, one column an item."""
        return self._source.wide(self.design)

    @cached_property
    def long(self) -> pd.DataFrame:
        """One row an item response."""
        return self._source.long(self.design)

    @cached_property
    def instruments(self) -> Mapping[str, Instrument]:
        """Every instrument as it was last administered, by its id.

        Raises
        ------
        DataError
            A snapshot that this version cannot read.
        """
        return self._source.instruments()

    @property
    def instrument(self) -> Instrument:
        """The instrument as it was last administered.

        Raises
        ------
        DataError
            There are responses to several instruments, or to none; the message lists them.
        """
        names = list(self.instruments)
        if len(names) == 1:
            return self.instruments[names[0]]
        if not names:
            raise DataError("there are no responses, so there is no instrument; administer one")
        raise DataError(
            f"there are responses to {len(names)} instruments: {', '.join(names)}; name one: "
            "instrument=ID, or --instrument ID"
        )

    def only(self, instrument: str) -> Responses:
        """Return the same selection for one instrument.

        Parameters
        ----------
        instrument : str
            Its id.

        Returns
        -------
        Responses
            Items bear their own names in ``wide``, whatever else the store holds.
        """
        return Responses(self._source.only(instrument), pool=self.pool)

    def over_stimuli(self) -> Responses:
        """Return the same responses, with one respondent a model whatever it was asked about.

        The object of such responses is the stimulus, so its factors describe rows and not
        respondents.
        """
        return Responses(OverStimuli(self._source, self.pool), pool=self.pool)

    @property
    def missing(self) -> pd.DataFrame:
        """The responses that are not answers, with the raw reply."""
        return self.long[self.long["outcome"] != "answer"].reset_index(drop=True)

    @property
    def notice(self) -> str:
        """The wording that was given ("open form, not the official text")."""
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
        by = ["model", "instrument", "form"]
        by += conditions_within(self.design, by)
        grouped = long.groupby([*by, "outcome"], observed=True, dropna=False)
        counted = grouped.size().unstack(fill_value=0)
        for outcome in OUTCOMES:
            if outcome not in counted:
                counted[outcome] = 0
        return counted[list(OUTCOMES)].rename_axis(columns=None).reset_index()

    def _repr_html_(self) -> str:
        return responses_html(self.design, self.counts(), self.missing)

    def __repr__(self) -> str:
        """One line."""
        return responses_text(self.design)
