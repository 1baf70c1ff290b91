"""All evidence about the responses to one instrument.

The verdict, the report, a study and the commands read it, so that a number they share is one
number.
"""

from __future__ import annotations

from functools import cached_property

from valuealign.errors import DataError
from valuealign.inquiry.number import Number, unavailable
from valuealign.inquiry.number_kinds import NUMBERS
from valuealign.inquiry.numbers import COMPUTE, of_human_sample
from valuealign.inquiry.results import Results


class Evidence(Results):
    """Analyses of responses, and the numbers that decide claims.

    Examples
    --------
    >>> import valuealign as va, tempfile
    >>> given = va.administer("pvq-21", "sim:yes", store=f"{tempfile.mkdtemp()}/study.db")
    >>> evidence = Evidence(given)
    >>> evidence.respondents, evidence.number("answered", "sim:yes").value
    (('sim:yes',), 1.0)
    """

    def number(
        self,
        name: str,
        respondent: str,
        *,
        versus: str | None = None,
        construct: str | None = None,
    ) -> Number:
        """Return one of the numbers that decide claims.

        Parameters
        ----------
        name : str
            A name in :data:`valuealign.inquiry.number_kinds.NUMBERS`.
        respondent : str
        versus : str, optional
            The other respondent, of a number about two.
        construct : str, optional
            The model, of a number about one construct.

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
        kind = NUMBERS[name]
        other = {"respondent": None, "pair": versus, "construct": construct}[kind.of]
        if kind.of != "respondent" and other is None:
            return unavailable(f"{kind.about} is about a {kind.of}, and none was named")
        key = (name, respondent, other)
        if key not in self._numbers:
            of = (respondent,) if other is None else (respondent, other)
            kept = all(len(self.sheets(who)) for who in (respondent, versus) if who)
            self._numbers[key] = (
                COMPUTE[name](self, *of)
                if kept
                else unavailable("the declared rules leave out every row")
            )
        return self._numbers[key]

    @cached_property
    def _numbers(self) -> dict[tuple[str, str, str | None], Number]:
        return {}

    @cached_property
    def of_human_sample(self) -> dict[str, Number]:
        """The same numbers of the human sample, as far as its moments carry them."""
        return of_human_sample(self)
