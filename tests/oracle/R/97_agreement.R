# Cohen's kappas and intraclass correlations by psych.
# Rscript tests/oracle/R/97_agreement.R   (from the project's folder)
suppressPackageStartupMessages({library(psych); library(jsonlite)})
d <- read.csv("tests/oracle/data/agreement.csv")
pair <- function(a, b) {
  x <- d[complete.cases(d[, c(a, b)]), c(a, b)]
  linear <- 1 - abs(outer(1:5, 1:5, "-")) / 4
  quadratic <- 1 - outer(1:5, 1:5, "-")^2 / 16
  levels <- matrix(table(factor(x[, 1], 1:5), factor(x[, 2], 1:5)), 5)
  list(n = nrow(x), kappa = cohen.kappa(levels)$kappa,
       linear = cohen.kappa(levels, w = linear)$weighted.kappa,
       quadratic = cohen.kappa(levels, w = quadratic)$weighted.kappa)
}
complete <- d[complete.cases(d), c("a", "b", "c", "d")]
out <- list(program = paste("psych", packageVersion("psych")), ab = pair("a", "b"), cd = pair("c", "d"),
  icc = ICC(complete, lmer = FALSE)$results[c("Single_random_raters", "Average_random_raters"), ])
writeLines(toJSON(out, digits = 15, auto_unbox = TRUE, dataframe = "columns"), "tests/oracle/psych/agreement.json")
