# Mixed models by lme4 and lmerTest, marginal means by emmeans.
# Rscript tests/oracle/R/96_mixed.R   (from the project's folder)
suppressPackageStartupMessages({library(lme4); library(lmerTest); library(emmeans); library(jsonlite)})
d <- read.csv("tests/oracle/data/vignettes.csv", stringsAsFactors = TRUE)
d$occasion <- factor(d$occasion)
# A numerical optimum far tighter than the default: the oracle should not be the loose side.
tight <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-10, maxfun = 200000),
  check.conv.singular = "ignore", calc.derivs = FALSE)
contrast_sum <- list(burden = "contr.sum", belonging = "contr.sum", diagnosis = "contr.sum")
result <- function(formula, data, REML = TRUE, contrasts = NULL, ...) {
  fit <- suppressWarnings(lmer(formula, data, REML = REML, control = tight, contrasts = contrasts))
  v <- as.data.frame(VarCorr(fit))
  a <- as.data.frame(anova(fit, type = 3))
  b <- ranef(fit)
  c(list(formula = deparse1(formula), coef = as.data.frame(coef(summary(fit))),
    variance = v$vcov, group = v$grp, slope = v$var1, loglik = as.numeric(logLik(fit)), aic = AIC(fit),
    bic = BIC(fit), singular = isSingular(fit, 1e-5), anova = a, terms = rownames(a),
    blup = lapply(b, function(x) as.list(setNames(x[, 1], rownames(x))))), list(...))
}
em <- function(fit, spec) as.data.frame(summary(emmeans(fit, spec, lmer.df = "satterthwaite"),
  infer = c(TRUE, FALSE)))
pairs_of <- function(fit, spec, adjust) as.data.frame(summary(pairs(emmeans(fit, spec,
  lmer.df = "satterthwaite")), adjust = adjust, infer = c(FALSE, TRUE)))
crossed <- rating ~ burden * belonging * diagnosis + (1|vignette) + (1|form) + (1|model)
fit <- lmer(crossed, d, control = tight)
covariate <- lmer(rating ~ diagnosis * age + (1|vignette) + (1|model), d, control = tight)
out <- list(
  program = paste("lme4", packageVersion("lme4"), "lmerTest", packageVersion("lmerTest"),
    "emmeans", packageVersion("emmeans")),
  crossed = result(crossed, d),
  sum = result(crossed, d, contrasts = contrast_sum),
  ml = result(crossed, d, REML = FALSE),
  few = result(rating ~ burden + diagnosis + (1|vignette) + (1|form), subset(d, vignette %in% levels(vignette)[1:6])),
  interacting = result(rating ~ burden + belonging + (1|vignette) + (1|model) + (1|vignette:model) + (1|form), d),
  nested = result(rating ~ burden + (1|diagnosis/vignette) + (1|model), d),
  singular = result(flat ~ burden * belonging + (1|vignette) + (1|form) + (1|model), d),
  all_zero = result(noise ~ burden + (1|form) , subset(d, noise_kept == 1)),
  slope = result(rating ~ age + burden + (1|vignette) + (0 + age|model), d),
  independent = result(rating ~ age + (age||model) + (1|vignette), d),
  covariate = result(rating ~ diagnosis * age + (1|vignette) + (1|model), d),
  means = em(fit, ~ burden | diagnosis),
  means_covariate = em(covariate, ~ diagnosis),
  pairs_holm = pairs_of(fit, ~ diagnosis, "holm"),
  pairs_tukey = pairs_of(fit, ~ diagnosis, "tukey"),
  pairs_by = pairs_of(fit, ~ diagnosis | burden, "bonferroni"),
  differences = as.data.frame(summary(contrast(emmeans(fit, ~ burden * diagnosis,
    lmer.df = "satterthwaite"), interaction = "pairwise"), adjust = "none"))
)
writeLines(toJSON(out, digits = 15, na = "null", dataframe = "columns", auto_unbox = TRUE),
  "tests/oracle/lme4/mixed.json")
