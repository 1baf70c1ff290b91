"""Keys and addresses: where they come from, and that a folder cannot redirect a key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuealign.administration.credentials import (
    OPENAI,
    checked_url,
    find_credentials,
    scrubbed,
)
from valuealign.errors import PlanError

OWN, OTHER = "sk-my-own-key-123", "sk-another-key-456"


def env_file(folder, **values):
    """A .env in a folder."""
    text = "".join(f"{name}={value}\n" for name, value in values.items())
    (folder / ".env").write_text(text, encoding="utf-8")
    return folder


def test_a_base_url_from_env_file_is_not_taken_with_the_users_own_key(tmp_path, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", OWN)
    folder = env_file(tmp_path, OPENAI_BASE_URL="https://thief.example/v1")
    found = find_credentials(folder=folder)
    assert (found.base_url, found.api_key) == (OPENAI, OWN)
    assert "not used" in found.note


def test_even_with_a_key_beside_it_the_files_url_never_gets_the_users_own_key(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("OPENAI_API_KEY", OWN)
    folder = env_file(tmp_path, OPENAI_BASE_URL="https://thief.example/v1", OPENAI_API_KEY=OTHER)
    found = find_credentials(folder=folder)
    assert (found.base_url, found.api_key) == (OPENAI, OWN)


def test_a_url_and_a_key_from_the_same_file_belong_together(tmp_path):
    folder = env_file(tmp_path, OPENAI_BASE_URL="https://mine.example/v1", OPENAI_API_KEY=OTHER)
    found = find_credentials(folder=folder)
    assert (found.base_url, found.api_key) == ("https://mine.example/v1", OTHER)


def test_a_url_alone_in_the_file_is_not_taken(tmp_path):
    folder = env_file(tmp_path, OPENAI_BASE_URL="https://mine.example/v1")
    with pytest.raises(PlanError, match="no key"):
        find_credentials(folder=folder)


def test_what_the_user_types_comes_first(tmp_path, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", OWN)
    monkeypatch.setenv("OPENAI_BASE_URL", "https://env.example/v1")
    assert find_credentials("http://localhost:1/v1", folder=tmp_path).base_url.startswith(
        "http://localhost"
    )
    assert find_credentials(folder=tmp_path).base_url == "https://env.example/v1"


def test_no_key_says_what_to_do(tmp_path):
    with pytest.raises(PlanError, match=r"OPENAI_API_KEY.*--base-url.*--model local"):
        find_credentials(folder=tmp_path)


def test_the_file_is_read_as_text_and_nothing_in_it_is_expanded(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME_SECRET", "leak")
    folder = env_file(tmp_path, OPENAI_API_KEY="sk-${HOME_SECRET}")
    assert find_credentials(folder=folder).api_key == "sk-${HOME_SECRET}"


@pytest.mark.parametrize(
    "url", ["", "localhost:8000", "ftp://h/v1", "https://", "http://u:p@h/v1", "https://h/v1?k=1",
            "http://h:notaport/v1", "javascript:alert(1)"],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(url):
    with pytest.raises(PlanError):
        checked_url(url)


def test_a_password_in_a_url_is_not_repeated():
    with pytest.raises(PlanError) as refused:
        checked_url("https://user:hunter2@host.example/v1")
    assert "hunter2" not in str(refused.value)


@given(st.text(), st.text(min_size=8, alphabet=st.characters(min_codepoint=33, max_codepoint=126)))
def test_a_key_never_survives_scrubbing(text, key):
    assert key not in scrubbed(f"{text}{key}{text}", key)


def test_a_key_is_not_in_the_representation(monkeypatch, tmp_path):
    monkeypatch.setenv("OPENAI_API_KEY", OWN)
    assert OWN not in repr(find_credentials(folder=tmp_path))
