"""Publications that the methods of a report cite."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Reference(NamedTuple):
    """A publication.

    Parameters
    ----------
    cited : str
        As it is cited in a sentence.
    text : str
    doi : str
    """

    cited: str
    text: str
    doi: str


REFERENCES: Mapping[str, Reference] = {
    "alpha": Reference(
        "Cronbach, 1951",
        "Cronbach, L. J. (1951). Coefficient alpha and the internal structure of tests. "
        "Psychometrika, 16, 297-334.",
        "10.1007/BF02310555",
    ),
    "jackknife": Reference(
        "Miller, 1974",
        "Miller, R. G. (1974). The jackknife: A review. Biometrika, 61, 1-15.",
        "10.1093/biomet/61.1.1",
    ),
    "two items": Reference(
        "Eisinga et al., 2013",
        "Eisinga, R., te Grotenhuis, M., & Pelzer, B. (2013). The reliability of a two-item scale: "
        "Pearson, Cronbach, or Spearman-Brown? International Journal of Public Health, 58, "
        "637-642.",
        "10.1007/s00038-012-0416-3",
    ),
    "icc": Reference(
        "Shrout & Fleiss, 1979",
        "Shrout, P. E., & Fleiss, J. L. (1979). Intraclass correlations: Uses in assessing rater "
        "reliability. Psychological Bulletin, 86, 420-428.",
        "10.1037/0033-2909.86.2.420",
    ),
    "generalizability": Reference(
        "Brennan, 2001",
        "Brennan, R. L. (2001). Generalizability theory. Springer.",
        "10.1007/978-1-4757-3456-0",
    ),
    "welch": Reference(
        "Welch, 1947",
        "Welch, B. L. (1947). The generalization of Student's problem when several different "
        "population variances are involved. Biometrika, 34, 28-35.",
        "10.1093/biomet/34.1-2.28",
    ),
    "equivalence": Reference(
        "Schuirmann, 1987",
        "Schuirmann, D. J. (1987). A comparison of the two one-sided tests procedure and the power "
        "approach for assessing the equivalence of average bioavailability. Journal of "
        "Pharmacokinetics and Biopharmaceutics, 15, 657-680.",
        "10.1007/BF01068419",
    ),
    "false discovery": Reference(
        "Benjamini & Hochberg, 1995",
        "Benjamini, Y., & Hochberg, Y. (1995). Controlling the false discovery rate. Journal of "
        "the Royal Statistical Society B, 57, 289-300.",
        "10.1111/j.2517-6161.1995.tb02031.x",
    ),
    "profiles": Reference(
        "Furr, 2008",
        "Furr, R. M. (2008). A framework for profile similarity: Integrating similarity, "
        "normativeness, and distinctiveness. Journal of Personality, 76, 1267-1316.",
        "10.1111/j.1467-6494.2008.00521.x",
    ),
    "scale by form": Reference(
        "Greenhouse & Geisser, 1959",
        "Greenhouse, S. W., & Geisser, S. (1959). On methods in the analysis of profile data. "
        "Psychometrika, 24, 95-112.",
        "10.1007/BF02289823",
    ),
    "occasions": Reference(
        "Vovk & Wang, 2020",
        "Vovk, V., & Wang, R. (2020). Combining p-values via averaging. Biometrika, 107, 791-808.",
        "10.1093/biomet/asaa027",
    ),
    "mixed": Reference(
        "Bates et al., 2015",
        "Bates, D., Maechler, M., Bolker, B., & Walker, S. (2015). Fitting linear mixed-effects "
        "models using lme4. Journal of Statistical Software, 67(1).",
        "10.18637/jss.v067.i01",
    ),
    "satterthwaite": Reference(
        "Kuznetsova et al., 2017",
        "Kuznetsova, A., Brockhoff, P. B., & Christensen, R. H. B. (2017). lmerTest package: Tests "
        "in linear mixed effects models. Journal of Statistical Software, 82(13).",
        "10.18637/jss.v082.i13",
    ),
    "invariance": Reference(
        "Yuan & Chan, 2016",
        "Yuan, K.-H., & Chan, W. (2016). Measurement invariance via multigroup SEM: Issues and "
        "solutions with equivalence-testing-based approaches. Psychological Methods, 21, 405-426.",
        "10.1037/met0000080",
    ),
    "nested misfit": Reference(
        "Savalei et al., 2024",
        "Savalei, V., Brace, J. C., & Fouladi, R. T. (2024). We need to change how we compute "
        "RMSEA for nested model comparisons in structural equation modeling. Psychological "
        "Methods, 29, 480-493.",
        "10.1037/met0000537",
    ),
}
"""By what they are cited for; each also stands in the docstring of the function that uses it."""
