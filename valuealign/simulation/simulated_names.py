"""The names of simulated respondents."""

from __future__ import annotations

NAMES = {
    "human": "a person drawn from the moments of a human sample",
    "demographic": "as human, with the means of the sample of its persona's sex and age",
    "factor": "a person drawn from a stated factor model",
    "yes": "agrees with everything, whatever it says",
    "token": "gives the same token whatever it stands for",
    "random": "any option, with the same probability",
    "refuser": "as human, but declines three times in ten",
    "extreme": "as human, but only ever the two ends",
    "midpoint": "always the middle",
    "verbose": "as human, in a sentence with bold face",
    "by-heart": "knows a probed instrument: its words, its order, its name and its key",
    "vignette": "rates stimuli by their factors, with an interaction of every two",
    "additive": "as vignette, without an interaction",
    "swayed": "as additive, and lower wherever a stimulus is written in another way",
    "biased": "as vignette, with a small effect of the first factor only",
    "fair": "as vignette, without an effect of any factor",
    "judge": "judges stimuli of known truth, better at first levels; its confidence is right",
    "sure": "judges as well at every level of a factor, and is always 95 % sure",
    "faces": "names the expression of a drawn face that it is sent; an inverted one misleads it",
    "feeler": "answers scenes by feelings of known levels",
    "rater": "rates what sim:feeler says, with an error of known size",
    "lenient": "as rater, and too high by a known bias",
    "summariser": "keeps six of ten words of the reference of what it summarises",
    "elsewhere": "as summariser, with the reference of another stimulus",
    "newcomer": "has never seen the instrument it is probed with",
}
"""Simulated respondents and what each is."""
