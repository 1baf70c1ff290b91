"""A key never passes: whole or in part, in any spelling, in bodies, headers and errors."""

from __future__ import annotations

import base64
import contextlib
import html
import json
import urllib.parse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuealign.administration.endpoint.scrubber import Scrubber
from valuealign.administration.reply.reply import Exchange, parse

KEYS = st.text(
    min_size=16, max_size=60, alphabet=st.characters(min_codepoint=33, max_codepoint=126)
).filter(lambda key: len(set(key)) > 8)
WORDS = st.text(max_size=40)


def escaped(key):
    """Every character as a JSON escape."""
    return "".join(f"\\u{ord(c):04x}" for c in key)


def percent(key):
    """Every character as a URL escape."""
    return "".join(f"%{ord(c):02X}" for c in key)


SPELLINGS = {
    "as it is": lambda key: key,
    "in capitals": str.upper,
    "JSON escapes": escaped,
    "escapes of JSON escapes": lambda key: json.dumps(escaped(key))[1:-1],
    "URL escapes": percent,
    "escapes of URL escapes": lambda key: urllib.parse.quote(percent(key)),
    "quoted for a URL": lambda key: urllib.parse.quote(key, safe=""),
    "HTML numbers": lambda key: "".join(f"&#{ord(c)};" for c in key),
    "HTML names": html.escape,
    "hexadecimal escapes": lambda key: "".join(f"\\x{ord(c):02x}" for c in key),
    "base64": lambda key: base64.b64encode(key.encode()).decode(),
    "base64 of a header": lambda key: base64.b64encode(f"user:{key}".encode()).decode(),
    "base64 of another header": lambda key: base64.b64encode(f"Bearer {key}".encode()).decode(),
    "base64 for URLs": lambda key: base64.urlsafe_b64encode(key.encode()).decode(),
    "hexadecimal": lambda key: key.encode().hex(),
    "broken in two by a line end": lambda key: f"{key[: len(key) // 2]}\n{key[len(key) // 2 :]}",
    "broken by a zero-width space": lambda key: f"{key[:9]}\u200b{key[9:]}",
    "broken every five": lambda key: " ".join(key[k : k + 5] for k in range(0, len(key), 5)),
}


def plain(text):
    """A text with every escape resolved and white space gone, in lower case."""
    for _ in range(4):
        text = html.unescape(urllib.parse.unquote(text))
        with contextlib.suppress(ValueError):
            text = json.loads(f'"{text}"')
    return "".join(text.split()).replace("\u200b", "").lower()


def parts(key, size=8):
    """Every part of the key of so many characters."""
    return [key[k : k + size].lower() for k in range(len(key) - size + 1)]


def leaks(text, key):
    """Whether a part of eight characters or more can be read, plainly or from base64 or hex."""
    forms = [key, key.encode().hex()]
    return any(part in plain(text) for form in forms for part in parts(form, 12))


@given(KEYS, WORDS, WORDS, st.sampled_from(list(SPELLINGS)))
def test_no_spelling_of_a_key_survives(key, before, after, spelling):
    text = f"{before} {SPELLINGS[spelling](key)} {after}"
    scrubbed = Scrubber([key]).text(text)
    assert not leaks(scrubbed, key)
    coded = base64.b64encode(key.encode()).decode()[4:-4]
    assert coded.lower() not in scrubbed.lower()


@given(KEYS, st.data(), WORDS)
def test_no_part_of_eight_characters_survives(key, data, words):
    start = data.draw(st.integers(0, len(key) - 8))
    stop = data.draw(st.integers(start + 8, len(key)))
    for shape in ("{}", "{}...", "{}****", "...{}", "key={}&x=1", '"{}"'):
        scrubbed = Scrubber([key]).text(f"{words} {shape.format(key[start:stop])}")
        assert not any(part in plain(scrubbed) for part in parts(key[start:stop]))


