"""The doctor says what is there, and never a key."""

from __future__ import annotations

import json

from click.testing import CliRunner
from valuealign_cli.main import valuealign

from valuealign.instrument.load import load_instrument
from valuealign.simulation import serve

KEY = "sk-very-secret-0123456789"


def doctor(*words):
    """Rows by name."""
    done = CliRunner().invoke(valuealign, ["doctor", "--json", *words], catch_exceptions=False)
    assert KEY not in done.output
    return {row["what"]: row for row in json.loads(done.stdout)}, done.exit_code


def test_it_says_what_is_set_and_what_to_do_where_nothing_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows, code = doctor()
    assert code == 0
    assert rows["endpoint"]["state"] == "not set"
    assert "OPENAI_API_KEY" in rows["endpoint"]["detail"]
    assert rows["store"]["state"] == "not yet"


def test_it_reaches_an_endpoint_without_showing_the_key(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with serve("yes", load_instrument("pvq-21")) as endpoint:
        monkeypatch.setenv("OPENAI_BASE_URL", endpoint.base_url)
        rows, _ = doctor("--reach")
        assert rows["reachable"]["state"] == "yes"
        assert rows["endpoint"]["detail"] == f"{endpoint.base_url}, a key is set"
    rows, _ = doctor("--reach")
    assert rows["reachable"]["state"] == "no"


def test_a_redirecting_env_file_is_told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    (tmp_path / ".env").write_text("OPENAI_BASE_URL=https://thief.example/v1\n", encoding="utf-8")
    rows, _ = doctor()
    assert "not used" in rows[".env"]["detail"]
