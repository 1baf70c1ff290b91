# Marginal models with few clusters by clubSandwich and geepack (Debian: r-cran-clubsandwich, r-cran-geepack).
# Rscript tests/oracle/R/99_marginal.R   (from the project's folder)
suppressPackageStartupMessages({library(clubSandwich); library(geepack); library(jsonlite)})
d <- read.csv("tests/oracle/data/vignettes.csv", stringsAsFactors = TRUE)
d$yes <- as.numeric(d$rating > 4)
d$count <- pmax(round(d$rating), 0)
d$category <- findInterval(d$rating, c(3, 4.2, 5.5))
tight <- glm.control(epsilon = 1e-14, maxit = 200)
# The rows of the last weighted least squares step: there the adjustment of leverage has one root only.
exact <- function(fit, cluster, terms) {
  w <- sqrt(fit$weights)
  X <- model.matrix(fit) * w
  z <- (fit$linear.predictors + residuals(fit, "working")) * w
  flat <- lm(z ~ 0 + X)
  V <- vcovCR(flat, cluster = cluster, type = "CR2")
  t <- as.data.frame(coef_test(flat, V, test = "Satterthwaite"))
  W <- lapply(terms, function(k) as.data.frame(Wald_test(flat, constrain_zero(k), V, test = "HTZ")))
  list(beta = as.numeric(coef(fit)), se = t$SE, df = t$df_Satt, terms = W,
    glm_se = sqrt(diag(vcovCR(fit, cluster = cluster, type = "CR2"))))
}
one <- function(formula, family, data = d, terms = list()) {
  fit <- glm(formula, family, data, control = tight)
  gee <- geeglm(formula, family = family, data = data[order(data$vignette), ], id = vignette,
    corstr = "independence")
  c(exact(fit, data$vignette, terms), list(gee = as.numeric(coef(gee))))
}
few <- subset(d, vignette %in% levels(vignette)[1:7])
long <- do.call(rbind, lapply(0:2, function(k) transform(d, above = as.numeric(category > k), cut = k)))
long$cut <- factor(long$cut)
ordinal <- glm(above ~ 0 + cut + burden * belonging + diagnosis, binomial, long, control = tight)
out <- list(
  program = paste("clubSandwich", packageVersion("clubSandwich"), "geepack", packageVersion("geepack")),
  binomial = one(yes ~ burden * belonging + diagnosis + age, binomial, terms = list(diagnosis = 4:5)),
  few = one(yes ~ burden * belonging, binomial, few, terms = list(interaction = 4)),
  poisson = one(count ~ burden + diagnosis, poisson, terms = list(diagnosis = 3:4)),
  gaussian = one(rating ~ burden + diagnosis, gaussian, terms = list(diagnosis = 3:4)),
  ordinal = exact(ordinal, long$vignette, list(diagnosis = 6:7)))
dir.create("tests/oracle/clubSandwich", showWarnings = FALSE)
writeLines(toJSON(out, digits = NA, auto_unbox = TRUE, pretty = TRUE), "tests/oracle/clubSandwich/marginal.json")
