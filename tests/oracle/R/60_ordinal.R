# Ordered items: estimators, parameterisations, groups, mixed with continuous items.
source("tests/oracle/R/common.R")
suppressPackageStartupMessages(library(semTools))
B <- data_of("bfi15_gender.csv"); D <- "bfi15_gender.csv"
m2 <- "N =~ N1+N2+N3+N4+N5\nA =~ A1+A2+A3+A4+A5"; items <- c(paste0("N", 1:5), paste0("A", 1:5))
go <- function(name, ..., model = m2, data = B, ordered = items, extra = NULL)
  run(name, model, data, D, ordered = ordered, ..., extra = extra, polish = TRUE)
for (est in c("DWLS", "WLSM", "WLSMV", "ULSMV", "WLSMVS", "WLS", "ULS")) go(paste0("ordinal_", tolower(est)), estimator = est)
go("ordinal_wlsmv_theta", parameterization = "theta")
go("ordinal_wlsmv_stdlv", std.lv = TRUE)
for (par in c("delta", "theta")) {
  go(paste0("ordinal_groups_configural_", par), group = "gender", parameterization = par)
  go(paste0("ordinal_groups_metric_", par), group = "gender", parameterization = par, group.equal = "loadings")
  go(paste0("ordinal_groups_scalar_", par), group = "gender", parameterization = par, group.equal = c("loadings", "thresholds"))
  go(paste0("ordinal_groups_partial_", par), group = "gender", parameterization = par, group.equal = c("loadings", "thresholds"), group.partial = c("N1|t2", "A=~A3"))
  levels <- list(configural = "", thresholds = "thresholds", loadings = c("thresholds", "loadings"),
                 intercepts = c("thresholds", "loadings", "intercepts"),
                 residuals = c("thresholds", "loadings", "intercepts", "residuals"))
  if (par == "delta") levels$residuals <- NULL      # residual variances are not free under delta
  for (l in names(levels)) { name <- paste0("wu_estabrook_", l, "_", par)
    if (chosen(name)) { s <- as.character(do.call(measEq.syntax, list(configural.model = m2, data = B, ordered = items,
      parameterization = par, ID.fac = "std.lv", ID.cat = "Wu.Estabrook.2016", group = "gender", group.equal = levels[[l]])))
      run(name, s, B, D, ordered = items, group = "gender", parameterization = par, estimator = "WLSMV") } } }
M <- B; for (v in c("N2", "A1")) M[[v]] <- as.integer(M[[v]] > 3) + 1L
go("ordinal_binary_mixed_categories_delta", data = M)
go("ordinal_with_continuous_delta", ordered = setdiff(items, c("N1", "A4", "A5")))
go("ordinal_with_continuous_theta", ordered = setdiff(items, c("N1", "A4", "A5")), parameterization = "theta")
go("ordinal_regression_delta", model = paste0(m2, "\nN ~ b*A\nC =~ C1 + C2 + C3 + C4 + C5\nC ~ c*N\nind := b*c"), ordered = c(items, paste0("C", 1:5)))
go("ordinal_modification", extra = function(f) list(modindices = modification(f)))
if (chosen("ordinal_scores")) { small <- B[1:400, ]; f <- quiet(cfa(m2, small, ordered = items))
  s <- quiet(lavPredict(f, method = "EBM")); ml <- quiet(lavPredict(f, method = "ML"))
  write_json_file(list(data = paste(D, "first 400 rows"), model = m2, EBM = matrix_of(s[1:25, ]), ML = matrix_of(ml[1:25, ]),
    estimates = as.data.frame(parameterEstimates(f))), "ordinal_scores") }

# The statistics themselves, with continuous variables, weights, holes and empty cells.
if (chosen("ordinal_statistics")) {
  d <- data_of("hs1939.csv")[, paste0("x", 1:9)]; o <- c("x2", "x5", "x6", "x9")
  cut_at <- function(x, p) as.integer(cut(x, quantile(x, c(0, p, 1)), include.lowest = TRUE))
  for (v in o) d[[v]] <- cut_at(d[[v]], c(.2, .5, .85)); d$x9 <- as.integer(d$x9 > 2) + 1L
  set.seed(4); d$weight <- round(runif(nrow(d), .5, 2), 2)
  h <- d; for (v in paste0("x", 1:9)) h[[v]][sample(nrow(h), 25)] <- NA
  g <- h; for (v in setdiff(paste0("x", 1:9), o)) g[[v]] <- as.integer(cut(h[[v]], 3))
  m <- "f =~ x1+x2+x3+x4+x5+x6+x7+x8+x9"
  of <- function(f) list(names = names(lavInspect(f, "wls.obs")), obs = as.numeric(lavInspect(f, "wls.obs")), gamma = unname(unclass(lavInspect(f, "gamma"))))
  set.seed(5); z <- MASS::mvrnorm(300, rep(0, 3), matrix(c(1, .9, .7, .9, 1, .6, .7, .6, 1), 3))
  e <- data.frame(a = as.integer(z[, 1] > 0) + 1L, b = as.integer(z[, 2] > 1.9) + 1L, c = as.integer(cut(z[, 3], c(-9, -1.5, 0, 1.8, 9))))
  write_json_file(quiet(list(ordered = o, mixed_data = d, holes_data = h, holes_ordered_data = g, empty_data = e,
    mixed = of(cfa(m, d, ordered = o)), weighted = of(cfa(m, d, ordered = o, sampling.weights = "weight")),
    pairwise = of(cfa(m, h, ordered = o, missing = "pairwise")),
    pairwise_ordered = of(cfa(m, g, ordered = paste0("x", 1:9), missing = "pairwise")),
    empty = matrix_of(lavCor(e, ordered = names(e))), empty_ab = unclass(unname(as.matrix(table(e$a, e$b))))) ), "ordinal_statistics") }
