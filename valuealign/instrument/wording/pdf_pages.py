"""``python -m valuealign.instrument.wording.pdf_pages FILE``: a PDF's text as JSON on stdout."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

_MAX_PAGES = 60
_MAX_CHARACTERS = 1_000_000


def pages(path: str) -> dict[str, Any]:
    """The text of each page in two readings, or what was found and what to do."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(path)
        if reader.is_encrypted:
            return {"found": "the PDF is encrypted", "hint": "save a copy without a password"}
        if len(reader.pages) > _MAX_PAGES:
            problem = f"the PDF has {len(reader.pages)} pages"
            return {"found": problem, "hint": f"give the form alone, at most {_MAX_PAGES} pages"}
        stream = [page.extract_text()[:_MAX_CHARACTERS] for page in reader.pages]
        layout = [_layout(page)[:_MAX_CHARACTERS] for page in reader.pages]
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, OSError, RecursionError):
        return {
            "found": "this PDF cannot be read",
            "hint": "print it to a new PDF, or copy the text",
        }
    if not any(text.strip() for text in stream):
        hint = "copy the sentences into a numbered text file"
        return {"found": "the PDF holds no text (a scanned picture?)", "hint": hint}
    return {"stream": stream, "layout": layout}


def _layout(page: Any) -> str:
    return str(page.extract_text(extraction_mode="layout"))


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    print(json.dumps(pages(sys.argv[1]), ensure_ascii=True))
