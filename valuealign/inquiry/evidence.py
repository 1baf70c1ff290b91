"""Everything that is known about some responses to one instrument.

The verdict, the report, a study and the commands read it, so that a number they share is one
number.
"""

from __future__ import annotations

from functools import cached_property

from valuealign.errors import DataError
from valuealign.inquiry.number import Number, unavailable
from valuealign.inquiry.numbers import NUMBERS, of_human_sample
from valuealign.inquiry.results import Results


class Evidence(Results):
    """Analyses of responses, and the numbers that claims rest on.

    Examples
    --------
    >>> import valuealign as va, tempfile
    >>> given = va.administer("pvq-21", "sim:yes", store=f"{tempfile.mkdtemp()}/study.db")
    >>> evidence = Evidence(given)
    >>> evidence.respondents, evidence.number("answered", "sim:yes").value
    (('sim:yes',), 1.0)
    """

    def number(self, name: str, respondent: str) -> Number:
        """One of the numbers that claims rest on.

        Parameters
        ----------
        name : str
            A name in :data:`valuealign.inquiry.numbers.NUMBERS`.
        respondent : str

        Returns
        -------
        Number

        Raises
        ------
        DataError
            There is no number of that name.
        """
        if name not in NUMBERS:
            raise DataError(f"there is no number {name!r}; there are {', '.join(NUMBERS)}")
        key = (name, respondent)
        if key not in self._numbers:
            self._numbers[key] = (
                NUMBERS[name].compute(self, respondent)
                if len(self.sheets(respondent))
                else unavailable("the declared rules leave out every row")
            )
        return self._numbers[key]

    @cached_property
    def _numbers(self) -> dict[tuple[str, str], Number]:
        return {}

    @cached_property
    def of_human_sample(self) -> dict[str, Number]:
        """The same numbers of the human sample, as far as its moments carry them."""
        return of_human_sample(self)
