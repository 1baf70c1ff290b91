"""Did you mean, for the packages that import it from here."""

from __future__ import annotations

from valuealign.near import did_you_mean

__all__ = ["did_you_mean"]
