"""Every figure and the module that it lives in."""

from valuealign.figures.accuracy_plot import accuracy as accuracy
from valuealign.figures.agreement_plot import agreement as agreement
from valuealign.figures.changes_plot import changes as changes
from valuealign.figures.circumplex_plot import circumplex as circumplex
from valuealign.figures.contamination_plot import contamination as contamination
from valuealign.figures.corrected_plot import corrected as corrected
from valuealign.figures.efa_plot import efa as efa
from valuealign.figures.generalizability_plot import generalizability as generalizability
from valuealign.figures.interaction_plot import interaction as interaction
from valuealign.figures.invariance_plot import invariance as invariance
from valuealign.figures.invariance_with_people_plot import (
    invariance_with_people as invariance_with_people,
)
from valuealign.figures.judgement_plot import judgement as judgement
from valuealign.figures.loadings_plot import loadings as loadings
from valuealign.figures.marginal_plot import marginal as marginal
from valuealign.figures.mixed_plot import mixed as mixed
from valuealign.figures.mixed_power_plot import mixed_power as mixed_power
from valuealign.figures.nearest_plot import nearest as nearest
from valuealign.figures.overlap_plot import overlap as overlap
from valuealign.figures.profile_plot import profile as profile
from valuealign.figures.reliability_plot import reliability as reliability
from valuealign.figures.response_style_plot import response_style as response_style
from valuealign.figures.score_map_plot import score_map as score_map
from valuealign.figures.scree_plot import scree as scree
from valuealign.figures.stability_plot import stability as stability
from valuealign.figures.value_circle_plot import value_circle as value_circle
from valuealign.figures.verdict_plot import verdict as verdict
