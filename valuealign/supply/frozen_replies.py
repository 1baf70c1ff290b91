"""A plan about replies keeps its replies: those that came later wait for the next plan."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from valuealign.administration.plan.plan import Plan
from valuealign.content import canonical
from valuealign.store.database.engine import is_missing, plainly
from valuealign.store.database.untrusted_file import as_written
from valuealign.store.origins import earlier_plans, n_done, read_manifest
from valuealign.store.store import Store
from valuealign.supply.reply_set import ReplySet

_OF_THE_LIST = ("manifest", "n")


def frozen(plan: Plan, replies: ReplySet, store: str) -> tuple[Plan, list[str]]:
    """Give a plan the replies with which it was begun.

    A plan that is under way, or that is about a limited number of replies, keeps its list. One
    that is done takes up what came since.

    Parameters
    ----------
    plan : Plan
        About all the replies that there are now.
    replies : ReplySet
        Those that it is about.
    store : str
        Where the ratings go.

    Returns
    -------
    tuple of Plan and list of str
        The plan, and what the user should know of it.
    """
    listed = _earlier_list(plan, replies, store)
    if listed is None:
        return plan, []
    kept = replies.only(listed)
    notes = []
    if newer := len(set(replies.hashes) - set(listed)) if not replies.limited else 0:
        notes.append(f"{newer:,} replies came since this plan began; rate them when it is done")
    if gone := len(listed) - len(kept):
        notes.append(f"{gone:,} replies of this plan are no longer in the store")
    return replace(plan, about=kept), notes


def _earlier_list(plan: Plan, replies: ReplySet, store: str) -> list[str] | None:
    """The replies of the last plan that asked the same, if it is to go on with these."""
    if is_missing(store):
        return None
    wanted = json.loads(canonical(plan.content()))
    with (
        Store.open(store, must_exist=True, only_read=True) as opened,
        plainly(opened.where),
        as_written(opened.where),
        opened.reading() as connection,
    ):
        for number, content in earlier_plans(connection):
            if _without_list(content) != _without_list(wanted):
                continue
            about = content["about"]
            if about["manifest"] == wanted["about"]["manifest"]:
                return None
            n_cells = plan.n_cells // max(len(replies), 1) * about["n"]
            if not replies.limited and n_done(connection, number) >= n_cells:
                return None
            return read_manifest(connection, about["manifest"])
    return None


def _without_list(content: Mapping[str, Any]) -> dict[str, Any]:
    about = content.get("about") or {}
    return {**content, "about": {n: v for n, v in about.items() if n not in _OF_THE_LIST}}
