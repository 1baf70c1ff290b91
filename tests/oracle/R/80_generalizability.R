# Variance components of an unbalanced crossed and nested design, by lme4's REML.
# Rscript tests/oracle/R/80_generalizability.R   (from the project's folder)
suppressPackageStartupMessages({library(lme4); library(jsonlite)})
d <- read.csv(gzfile("tests/oracle/data/gstudy.csv.gz"))
d$item <- paste(d$stem, d$item)
components <- function(formula, data) {
  # A numerical optimum far tighter than the default: the oracle should not be the loose side.
  fit <- lmer(formula, data, REML = TRUE, control = lmerControl(optimizer = "bobyqa",
    optCtrl = list(rhoend = 1e-9, maxfun = 200000), check.conv.singular = "ignore", calc.derivs = FALSE))
  v <- as.data.frame(VarCorr(fit))
  list(variance = setNames(as.list(v$vcov), v$grp), deviance = as.numeric(-2 * logLik(fit)))
}
out <- list(
  program = paste("lme4", packageVersion("lme4")),
  crossed = components(value ~ 1 + (1|respondent) + (1|item) + (1|form) + (1|respondent:item) +
    (1|respondent:form) + (1|item:form), d),
  nested = components(value ~ 1 + (1|respondent) + (1|stem) + (1|form) + (1|respondent:stem) +
    (1|respondent:form) + (1|item) + (1|stem:form) + (1|respondent:item) +
    (1|respondent:stem:form) + (1|item:form), d),
  replicated = components(value ~ 1 + (1|respondent) + (1|form) + (1|respondent:form), d),
  cells = as.list(table(d$form))
)
writeLines(toJSON(out, auto_unbox = TRUE, digits = 16), "tests/oracle/lme4/gstudy.json")
