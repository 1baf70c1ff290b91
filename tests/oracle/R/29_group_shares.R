# Who is right about the robust CFI of ordinal items in several groups?  Independent items in two groups:
# the baseline model is true, so its discrepancy must come out, on average, at its expectation.  lavaan's
# expectation is df * c.hat3.null; the derivation (docs/models.md) gives the sum of the groups' traces.
source("tests/oracle/R/common.R")
set.seed(106); items <- paste0("u", 1:6); sizes <- c(500, 1500); draws <- 100
model <- "u1 ~~ u2\nu3 ~~ u4\nu5 ~~ u6"
one <- function(k) { d <- data.frame(matrix(findInterval(rnorm(sum(sizes) * 6), c(-.6, .3)), ncol = 6)); names(d) <- items
  d$g <- rep(c("a", "b"), sizes)
  f <- suppressWarnings(sem(model, d, ordered = items, group = "g"))
  x <- lavaan:::lav_fit_catml_dwls(f); g <- lavTech(f, "gamma"); n <- ncol(g[[1]]); last <- (n - 14):n
  c(chisq = x$XX3.null, lavaan = x$c.hat3.null * x$df3.null, derived = sum(sapply(g, function(m) sum(diag(m[last, last])))), df = x$df3.null) }
found <- t(sapply(1:draws, function(k) tryCatch(quiet(one(k)), error = function(e) rep(NA, 4)))); found <- found[complete.cases(found), ]
write_json_file(list(program = paste("lavaan", packageVersion("lavaan")), sizes = sizes, draws = nrow(found), df = found[1, "df"],
  mean_baseline_chisq = mean(found[, "chisq"]), standard_error = sd(found[, "chisq"]) / sqrt(nrow(found)),
  lavaan_expectation = mean(found[, "lavaan"]), derived_expectation = mean(found[, "derived"])), "shares_of_groups")
