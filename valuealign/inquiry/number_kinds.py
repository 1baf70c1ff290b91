"""The kinds of numbers that decide claims: name, definition, and meaning of a failure.

Rules name numbers and need no more than this; `numbers` computes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple


class NumberKind(NamedTuple):
    """The definition of a number.

    Attributes
    ----------
    about : str
        What it measures; after "1: ", what holds where it is 1.
    unmet : str
        Why a claim that needs it is not permitted, in words.
    of : {"respondent", "pair", "construct"}
    """

    about: str
    unmet: str = ""
    of: Literal["respondent", "pair", "construct"] = "respondent"


_BY_PLACE = "it chooses options by their place"
_OTHER_ITEMS = "other items of the same scales might rank them otherwise"
_DIRECTIONS = "its answers do not agree between the two directions of the response scale"
_OPPOSITES = "its answers to statements and to their opposites do not agree"

NUMBERS: Mapping[str, NumberKind] = {
    "answered": NumberKind(
        "share of what was asked that has an answer", "too few of the replies are answers"
    ),
    "least_answered_item": NumberKind(
        "share of answers to the item with the fewest", "some items are hardly ever answered"
    ),
    "varying_items": NumberKind(
        "share of items that do not get the same answer every time", "most items never vary"
    ),
    "reversal_r": NumberKind(
        "correlation of item means between the two directions of the response scale", _DIRECTIONS
    ),
    "opposition_r": NumberKind(
        "minus the correlation of answers to stems and to opposed stems", _OPPOSITES
    ),
    "wording_match": NumberKind(
        "1: the wording is the people's own", "people were asked in other words"
    ),
    "rows_over_items": NumberKind("rows over (items + 1)", "there are too few rows"),
    "respondents": NumberKind(
        "1: rows are personas or people, not occasions of one model",
        "repeated answers of one respondent are not many respondents",
    ),
    "proper_share": NumberKind(
        "share of the instrument's default models with a proper solution",
        "some models have no proper solution",
    ),
    "misfit_beside_people": NumberKind(
        "share of samples of people of this size that fit as badly",
        "the models fit worse than in people",
    ),
    "circle_p": NumberKind(
        "randomisation p of the instrument's circular order",
        "the scales do not stand on their circle",
    ),
    "profile_p": NumberKind(
        "permutation p of item means against item by form",
        "its answers differ between items no more than by chance",
    ),
    "gate_reversal_r": NumberKind(
        "correlation of content-scored item means between the two scale directions", _DIRECTIONS
    ),
    "gate_opposition_r": NumberKind(
        "correlation of stems' item means with turned ones of opposed stems", _OPPOSITES
    ),
    "position_share": NumberKind("share of replies that follow their place on the page", _BY_PLACE),
    "position_shift": NumberKind(
        "level difference between scale directions, as a share of the range", _BY_PLACE
    ),
    "fewest_occasions": NumberKind(
        "administrations of the form that was given least",
        "some forms were given too seldom",
    ),
    "scale_reliability": NumberKind(
        "reliability of the profile of scales, items random", _OTHER_ITEMS
    ),
    "scales_p": NumberKind(
        "permutation p of items over scales",
        "its items differ, and its scales no more than by chance",
    ),
    "composite_reliability": NumberKind(
        "reliability of the profile of composites, items random", _OTHER_ITEMS
    ),
    "composites_p": NumberKind(
        "permutation p of items over composites",
        "its items differ, and its groups of scales no more than by chance",
    ),
    "scores_p": NumberKind(
        "p of scale against scale by form, of the difference",
        "no difference between the scores was shown",
        "pair",
    ),
    "agreement_gap": NumberKind(
        "difference in agreeing with whatever is said, as a share of the range",
        "the two differ in how far they agree with whatever is said",
        "pair",
    ),
    "any_item_p": NumberKind(
        "permutation p of the difference of any item",
        "no difference between the answers was shown",
        "pair",
    ),
    "difference_scales_p": NumberKind(
        "permutation p of items over scales, of the difference",
        "the difference may be one of single items",
        "pair",
    ),
    "pattern_r": NumberKind(
        "correlation of the items' correlations with people's",
        "the items hang together in another way than people's",
    ),
    "item_profile_r": NumberKind(
        "the same for the correlations of the item that agrees least",
        "some items hang together in another way than people's",
    ),
    "within_block_ratio": NumberKind(
        "correlation within its block over people's, of the weakest item",
        "some items share too little with the others of their kind",
    ),
    "loading_ratio": NumberKind(
        "ratio of two loadings over the same ratio in people, the furthest from 1",
        "the items do not weigh as they do in people",
        "construct",
    ),
    "scalar_rmsea_d": NumberKind(
        "misfit of equal intercepts per restriction",
        "some items are answered higher or lower than the construct explains",
        "construct",
    ),
    "option_order": NumberKind(
        "1: options were shown in random order", "options were not shown in random order"
    ),
    "chance_p": NumberKind(
        "exact p of as many correct answers by guessing", "it does no better than guessing"
    ),
    "icc": NumberKind("agreement of one rater with another", "the raters agree too little"),
}
"""Name -> what it is."""