@pytest.mark.parametrize(
    "escape", ["\\n", "\\r", "\\t", "\\/", "\\u0041", "\\x41", "%41", "&amp;", "&#65;"]
)
def test_a_key_that_holds_the_characters_of_an_escape_is_masked(escape):
    key = f"0123456{escape}89abcdefgh"
    scrubber = Scrubber([key])
    for k in range(len(key) - 7):
        part = key[k : k + 8]
        for text in (part, f"x {part} y", f"x {part} y\\nz %41"):
            assert part not in scrubber.text(text)
            assert part.encode() not in scrubber.body(text.encode())
    assert "***" in scrubber.text(key[:9] + "\n" + key[9:])


@given(
    KEYS,
    st.recursive(
        st.text(max_size=8) | st.integers() | st.none(),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
        ),
        max_leaves=8,
    ),
    st.sampled_from(list(SPELLINGS)),
    st.booleans(),
)
def test_a_body_of_json_stays_json_without_the_key(key, value, spelling, as_name):
    echoed = SPELLINGS[spelling](key)
    body = json.dumps({echoed: value} if as_name else {"a": value, "b": [f"x {echoed} y"]})
    scrubbed = Scrubber([key]).body(body.encode())
    assert json.loads(scrubbed)
    assert not leaks(scrubbed.decode("utf-8", "replace"), key)
    assert not leaks(str(json.loads(scrubbed)), key)


@given(st.binary(max_size=200), KEYS)
def test_any_bytes_are_scrubbed(body, key):
    scrubbed = Scrubber([key]).body(body + key.encode() + body)
    assert not any(part.encode() in scrubbed.lower() for part in parts(key, 12))


@pytest.mark.parametrize("beside", ["\u0130", "\u0130" * 9, "\u03a3", "\u1e9e", "\ufb01"])
def test_a_letter_whose_lower_case_is_longer_hides_no_key(beside):
    key = "0000000A1234567A"
    for text in (beside + key + beside, f"{beside} {key[4:14]} {beside}"):
        assert not leaks(Scrubber([key]).text(text), key)
        assert not leaks(Scrubber([key]).body(text.encode()).decode(), key)
    other = f"abcd{beside}efgh0123"
    assert other not in Scrubber([other]).text(f"x {other} y")


@given(st.text(max_size=300))
def test_what_holds_no_key_is_the_same_object(text):
    scrubber = Scrubber(["sk-proj-0123456789abcdefABCDEF"])
    if not any(part in plain(text) for part in parts("sk-proj-0123456789abcdefABCDEF", 4)):
        assert scrubber.text(text) is text
    body = json.dumps({"choices": [{"message": {"content": text}}]}).encode()
    assert json.loads(scrubber.body(body)) == json.loads(body)


def test_escapes_that_hide_nothing_are_kept():
    body = b'{"a": "caf\\u0065 50%25 &amp; \\/", "b": "testing"}'
    assert Scrubber(["testkey123"]).body(body) is body


def test_headers_errors_and_what_is_parsed_from_a_body_hold_no_key():
    key = "sk-very-secret-0123456789"
    body = json.dumps({"error": {"message": f"bad key {escaped(key)}"}}).replace("\\\\u", "\\u")
    exchange = Exchange(
        "http",
        307,
        {"location": f"https://x.example/?k={urllib.parse.quote(key)}"},
        body.encode(),
        f"cannot connect to https://{key}@host",
    )
    scrubbed = Scrubber([key]).exchange(exchange, 5.0)
    assert not leaks(str(scrubbed), key)
    assert parse(scrubbed).error == "bad key ***"
    assert scrubbed.latency_ms == 5.0


@pytest.mark.parametrize("secrets", [[], [None], ["short"], [""]])
def test_without_a_secret_nothing_is_masked(secrets):
    exchange = Exchange("ok", 200, {"location": "short"}, b"short", "short")
    assert Scrubber(secrets).exchange(exchange) == exchange


@pytest.mark.parametrize(
    ("key", "text", "masked"),
    [
        ("secret", "a secret and a sec", "a *** and a sec"),  # of six: only the whole
        ("secret1", "secret secret1", "secret ***"),
        ("secret12", "secret1 secret12", "secret1 ***"),
        ("secret123", "secret12 secret1", "*** secret1"),  # of nine: any eight
        ("secret123", "ecret123 cret123", "*** cret123"),
    ],
)
def test_the_bounds_of_what_is_masked(key, text, masked):
    assert Scrubber([key]).text(text) == masked
