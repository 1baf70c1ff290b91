"""Every statistic of valuealign, by topic. The statistics take data first.

Reliability
    alpha, omega, guttman, kr20, spearman_brown, composite_reliability, maximal_reliability,
    second_order_reliability, reliability, generalizability
Agreement
    agreement, icc, judgement, overlap
A judge and people
    corrected, ratings_needed
Effects of a design
    mixed, mixed_power, marginal, stability
Factors
    efa, parallel_analysis, factor_number, adequacy, congruence, congruence_interval, procrustes
Ordinal items
    polychoric, collapse_categories
Structural equation models
    cfa, sem, growth, lr_test, modification_indices, score_tests, factor_scores, bootstrap,
    simulate, shrunken, proper
Invariance
    invariance, invariance_with_people, invariance_design, alignment
Response style
    response_style, method_factor, directional_share
Validity
    circumplex, htmt, mtmm, anchor_check, choice_accuracy, predict_choices, order_likelihood
Against people
    compare, changes, group_differences, raking_weights
Error rates of a verdict
    operating_characteristics

The steps of a study (``administer``, ``responses``, ``score``, ``verdict``, ``write_report`` and
others) are in `valuealign` itself. Most statistics are there too, under the same names.

Examples
--------
>>> import valuealign as va
>>> "polychoric" in dir(va.stats)
True
>>> round(va.stats.spearman_brown(0.6), 2)
0.75
"""

from __future__ import annotations

from valuealign.public_names import publish

__getattr__, __dir__, __all__ = publish(__name__, __file__, globals(), elsewhere="valuealign")
