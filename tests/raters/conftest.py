"""Two scenes, and replies to them in a store."""

from __future__ import annotations

import pytest
from answering_server import answering, asked
from open_scenes import scenes_with

import valuealign as va


@pytest.fixture(scope="session")
def scenes():
    """Two scenes."""
    return scenes_with()


@pytest.fixture
def replied(tmp_path, scenes):
    """A function that lets models reply: model -> reply to every scene, or a function of it."""
    store = tmp_path / "study.db"

    def reply(instrument=scenes, **says):
        def answer(body):
            said = says[body["model"]]
            return said(asked(body)) if callable(said) else said

        with answering(answer) as server:
            va.administer(instrument, list(says), base_url=server.base_url, store=store)
        return store

    return reply
