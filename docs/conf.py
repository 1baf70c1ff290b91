"""Sphinx configuration: MyST pages, numpydoc reference, warnings are errors."""

from __future__ import annotations

from importlib.metadata import version as installed_version

project = "valuealign"
author = "The valuealign developers"
project_copyright = "2026, the valuealign developers"
version = release = installed_version("valuealign")

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.mathjax",
]
myst_enable_extensions = ["colon_fence", "dollarmath"]
myst_heading_anchors = 3
numpydoc_show_class_members = False
autosummary_generate = True
autodoc_typehints = "none"
exclude_patterns = ["_build", "reference/generated/README.md"]
html_theme = "furo"
html_title = "valuealign"
nitpicky = False
