# The effect of a form in item-balanced mixed models, responses missing at unequal rates.
# Rscript tests/oracle/R/87_form_effects.R   (from the project's folder)
suppressPackageStartupMessages({library(lme4); library(jsonlite)})
d <- read.csv(gzfile("tests/oracle/data/gstudy.csv.gz")); d$item <- paste(d$stem, d$item)
d <- d[d$form %in% c("f0", "f1"), ]
one <- function(r) { p <- d[d$respondent == r, ]; p <- p[p$item %in% intersect(p$item[p$form == "f0"], p$item[p$form == "f1"]), ]
  drop <- p$form == "f1" & seq_len(nrow(p)) %% 7 == 0   # a second gap: these answers are missing
  p <- rbind(p, transform(p[!drop, ], value = value + 0.25))   # two occasions, one with holes
  fixef(lmer(value ~ form + (1|item), p, control = lmerControl(optCtrl = list(xtol_rel = 1e-12, ftol_abs = 1e-14))))[["formf1"]] }
rs <- sort(unique(d$respondent))[1:6]
writeLines(toJSON(list(program = paste("lme4", packageVersion("lme4")), effect = setNames(lapply(rs, one), rs)),
  auto_unbox = TRUE, digits = 12), "tests/oracle/lme4/form_effects.json")
