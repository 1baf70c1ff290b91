"""Where texts of a figure touch one another or leave it, as the renderer draws them."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

_SLACK = 1.0
"""Pixels by which two boxes may touch."""


def texts_of(figure):
    """Every text that is drawn, with the corners of its box as (4, 2) pixels."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    found, beyond = [], _beyond(figure)
    for text in figure.findobj(Text):
        if text in beyond:
            continue
        shown = text.get_visible() and text.get_text().strip()
        axes = text.axes
        if not shown or (axes is not None and not axes.get_visible()):
            continue
        box = text.get_window_extent(renderer)
        if not (np.isfinite([box.x0, box.y0, box.x1, box.y1]).all() and box.width and box.height):
            continue
        found.append((text.get_text(), _corners(text, box, renderer)))
    return found


def _beyond(figure):
    """Labels of ticks outside the limits of their axis: matplotlib keeps and never draws them."""
    found = set()
    for axes in figure.axes:
        if not axes.axison:
            found |= {t for axis in (axes.xaxis, axes.yaxis) for t in axis.findobj(Text)}
        for axis, limits in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
            low, high = sorted(limits)
            slack = 1e-6 * (high - low)
            for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]:
                if not low - slack <= tick.get_loc() <= high + slack:
                    found |= {tick.label1, tick.label2}
    return found


def _corners(text, box, renderer):
    angle = np.deg2rad(text.get_rotation())
    centre = np.array([(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2])
    if abs(np.sin(angle)) < 1e-9:
        half = np.array([box.width, box.height]) / 2
    else:
        turned = text.get_rotation()
        text.set_rotation(0)
        flat = text.get_window_extent(renderer)
        text.set_rotation(turned)
        half = np.array([flat.width, flat.height]) / 2
    half = np.maximum(half - _SLACK, 0.1)
    unit = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return centre + (np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half) @ unit


def _apart(a, b):
    """Whether a line separates two rectangles."""
    for one in (a, b):
        for k in range(2):
            edge = one[k + 1] - one[k]
            axis = np.array([-edge[1], edge[0]])
            p, q = a @ axis, b @ axis
            if p.max() <= q.min() or q.max() <= p.min():
                return True
    return False


def collisions(figure):
    """Pairs of texts that overlap, and texts that leave the figure."""
    texts = texts_of(figure)
    # Ticks on the border of two axes may be the same text at the same place.
    pairs = [
        (a, b) for (a, x), (b, y) in combinations(texts, 2) if not _apart(x, y) and not _same(x, y)
    ]
    width, height = figure.bbox.width, figure.bbox.height
    outside = [
        text
        for text, corners in texts
        if corners.min() < -2 or corners[:, 0].max() > width + 2 or corners[:, 1].max() > height + 2
    ]
    return pairs, outside


def _same(x, y):
    return np.abs(x - y).max() < 0.5
