# What is computed from a fit: modification, scores, residuals, reliability, differences, bootstrap.
source("tests/oracle/R/common.R")
suppressPackageStartupMessages(library(semTools))
HS <- data_of("hs1939.csv"); H <- "hs1939.csv"
m3 <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
sc <- c("loadings", "intercepts")
fit_of <- function(...) polished("cfa", list(model = m3, data = HS, ...))
keep <- function(name, make) if (chosen(name)) write_json_file(quiet(make()), name)

keep("after_modification", function() {
  one <- fit_of(); scalar <- fit_of(group = "school", group.equal = sc)
  robust <- fit_of(estimator = "MLR"); s <- lavTestScore(scalar)
  p <- parTable(scalar); p <- p[p$op != "==", ]
  list(data = H, model = m3, single = modification(one), scalar = modification(scalar),
       single_mlr = modification(robust), score_total = as.data.frame(s$test),
       score_each = as.data.frame(s$uni),
       score_epc = as.data.frame(lavTestScore(scalar, epc = TRUE)$epc),
       plabels = data.frame(plabel = p$plabel, lhs = p$lhs, op = p$op, rhs = p$rhs, group = p$group),
       free_all = as.data.frame(modificationIndices(scalar, free.remove = FALSE))) })

first_rows <- function(x, n = 12) { if (is.list(x)) x <- do.call(rbind, x); matrix_of(x[seq_len(min(n, nrow(x))), , drop = FALSE]) }
keep("after_scores", function() {
  one <- fit_of(); scalar <- fit_of(group = "school", group.equal = sc)
  HO <- data_of("hs1939_holes.csv")
  holes <- polished("cfa", list(model = m3, data = HO, missing = "fiml"))
  of <- function(f) list(regression = first_rows(lavPredict(f, method = "regression")),
                         Bartlett = first_rows(lavPredict(f, method = "Bartlett")))
  list(data = H, model = m3, single = of(one), scalar = of(scalar), fiml = of(holes),
       fiml_data = "hs1939_holes.csv",
       standard_errors = lapply(attr(lavPredict(one, se = "standard"), "se"), matrix_of)) })

keep("after_residuals", function() {
  one <- fit_of(); means <- fit_of(group = "school", group.equal = sc)
  r <- function(f, type) { x <- resid(f, type = type); if ("cov" %in% names(x)) x <- list(x)
    lapply(unname(x), function(b) list(cov = matrix_of(b$cov), mean = if (is.null(b$mean)) NULL else as.numeric(b$mean))) }
  list(data = H, model = m3,
       single = list(raw = r(one, "raw"), cor = r(one, "cor.bentler"), bollen = r(one, "cor.bollen"),
                     standardized = r(one, "standardized"), normalized = r(one, "normalized"),
                     summary = as.data.frame(lavResiduals(one)$summary)),
       scalar = list(raw = r(means, "raw"), cor = r(means, "cor.bentler"),
                     standardized = r(means, "standardized"), normalized = r(means, "normalized")),
       r_square = named(lavInspect(one, "rsquare"))) })

keep("after_reliability", function() {
  one <- fit_of(); scalar <- fit_of(group = "school", group.equal = sc)
  second <- polished("cfa", list(model = paste0(m3, "\ng =~ visual + textual + speed"), data = HS))
  cross <- polished("cfa", list(model = "visual =~ x1 + x2 + x3 + x9\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9", data = HS))
  corres <- polished("cfa", list(model = paste0(m3, "\nx7 ~~ x8"), data = HS))
  table <- function(f) as.list(as.data.frame(reliability(f), check.names = FALSE))
  list(data = H, model = m3, rows = rownames(reliability(one)), single = table(one),
       residual_covariance = table(corres), cross_loading = table(cross),
       groups = lapply(reliability(scalar), function(x) list(rows = rownames(as.matrix(x)), values = as.list(as.data.frame(x)))),
       second_order = named(reliabilityL2(second, "g")),
       comp_rel = named(compRelSEM(one)), comp_rel_tau = named(compRelSEM(one, tau.eq = TRUE)),
       comp_rel_obs_false = named(compRelSEM(one, obs.var = FALSE)),
       ave = named(AVE(one)), htmt = matrix_of(unclass(htmt(m3, HS))),
       htmt2 = matrix_of(unclass(htmt(m3, HS, htmt2 = TRUE)))) })

keep("after_reliability_ordinal", function() {
  B <- data_of("bfi15_gender.csv"); items <- c(paste0("N", 1:5), paste0("A", 1:5)); m <- "N =~ N1+N2+N3+N4+N5\nA =~ A1+A2+A3+A4+A5"
  f <- cfa(m, B, ordered = items)
  list(data = "bfi15_gender.csv", model = m, rows = rownames(reliability(f)),
       table = as.list(as.data.frame(reliability(f))), comp_rel = named(compRelSEM(f)),
       comp_rel_latent = named(compRelSEM(f, ord.scale = FALSE))) })

keep("after_differences", function() {
  out <- list(data = H, model = m3)
  for (est in c("MLM", "MLR")) {
    ladder <- lapply(list("", "loadings", sc, c(sc, "residuals")), function(e) fit_of(group = "school", group.equal = e, estimator = est))
    part <- fit_of(group = "school", group.equal = sc, group.partial = c("x3~1", "x7~1"), estimator = est)
    names(ladder) <- c("configural", "metric", "scalar", "strict")
    tests <- list()
    for (m in c("satorra.bentler.2001", "satorra.bentler.2010", "satorra.2000"))
      tests[[m]] <- list(ladder = tryCatch(do.call(difference, c(unname(ladder), method = m)), error = function(e) NULL),
                         partial = tryCatch(difference(part, ladder$scalar, method = m), error = function(e) NULL))
    tests[["satorra.2000.exact"]] <- list(partial = tryCatch(difference(part, ladder$scalar, method = "satorra.2000", A.method = "exact"), error = function(e) NULL))
    out[[est]] <- tests }
  BB <- data_of("bfi15_gender.csv"); m2 <- "N =~ N1+N2+N3+N4+N5\nA =~ A1+A2+A3+A4+A5"; items <- c(paste0("N", 1:5), paste0("A", 1:5))
  o <- lapply(list("", "loadings", c("loadings", "thresholds")), function(e) cfa(m2, BB, ordered = items, group = "gender", group.equal = e))
  out$ordinal <- list(data = "bfi15_gender.csv", model = m2, ladder = do.call(difference, c(unname(o), method = "satorra.2000")))
  out })

keep("after_bootstrap", function() {            # compared within Monte-Carlo error only
  one <- fit_of(); set.seed(1)
  stats <- bootstrapLavaan(one, R = 2000, type = "bollen.stine", FUN = fitMeasures, fit.measures = "chisq")
  set.seed(2); est <- bootstrapLavaan(one, R = 2000)
  list(data = H, model = m3, draws = 2000, bollen_stine_p = mean(stats >= fitMeasures(one, "chisq")),
       bollen_stine_mean = mean(stats), bollen_stine_sd = sd(stats), names = colnames(est),
       bootstrap_se = as.numeric(apply(est, 2, sd)), bootstrap_mean = as.numeric(colMeans(est))) })
