"""Changes of the served model's name or fingerprint during a plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from valuealign.administration.reply.reply import Reply
from valuealign.errors import ServedModelChanged
from valuealign.respondent import Respondent

Name = tuple[str | None, str | None]


class Served:
    """Watches which model serves the replies.

    Parameters
    ----------
    on_change : {"stop", "continue", "strict"}
        "strict" also stops at another fingerprint of the same model.
    say : callable
        Told of a change that the user chose to live with.
    """

    def __init__(self, on_change: str, say: Callable[[str], None]) -> None:
        self._on_change = on_change
        self._say = say
        self._last: dict[str, Name] = {}
        self._said: set[str] = set()

    def remember(self, last: Mapping[str, Name]) -> None:
        """Record the models that served before this run, by respondent id."""
        self._last.update(last)

    def check(self, respondent: Respondent, reply: Reply) -> None:
        """Compare a reply with the one before it.

        Raises
        ------
        ServedModelChanged
            Something else answers, and the user did not choose to go on.
        """
        model, fingerprint = reply.model_returned, reply.system_fingerprint
        before_model, before_print = self._last.get(respondent.id, (None, None))
        # A reply that names no model or no fingerprint says nothing about a change.
        self._last[respondent.id] = (model or before_model, fingerprint or before_print)
        if before_model and model and before_model != model:
            self.changed(
                f"{respondent.model} was answered by {before_model!r} and now by {model!r}"
            )
        elif before_print and fingerprint and before_print != fingerprint:
            self._another_fingerprint(respondent.model, before_print, fingerprint)

    def _another_fingerprint(self, model: str, before: str, now: str) -> None:
        """Providers serve one model from machines of several configurations at once."""
        what = f"the fingerprint of {model} was {before!r} and is now {now!r}"
        if self._on_change == "strict":
            raise ServedModelChanged(
                f"{what}: its configuration changed; go on without --on-change strict, or start "
                "another store with --store"
            )
        self._say_once(f"fingerprint {model}", f"{what}; each response carries its own")

    def changed(self, what: str) -> None:
        """Stop the run or report the change; every attempt records the served model in any case."""
        if self._on_change != "continue":
            raise ServedModelChanged(
                f"{what}; go on with --on-change continue, or start another store with --store"
            )
        self._say_once(what, f"{what}; going on, as you chose")

    def _say_once(self, key: str, text: str) -> None:
        if key not in self._said:
            self._said.add(key)
            self._say(text)
