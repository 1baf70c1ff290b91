"""Keys and addresses: where they come from, and that a folder cannot redirect a key."""

from __future__ import annotations

import pytest

from valuealign.administration.endpoint.address import read_address
from valuealign.administration.endpoint.credentials import OPENAI, clean_key, find_credentials
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
    "url",
    [
        "",
        "localhost:8000",
        "ftp://h/v1",
        "https://",
        "http://h:notaport/v1",
        "javascript:alert(1)",
        "https://h/v1 sk-secret-0123456789",
        "http://h:99999/v1",
    ],
)
def test_an_address_that_is_none_is_refused_and_not_repeated(url):
    with pytest.raises(PlanError) as refused:
        read_address(url)
    assert "sk-secret" not in str(refused.value)


SECRET = "sk-path-0123456789abcdef"  # noqa: S105


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("HTTPS://Host.example:8443/v1/", "https://host.example:8443/v1"),
        (f"https://me:{SECRET}@host.example/v1", "https://host.example/v1"),
        (f"https://{SECRET}@host.example/v1", "https://host.example/v1"),
        (f"https://host.example/v1?api-key={SECRET}", "https://host.example/v1?api-key=***"),
        (f"https://host.example/v1?x={SECRET}", "https://host.example/v1?x=***"),
        ("https://host.example/v1?token=abc", "https://host.example/v1?token=***"),
        (f"https://host.example/{SECRET}/v1", "https://host.example/***/v1"),
        ("https://host.example/v1/8f3k2j9d0a1b4c5e6f7a/x", "https://host.example/v1/***/x"),
        (
            "https://h.example/v1?api-version=2025-01-01",
            "https://h.example/v1?api-version=2025-01-01",
        ),
        (
            "https://h.example/deployments/gpt-4o-2024-08-06/v1",
            "https://h.example/deployments/gpt-4o-2024-08-06/v1",
        ),
        ("http://[::1]:8000/v1", "http://[::1]:8000/v1"),
    ],
)
def test_what_is_shown_of_an_address_holds_no_key_and_is_the_same_for_another_key(url, shown):
    assert read_address(url).shown == shown
    assert read_address(url.replace("0123456789abcdef", "fedcba9876543210")).shown == shown
    assert SECRET not in repr(read_address(url))


def test_a_key_in_the_path_is_known_by_being_the_users_key():
    assert read_address("https://h.example/plainword/v1", "plainword").shown.endswith("/***/v1")
    assert read_address("https://h.example/plainword/v1").shown.endswith("/plainword/v1")


def test_a_password_in_a_url_is_sent_only_where_no_key_is_set(monkeypatch, tmp_path):
    url = "https://me:hunter2hunter2@host.example/v1"
    assert find_credentials(url, folder=tmp_path).address.user == "me:hunter2hunter2"
    assert "hunter2hunter2" in find_credentials(url, folder=tmp_path).secrets
    monkeypatch.setenv("OPENAI_API_KEY", OWN)
    assert "are not sent" in find_credentials(url, folder=tmp_path).note


@pytest.mark.parametrize("around", ["{}\n", " {}", "{}\r\n", '"{}"', "'{}' ", "\t{}\u00a0"])
def test_what_stands_around_a_key_is_removed_and_reported(around):
    key, note = clean_key(around.format(OWN))
    assert key == OWN
    assert "were removed" in note
    assert OWN not in note


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("\u201csk-0123456789\u201d", "left double quotation mark"),
        ("sk-0123\u20194567", r"right single quotation mark\) at character 8"),
        ("sk-01\u04304567", "cyrillic small letter a"),
        ("sk-0123 4567", "a blank"),
        ("sk-0123\n4567", "a line end"),
        ("sk-0123\x004567", "control character"),
        ("\ufeffsk-01234567", "zero width no-break space"),
    ],
)
def test_a_character_that_no_key_holds_is_named_and_the_key_is_not(key, says):
    with pytest.raises(PlanError, match=says) as refused:
        clean_key(key)
    assert "0123" not in str(refused.value)


@pytest.mark.parametrize("key", [None, "", "  \n"])
def test_an_empty_key_is_no_key(key):
    assert clean_key(key) == (None, None)


def test_a_word_that_local_servers_ask_for_is_no_secret(monkeypatch, tmp_path):
    monkeypatch.setenv("OPENAI_API_KEY", "lm-studio")
    assert find_credentials("http://localhost:1234/v1", folder=tmp_path).secrets == ()


def test_a_key_is_not_in_the_representation(monkeypatch, tmp_path):
    monkeypatch.setenv("OPENAI_API_KEY", OWN)
    assert OWN not in repr(find_credentials(folder=tmp_path))
