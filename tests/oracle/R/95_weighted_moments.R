# Weighted means and covariance of made-up answers, as cov.wt and as lavaan's sampling.weights.
# Rscript tests/oracle/R/95_weighted_moments.R   (from the project's folder)
suppressPackageStartupMessages({library(lavaan); library(jsonlite)})
set.seed(95)
n <- 120; p <- 21
general <- rnorm(n)
x <- sapply(1:p, function(j) pmin(6, pmax(1, round(3.8 + .5 * general + rnorm(n)))))
colnames(x) <- sprintf("pvq%02d", 1:p)
d <- data.frame(x, w = round(rgamma(n, 4, 4), 4))
write.csv(d, "tests/oracle/data/weighted21.csv", row.names = FALSE)
d <- read.csv("tests/oracle/data/weighted21.csv")
items <- colnames(x)
wt <- cov.wt(d[items], wt = d$w / sum(d$w), method = "ML", cor = FALSE)
model <- paste("f =~", paste(items, collapse = " + "))
fit <- cfa(model, d, sampling.weights = "w", meanstructure = TRUE, estimator = "MLR")
s <- lavInspect(fit, "sampstat")
out <- list(program = paste("lavaan", packageVersion("lavaan"), "stats", getRversion()),
  center = unname(wt$center), cov = unname(wt$cov),
  lavaan_mean = unname(as.numeric(s$mean)), lavaan_cov = unname(unclass(s$cov)[items, items]),
  nobs = lavInspect(fit, "nobs"), unweighted = unname(cov(d[items])),
  n_effective = sum(d$w)^2 / sum(d$w^2))
writeLines(toJSON(out, digits = NA, auto_unbox = TRUE, matrix = "rowmajor"),
  "tests/oracle/stats/weighted_moments.json")
