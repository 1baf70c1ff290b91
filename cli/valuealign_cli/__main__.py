"""``python -m valuealign_cli`` is ``valuealign``."""

from __future__ import annotations

from valuealign_cli.main import main

main()
