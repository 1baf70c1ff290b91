"""``valuealign local``: fetch and serve the small model that needs no key."""

from __future__ import annotations

import time

import click

from valuealign_cli.output import emit_json, emit_text, json_option, say


@click.group("local")
def command() -> None:
    """Download and serve the small model that needs no key.

    \b
    Example:
      valuealign local fetch
    """


@command.command("fetch")
@json_option
def fetch_(as_json: bool) -> None:
    """Download SmolLM2-135M-Instruct (Apache-2.0, 93 MB) to your cache, and verify it.

    \b
    Example:
      valuealign local fetch
    """
    from valuealign.local import LICENCE, NAME, SHA256, fetch, missing

    path = fetch(say=say)
    if problem := missing():
        say(problem)
    if as_json:
        emit_json({"model": NAME, "licence": LICENCE, "sha256": SHA256, "path": str(path)})


@command.command("serve")
@click.option("--port", default=8080, show_default=True, help="0 selects a free port.")
def serve_(port: int) -> None:
    """Serve the local model as an OpenAI-compatible endpoint until Ctrl-C.

    \b
    Example:
      valuealign local serve --port 8080
    """
    from valuealign.local import serve

    with serve(port=port) as running:
        emit_text(running.base_url)
        say("press Ctrl-C to stop")
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            say("ended")
