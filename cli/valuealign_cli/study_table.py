"""Write the table of studies into pages: ``python -m valuealign_cli.study_table PAGE...``.

The table stands between two comments in each page, so that it cannot differ from the files.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

BEGIN, END = "<!-- studies: python -m valuealign_cli.study_table -->", "<!-- end of studies -->"
_PLACE = re.compile(re.escape(BEGIN) + ".*?" + re.escape(END), re.DOTALL)


def with_table(page: str, table: str) -> str:
    """Return a page with the table between its two comments."""
    return _PLACE.sub(lambda _: f"{BEGIN}\n\n{table}\n\n{END}", page)


def main() -> None:
    """Write the table into the pages that are named."""
    from valuealign.study.study_list import overview_markdown

    table = overview_markdown()
    for name in sys.argv[1:]:
        page = Path(name)
        page.write_text(with_table(page.read_text(encoding="utf-8"), table), encoding="utf-8")


if __name__ == "__main__":
    main()
