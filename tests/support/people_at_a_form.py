"""Simulated people who fill in a served form through HTTP, as a browser without JavaScript does."""

from __future__ import annotations

import html
import http.client
import re
import time
from collections.abc import Callable
from contextlib import closing
from urllib.parse import urlencode, urlsplit

_FORM = re.compile(r'<form method="post" action="([^"]+)">(.*?)</form>', re.DOTALL)
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
_BOX = re.compile(r'<input type="checkbox" name="([^"]+)"')
_RADIO = re.compile(r'<input type="radio" name="([^"]+)" value="([^"]*)"')
_STEM = re.compile(r'class="stem"[^>]*>(.*?)</', re.DOTALL)
_ABOUT = re.compile(r'<section class="about".*?</section>', re.DOTALL)


class Visitor:
    """One person with a browser of their own; a connection that breaks is made again."""

    def __init__(self, base_url: str, *, patience: float = 0.0) -> None:
        self.host = urlsplit(base_url).netloc
        self.patience = patience
        self.path = "/"
        self.status = 0
        self.headers: dict[str, str] = {}
        self.text = ""

    def get(self, path: str) -> str:
        """Open a page, and follow where it leads."""
        return self._ask("GET", path, None)

    def post(self, path: str, fields: dict[str, str], **headers: str) -> str:
        """Send a form, and follow where it leads."""
        return self._ask("POST", path, urlencode(fields), **headers)

    def form(self) -> tuple[str, dict[str, str], dict[str, list[str]]]:
        """The action of the page's form, its hidden fields, and its radio buttons."""
        found = _FORM.search(self.text)
        assert found, self.text
        action, inside = found.groups()
        hidden = {name: html.unescape(value) for name, value in _HIDDEN.findall(inside)}
        boxes = dict.fromkeys(_BOX.findall(inside), "yes")
        radios: dict[str, list[str]] = {}
        for name, value in _RADIO.findall(inside):
            radios.setdefault(html.unescape(name), []).append(html.unescape(value))
        return action, hidden | boxes, radios

    def send(self, chosen: dict[str, str], **more: str) -> str:
        """Send the page's form with these answers."""
        action, hidden, _ = self.form()
        return self.post(action, hidden | chosen | more)

    def begin(self, path: str = "/") -> str:
        """Open the start page and consent."""
        self.get(path)
        return self.send({})

    @property
    def asked(self) -> str:
        """The text of the page that questions are about, and the stems."""
        about = " ".join(_ABOUT.findall(self.text))
        return html.unescape(re.sub(r"<[^>]+>", " ", about + " ".join(_STEM.findall(self.text))))

    def fill_in(self, answer: Callable[[str, str, list[str]], str]) -> str:
        """Answer every page and finish.

        Parameters
        ----------
        answer : callable
            Takes the text of the page, the name of a field and its options.
        """
        while not self.path.endswith("/done"):
            assert self.status in (200, 422), (self.status, self.text)
            _, _, radios = self.form()
            self.send({name: answer(self.asked, name, of) for name, of in radios.items()})
        return self.text

    def _ask(self, method: str, path: str, body: str | None, **headers: str) -> str:
        deadline = time.monotonic() + self.patience
        while True:
            try:
                return self._once(method, path, body, **headers)
            except (OSError, http.client.HTTPException):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def _once(self, method: str, path: str, body: str | None, **headers: str) -> str:
        for _ in range(5):
            own = {"Origin": f"http://{self.host}"} if method == "POST" else {}
            kind = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
            names = {name.replace("_", "-"): value for name, value in headers.items()}
            with closing(http.client.HTTPConnection(self.host, timeout=60)) as connection:
                connection.request(method, path, body, own | kind | names)
                response = connection.getresponse()
                self.text = response.read().decode()
            self.status, self.path = response.status, path
            self.headers = {name.lower(): value for name, value in response.getheaders()}
            if response.status != 303:
                return self.text
            method, body, path = "GET", None, self.headers["location"]
        raise AssertionError("the form leads in circles")
