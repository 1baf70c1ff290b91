"""``valuealign doctor``: what is installed, configured and reachable."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any

import click

from valuealign_cli.output import emit_json, emit_table, json_option

_NEEDED = ("openai", "sqlalchemy", "pandas", "numpy", "scipy", "semopy", "factor-analyzer")
_EXTRAS = {
    "xllamacpp": "the local model; pip install 'valuealign[local]'",
    "pyarrow": "Parquet files; pip install 'valuealign[exports]'",
    "pyreadstat": "SPSS files; pip install 'valuealign[exports]'",
    "openpyxl": "Excel files; pip install 'valuealign[exports]'",
    "starlette": "the web form; pip install 'valuealign[serve]'",
}


@click.command("doctor")
@click.option("--reach", is_flag=True, help="Ask the endpoint for its list of models.")
@click.option("--base-url", help="Ask this endpoint one question; report what it supports.")
@click.option("--model", help="With --base-url: the model to ask.  [default: the first it lists]")
@click.option(
    "--timeout", default=60.0, show_default=True, help="Longest silence of a request, in seconds."
)
@json_option
def command(
    reach: bool, base_url: str | None, model: str | None, timeout: float, as_json: bool
) -> None:
    """Show what is installed, configured and, with --reach, reachable. Keys are never shown.

    With --base-url one question is asked in three ways (a choice, JSON, log-probabilities), and
    what the endpoint supports is reported instead.

    \b
    Example:
      valuealign doctor --reach
      valuealign doctor --base-url http://localhost:11434/v1 --model llama3.2
    """
    if base_url is not None:
        found = _supported(base_url, model, timeout)
    else:
        found = [*_installed(), *_configured(), *_here()]
        found += [_reached()] if reach else []
    if as_json:
        emit_json(found)
    else:
        emit_table(found)
    failed = any(row["state"] == "missing" for row in found)
    sys.exit(1 if failed or any(_silent(row) for row in found) else 0)


def _silent(row: dict[str, Any]) -> bool:
    return (row["what"], row["state"]) == ("answers", "no")


def _supported(base_url: str, model: str | None, timeout: float) -> list[dict[str, Any]]:
    from valuealign.supply.probe import probe

    rows = probe(base_url, model, timeout=timeout)
    return [_row(row.what, row.state, row.detail) for row in rows]


def _row(what: str, state: str, detail: str) -> dict[str, Any]:
    return {"what": what, "state": state, "detail": detail}


def _installed() -> list[dict[str, Any]]:
    python = f"{platform.python_version()} on {platform.system()}"
    rows = [_row("valuealign", "ok", version("valuealign")), _row("Python", "ok", python)]
    for name in _NEEDED:
        try:
            rows.append(_row(name, "ok", version(name)))
        except PackageNotFoundError:
            rows.append(_row(name, "missing", "pip install valuealign again"))
    for name, purpose in _EXTRAS.items():
        here = find_spec(name) is not None
        rows.append(_row(name, "ok" if here else "not installed", purpose))
    return rows


def _configured() -> list[dict[str, Any]]:
    from valuealign.administration.endpoint.credentials import find_credentials
    from valuealign.administration.run.cost import load_prices, price_file
    from valuealign.errors import PlanError

    rows = []
    try:
        found = find_credentials()
        key = "a key is set" if found.api_key else "no key"
        rows.append(_row("endpoint", "ok", f"{found.base_url}, {key}"))
        if found.note:
            rows.append(_row(".env", "note", found.note))
    except PlanError as error:
        rows.append(_row("endpoint", "not set", str(error)))
    try:
        prices = load_prices()
        detail = f"{len(prices)} models in {price_file()}" if prices else f"none in {price_file()}"
        rows.append(_row("prices", "ok" if prices else "not set", detail))
    except PlanError as error:
        rows.append(_row("prices", "wrong", str(error)))
    return rows


def _here() -> list[dict[str, Any]]:
    from pathlib import Path

    from valuealign.instrument.folders import data_folder
    from valuealign.local import missing, model_path
    from valuealign.store.store import default_store

    store = default_store()
    there = "://" in store or Path(store).exists()
    problem = missing()
    return [
        _row("store", "ok" if there else "not yet", store),
        _row("wordings and pictures", "ok", str(data_folder())),
        _row(
            "local model",
            "not ready" if problem else "ok",
            problem or str(model_path()),
        ),
    ]


def _reached() -> dict[str, Any]:
    import asyncio

    from valuealign.administration.endpoint.credentials import find_credentials
    from valuealign.administration.endpoint.endpoint import Endpoint
    from valuealign.administration.endpoint.limits import TimeLimits
    from valuealign.administration.reply.reply import Exchange
    from valuealign.errors import PlanError

    async def ask() -> Exchange:
        endpoint = Endpoint(find_credentials(), concurrency=1, limits=TimeLimits.of(10.0))
        try:
            return await endpoint.models()
        finally:
            await endpoint.close()

    try:
        exchange = asyncio.run(ask())
    except PlanError as error:
        return _row("reachable", "not asked", str(error))
    if exchange.status == "ok":
        return _row("reachable", "yes", "answers")
    if exchange.http_status:
        return _row("reachable", "no", f"answers with HTTP {exchange.http_status}")
    return _row("reachable", "no", exchange.error or exchange.status)
