"""What answers: the model name and fingerprint, and whether they change in mid-plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from valuealign.administration.reply import Reply
from valuealign.errors import ServedModelChanged
from valuealign.respondent import Respondent

Name = tuple[str | None, str | None]


class Served:
    """Watches who answers.

    Parameters
    ----------
    on_change : {"stop", "continue"}
    say : callable
        Told of a change that the user chose to live with.
    """

    def __init__(self, on_change: str, say: Callable[[str], None]) -> None:
        self._on_change = on_change
        self._say = say
        self._last: dict[str, Name] = {}
        self._said: set[str] = set()

    def remember(self, last: Mapping[str, Name]) -> None:
        """What answered before this run, by respondent id."""
        self._last.update(last)

    def check(self, respondent: Respondent, reply: Reply) -> None:
        """Compare a reply with the one before it.

        Raises
        ------
        ServedModelChanged
            Something else answers, and the user did not choose to go on.
        """
        model, fingerprint = reply.model, reply.system_fingerprint
        before = self._last.get(respondent.id)
        self._last[respondent.id] = (model, fingerprint)
        if before is None:
            return
        if before[0] != model:
            self.changed(f"{respondent.model} was answered by {before[0]!r} and now by {model!r}")
        elif before[1] != fingerprint:
            self.changed(
                f"the fingerprint of {respondent.model} was {before[1]!r} and is now "
                f"{fingerprint!r}: its configuration changed"
            )

    def changed(self, what: str) -> None:
        """Stop, or say it and go on; either way every attempt carries who answered."""
        if self._on_change == "stop":
            raise ServedModelChanged(
                f"{what}; go on with --on-change continue, or start another store with --store"
            )
        if what not in self._said:  # fingerprints come and go; each change is said once
            self._said.add(what)
            self._say(f"{what}; going on, as you chose")
