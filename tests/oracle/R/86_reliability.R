# Omega in psych's variants, maximal reliability and second-order omega of semTools, ordinal omega.
# Rscript tests/oracle/R/86_reliability.R   (from the project's folder)
suppressPackageStartupMessages({library(psych); library(semTools); library(lavaan); library(jsonlite)})
bfi <- read.csv("tests/oracle/data/bfi25_complete.csv")
hs <- read.csv("tests/oracle/data/hs1939.csv")
quiet <- function(e) suppressWarnings(suppressMessages(e))
one <- function(x) { o <- quiet(omega(x, nfactors = 1, plot = FALSE))
  list(omega.tot = unname(o$omega.tot), omega_h = unname(o$omega_h), omega.lim = unname(o$omega.lim)) }
hs3 <- "visual =~ x1+x2+x3\ntextual =~ x4+x5+x6\nspeed =~ x7+x8+x9"
single <- cfa("f =~ x1+x2+x3+x4", hs); correlated <- cfa("f =~ x1+x2+x3+x4\nx1 ~~ x2", hs)
second <- cfa(paste(hs3, "g =~ visual+textual+speed", sep = "\n"), hs)
cuts <- bfi[, c("N1","N2","N3","N4","N5")]
ord <- cfa("f =~ N1+N2+N3+N4+N5", cuts, ordered = TRUE)
out <- list(
  psych = as.character(packageVersion("psych")), semTools = as.character(packageVersion("semTools")),
  lavaan = as.character(packageVersion("lavaan")),
  one_factor = list(N = one(cuts), x1_x4 = one(hs[, paste0("x", 1:4)])),
  single = as.list(quiet(reliability(single))[, 1]), maximal_single = unname(quiet(maximalRelia(single))),
  maximal_correlated = unname(quiet(maximalRelia(correlated))),
  comp_single = as.numeric(quiet(compRelSEM(single))), comp_ord = as.numeric(quiet(compRelSEM(ord, ord.scale = TRUE))),
  maximal_three = unname(quiet(maximalRelia(cfa(hs3, hs)))),
  second_order = as.list(quiet(reliabilityL2(second, "g"))),
  ordinal = as.list(quiet(reliability(ord))[, 1]),
  maximal_ordinal = unname(quiet(maximalRelia(ord))))
writeLines(toJSON(out, auto_unbox = TRUE, digits = 14, na = "null"), "tests/oracle/psych/reliability.json")
