"""Every public name and the module that it lives in: the one list, read also at run time."""

from valuealign import errors as errors
from valuealign import figures
from valuealign import stats as stats
from valuealign.administration.plan.form import Form as Form
from valuealign.administration.plan.personas import load_personas as load_personas
from valuealign.administration.plan.personas_raking import raking_weights as raking_weights
from valuealign.administration.plan.personas_sampled import sample_personas as sample_personas
from valuealign.administration.read import read as read
from valuealign.analysis.agreement.agreement import Agreement as Agreement
from valuealign.analysis.agreement.agreement import agreement as agreement
from valuealign.analysis.agreement.intraclass import icc as icc
from valuealign.analysis.circle.circumplex import Circumplex as Circumplex
from valuealign.analysis.correction.corrected import Corrected as Corrected
from valuealign.analysis.correction.corrected import corrected as corrected
from valuealign.analysis.correction.ratings_needed import RatingsNeeded as RatingsNeeded
from valuealign.analysis.correction.ratings_needed import ratings_needed as ratings_needed
from valuealign.analysis.factors.congruence import congruence as congruence
from valuealign.analysis.factors.congruence import congruence_interval as congruence_interval
from valuealign.analysis.factors.congruence import procrustes as procrustes
from valuealign.analysis.factors.efa import efa as efa
from valuealign.analysis.factors.factor_number import factor_number as factor_number
from valuealign.analysis.factors.retention import adequacy as adequacy
from valuealign.analysis.factors.retention import parallel_analysis as parallel_analysis
from valuealign.analysis.invariance.aligned_factors import alignment as alignment
from valuealign.analysis.invariance.invariance import Invariance as Invariance
from valuealign.analysis.invariance.invariance import invariance as invariance
from valuealign.analysis.invariance.partial import PartialRule as PartialRule
from valuealign.analysis.judgement.judgement import Judgement as Judgement
from valuealign.analysis.judgement.judgement import judgement as judgement
from valuealign.analysis.marginal.marginal import Marginal as Marginal
from valuealign.analysis.marginal.marginal import marginal as marginal
from valuealign.analysis.mixed.mixed import Mixed as Mixed
from valuealign.analysis.mixed.mixed import mixed as mixed
from valuealign.analysis.mixed.power import MixedPower as MixedPower
from valuealign.analysis.mixed.power import mixed_power as mixed_power
from valuealign.analysis.moments import Moments as Moments
from valuealign.analysis.ordinal.collapse import collapse_categories as collapse_categories
from valuealign.analysis.ordinal.polychoric import polychoric as polychoric
from valuealign.analysis.overlap.overlap import Overlap as Overlap
from valuealign.analysis.overlap.overlap import overlap as overlap
from valuealign.analysis.reliability.alpha import alpha as alpha
from valuealign.analysis.reliability.alpha import kr20 as kr20
from valuealign.analysis.reliability.alpha import spearman_brown as spearman_brown
from valuealign.analysis.reliability.generalizability.generalizability_study import (
    Generalizability as Generalizability,
)
from valuealign.analysis.reliability.generalizability.generalizability_study import (
    generalizability as generalizability,
)
from valuealign.analysis.reliability.guttman import guttman as guttman
from valuealign.analysis.reliability.omega import Omega as Omega
from valuealign.analysis.reliability.omega import omega as omega
from valuealign.analysis.sem.after.bootstrap import bootstrap as bootstrap
from valuealign.analysis.sem.after.composite import (
    composite_reliability as composite_reliability,
)
from valuealign.analysis.sem.after.composite import htmt as htmt
from valuealign.analysis.sem.after.composite_kinds import (
    maximal_reliability as maximal_reliability,
)
from valuealign.analysis.sem.after.composite_kinds import (
    second_order_reliability as second_order_reliability,
)
from valuealign.analysis.sem.after.difference_test import lr_test as lr_test
from valuealign.analysis.sem.after.factor_scores import factor_scores as factor_scores
from valuealign.analysis.sem.after.modification_indices import (
    modification_indices as modification_indices,
)
from valuealign.analysis.sem.after.proper_fit import proper as proper
from valuealign.analysis.sem.after.score_tests import score_tests as score_tests
from valuealign.analysis.sem.after.simulate import shrunken as shrunken
from valuealign.analysis.sem.after.simulate import simulate as simulate
from valuealign.analysis.sem.fit import Fit as Fit
from valuealign.analysis.sem.model import cfa as cfa
from valuealign.analysis.sem.model import growth as growth
from valuealign.analysis.sem.model import sem as sem
from valuealign.analysis.stability.stability import Stability as Stability
from valuealign.analysis.stability.stability import stability as stability
from valuealign.analysis.style.directional import directional_share as directional_share
from valuealign.analysis.style.method_factor import method_factor as method_factor
from valuealign.analysis.validity.anchors import anchor_check as anchor_check
from valuealign.analysis.validity.choice_prediction import ChoicePrediction as ChoicePrediction
from valuealign.analysis.validity.choice_prediction import predict_choices as predict_choices
from valuealign.analysis.validity.mtmm import Mtmm as Mtmm
from valuealign.analysis.validity.mtmm import mtmm as mtmm
from valuealign.analysis.validity.order_familiarity import OrderLikelihood as OrderLikelihood
from valuealign.analysis.validity.order_familiarity import order_likelihood as order_likelihood
from valuealign.exchange.import_responses import as_responses as as_responses
from valuealign.inquiry.choices import choice_accuracy as choice_accuracy
from valuealign.inquiry.choices import choices as choices
from valuealign.inquiry.circumplex_of_responses import circumplex as circumplex
from valuealign.inquiry.comparison.changes import Changes as Changes
from valuealign.inquiry.comparison.changes import changes as changes
from valuealign.inquiry.comparison.compare import Comparison as Comparison
from valuealign.inquiry.comparison.compare import compare as compare
from valuealign.inquiry.contamination import Contamination as Contamination
from valuealign.inquiry.contamination import contamination as contamination
from valuealign.inquiry.group_differences import GroupDifferences as GroupDifferences
from valuealign.inquiry.group_differences import group_differences as group_differences
from valuealign.inquiry.invariance.invariance_design import InvarianceDesign as InvarianceDesign
from valuealign.inquiry.invariance.invariance_design import invariance_design as invariance_design
from valuealign.inquiry.invariance.with_people import (
    invariance_with_people as invariance_with_people,
)
from valuealign.inquiry.invariance.with_people_result import WithPeople as WithPeople
from valuealign.inquiry.operating.characteristics import (
    OperatingCharacteristics as OperatingCharacteristics,
)
from valuealign.inquiry.operating.characteristics import (
    operating_characteristics as operating_characteristics,
)
from valuealign.inquiry.rating.paired_ratings import paired_ratings as paired_ratings
from valuealign.inquiry.rating.rater_quality import RaterQuality as RaterQuality
from valuealign.inquiry.rating.rater_quality import rater_quality as rater_quality
from valuealign.inquiry.rating.ratings import ratings as ratings
from valuealign.inquiry.reliability import reliability as reliability
from valuealign.inquiry.style.response_style import response_style as response_style
from valuealign.inquiry.style.response_style_result import ResponseStyle as ResponseStyle
from valuealign.inquiry.verdict.rules import load_rules as load_rules
from valuealign.inquiry.verdict.verdict import Verdict as Verdict
from valuealign.inquiry.verdict.verdict import verdict as verdict
from valuealign.instrument.instrument import Instrument as Instrument
from valuealign.instrument.load import list_instruments as list_instruments
from valuealign.instrument.load import load_instrument as load_instrument
from valuealign.population.answers import Answers as Answers
from valuealign.population.answers import load_answers as load_answers
from valuealign.population.load_population import add_population as add_population
from valuealign.population.load_population import list_populations as list_populations
from valuealign.population.load_population import load_population as load_population
from valuealign.population.norms import Norms as Norms
from valuealign.population.norms import load_norms as load_norms
from valuealign.population.population import Population as Population
from valuealign.population.population_groups import Populations as Populations
from valuealign.population.read_population import read_population as read_population
from valuealign.population.readers.exclusion import Exclusion as Exclusion
from valuealign.population.sample_reader import Provenance as Provenance
from valuealign.population.write_population import write_population as write_population
from valuealign.report.write_report import write_report as write_report
from valuealign.respondent import Persona as Persona
from valuealign.respondent import Respondent as Respondent
from valuealign.sampling_settings import Sampling as Sampling
from valuealign.scoring.scale_scores import score as score
from valuealign.stimulus.load_stimuli import list_stimuli as list_stimuli
from valuealign.stimulus.load_stimuli import load_stimuli as load_stimuli
from valuealign.stimulus.stimulus_set import StimulusSet as StimulusSet
from valuealign.store.responses.responses import Responses as Responses
from valuealign.store.responses.responses import responses as responses
from valuealign.study.anchor.check_anchor import check_study as check_study
from valuealign.study.freeze.freeze_study import freeze_study as freeze_study
from valuealign.study.load_study import load_study as load_study
from valuealign.study.run_study import run_study as run_study
from valuealign.study.study import Study as Study
from valuealign.study.study_list import list_studies as list_studies
from valuealign.study.study_result import StudyResult as StudyResult
from valuealign.supply.administer import administer as administer
from valuealign.supply.replies import replies as replies

plot = figures
__version__: str
