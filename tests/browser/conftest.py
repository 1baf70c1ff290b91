"""A real Chromium, headless; Debian's, or the one CHROMIUM names."""

from __future__ import annotations

import os
import shutil

import pytest
from playwright.sync_api import sync_playwright


@pytest.fixture(scope="module")
def browser():
    """One browser for a module: Playwright keeps an event loop running in this thread meanwhile."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("CHROMIUM") or next((p for n in names if (p := shutil.which(n))), None)
    assert path, "no Chromium: install it, or set CHROMIUM to its path"
    quiet = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--no-first-run",
        "--disable-component-update",
        "--disable-sync",
        "--disable-quic",
    ]
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=quiet)
        yield opened
        opened.close()


@pytest.fixture
def page(browser):
    """A page that notes every dialog, request and script error."""
    opened = browser.new_page()
    opened.seen = []
    opened.on("dialog", lambda dialog: (opened.seen.append("dialog"), dialog.dismiss()))
    opened.on("request", lambda request: opened.seen.append(request.url))
    opened.on("pageerror", lambda error: opened.seen.append(str(error)))
    yield opened
    opened.close()
