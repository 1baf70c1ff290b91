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
}


@click.command("doctor")
@click.option("--reach", is_flag=True, help="Ask the endpoint for its list of models.")
@json_option
def command(reach: bool, as_json: bool) -> None:
    """Say what is installed, configured and, with --reach, reachable. Keys are never shown.

    \b
    Example:
      valuealign doctor --reach
    """
    found = [*_installed(), *_configured(), *_here()]
    if reach:
        found.append(_reached())
    if as_json:
        emit_json(found)
    else:
        emit_table(found)
    sys.exit(1 if any(row["state"] == "missing" for row in found) else 0)


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
    from valuealign.administration.cost import load_prices, price_file
    from valuealign.administration.credentials import find_credentials
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
    from valuealign.local import is_fetched, model_path
    from valuealign.store.store import default_store

    store = default_store()
    there = "://" in store or Path(store).exists()
    fetched = is_fetched()
    return [
        _row("store", "ok" if there else "not yet", store),
        _row("wordings and pictures", "ok", str(data_folder())),
        _row(
            "local model",
            "ok" if fetched else "not fetched",
            str(model_path()) if fetched else "valuealign local fetch brings it",
        ),
    ]


def _reached() -> dict[str, Any]:
    import httpx2

    from valuealign.administration.credentials import find_credentials, scrubbed
    from valuealign.errors import PlanError

    try:
        found = find_credentials()
    except PlanError as error:
        return _row("reachable", "not asked", str(error))
    headers = {"Authorization": f"Bearer {found.api_key}"} if found.api_key else {}
    try:
        reply = httpx2.get(f"{found.base_url}/models", headers=headers, timeout=10.0)
    except httpx2.HTTPError as error:
        return _row("reachable", "no", scrubbed(str(error) or type(error).__name__, found.api_key))
    said = "answers" if reply.status_code == 200 else f"answers with HTTP {reply.status_code}"
    return _row("reachable", "yes" if reply.status_code == 200 else "no", said)
