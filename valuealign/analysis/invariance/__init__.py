"""Does a model measure the same in several groups?

``invariance`` has the public call. ``ladder`` states what each level holds equal, and
``ladder_fits`` fits the levels. ``restriction_misfit`` measures how much worse each level fits,
and ``refits`` fits again with groups of one size or with more parameters free. ``item_tests``
finds the parameters that break a level, ``partial`` frees them by a declared rule,
``effect_size`` computes dMACS, and ``level_verdict`` decides which levels hold.
``aligned_factors`` has `alignment`, for many groups where exact invariance fails.
"""
