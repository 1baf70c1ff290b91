"""What a model or a file says is shown in a notebook as text, and never run."""

from __future__ import annotations

import pytest

import valuealign as va
from valuealign.administration.run.progress import Quiet

ATTACKS = [
    "<script>document.title='owned'; alert(1)</script>",
    "<img src=x onerror=\"document.title='owned'\">",
    "<svg onload=alert(1)><iframe src=https://thief.example></iframe>",
    "</td></table><a href='javascript:alert(1)'>4</a>",
    '"><style>body{display:none}</style>',
]


@pytest.fixture
def hostile(moods, tmp_path, monkeypatch):
    """Responses of a model whose every reply is an attack."""
    from valuealign.simulation.simulated_respondents import Simulated

    said = iter(ATTACKS * 10)
    monkeypatch.setattr(Simulated, "_text", lambda *_: next(said))
    return va.administer(moods, "sim:random", store=tmp_path / "s.db", display=Quiet())


def test_replies_are_shown_as_text(page, hostile):
    html = hostile._repr_html_()
    page.set_content(f"<body>{html}<p id=end>end</p></body>")
    assert page.title() == ""
    assert page.seen == []
    text = page.inner_text("body")
    for attack in ATTACKS[:5]:
        assert attack[:60] in text
    assert page.locator("#end").is_visible()
    assert page.locator("script, img, iframe, svg, a, style").count() == 0


def test_an_instrument_file_is_shown_as_text(page, moods):
    content = moods.content()
    content["title"]["en"] = ATTACKS[0]
    content["items"][0]["stem"]["en"]["he"] = ATTACKS[1]
    content["wording"]["notice"] = ATTACKS[4]
    instrument = type(moods).model_validate(content)
    page.set_content(f"<body>{instrument._repr_html_()}<p id=end>end</p></body>")
    assert page.title() == ""
    assert page.seen == []
    assert ATTACKS[0] in page.inner_text("body")
    assert page.locator("#end").is_visible()
    assert page.locator("script, img, iframe, svg").count() == 0
