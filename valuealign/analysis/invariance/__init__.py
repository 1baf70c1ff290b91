"""Does a model measure the same in several groups? The ladder, its tests, and what they permit.

``ladder`` says what each level holds equal, ``decline`` how much worse it makes the fit,
``equal_n`` the same as if groups were of one size, ``items`` which parameters break it,
``partial`` frees them by a declared rule, ``effect`` how much they matter, ``verdict`` what
follows; ``invariance`` is the call.
"""
