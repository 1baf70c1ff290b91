"""The table in docs/endpoints.md says what endpoints.yaml says."""

from __future__ import annotations

from pathlib import Path

from valuealign.administration.endpoint.known_endpoints import known_endpoints

PAGE = Path(__file__).parents[2] / "docs" / "endpoints.md"
COLUMNS = (
    "endpoint",
    "base URL holds",
    "seed",
    "output limit",
    "alternatives",
    "JSON schema",
    "own fields",
    "not documented",
)
HEAD = f"| {' | '.join(COLUMNS)} |\n{'|---' * len(COLUMNS)}|\n"


def table():
    """The rows that belong into the page."""
    return HEAD + "".join(f"| {' | '.join(row(known))} |\n" for known in known_endpoints())


def row(known):
    """The cells of one endpoint."""
    schema = {True: "yes", False: "no", None: "-"}[known.json_schema]
    top = "-" if known.top_logprobs is None else str(known.top_logprobs or "none")
    count = ", as `logprobs`" if known.logprobs == "count" else ""
    further = "".join(f" [{n}]({page})" for n, page in enumerate(known.sources, start=2))
    return [
        f"[{known.name}]({known.docs}){further}",
        ", ".join(f"`{host}`" for host in known.hosts),
        f"`{known.seed}`" if known.seed else "-",
        f"`{known.limit}`" if known.limit else "-",
        top + count,
        schema,
        "<br>".join(f"`--extra '{field}'`" for field in known.extra) or "-",
        known.open or "-",
    ]


def test_the_page_holds_what_the_data_hold():
    assert table() in PAGE.read_text(encoding="utf-8"), f"the table is now:\n{table()}"
