# Single-group models beyond plain factor analysis.
source("tests/oracle/R/common.R")
HS <- data_of("hs1939.csv"); H <- "hs1939.csv"
m3 <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
items <- paste0("x", 1:9)
run("constraints_ml", "visual =~ x1 + a*x2 + b*x3\ntextual =~ x4 + c*x5 + c*x6\nspeed =~ x7 + d*x8 + x9\na == 2*b\nd > 0.5\nratio := a/d\ngap := a - c*d", HS, H, vcov = TRUE)
run("constraint_nonlinear_ml", paste0("visual =~ x1 + a*x2 + b*x3\ntextual =~ x4 + c*x5 + x6\nspeed =~ x7 + d*x8 + x9\na*b == c - 0.8\n"), HS, H, vcov = TRUE)
run("inequality_active_ml", "visual =~ x1 + a*x2 + b*x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9\na > 0.7\nb < 0.65", HS, H)
run("mimic_ml", paste0(m3, "\nvisual + textual + speed ~ sex + ageyr"), HS, H, fun = "sem")
run("mimic_dif_random_x_ml", paste0(m3, "\nvisual + textual + speed ~ sex + ageyr\nx3 ~ sex"), HS, H, fun = "sem", fixed.x = FALSE)
run("mimic_mlr", paste0(m3, "\nvisual + textual + speed ~ sex + ageyr"), HS, H, fun = "sem", estimator = "MLR", meanstructure = TRUE)
run("secondorder_ml", paste0(m3, "\ng =~ visual + textual + speed"), HS, H)
bif <- "g =~ x1+x2+x3+x4+x5+x6+x7+x8+x9\nvisual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
run("bifactor_ml", bif, HS, H, orthogonal = TRUE, std.lv = TRUE)
run("crossload_ml", "visual =~ x1 + x2 + x3 + x9\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9", HS, H)
run("effectcoding_ml", m3, HS, H, effect.coding = TRUE)
run("effectcoding_loadings_ml", m3, HS, H, effect.coding = "loadings")
run("fixed_and_start_ml", "visual =~ NA*x1 + start(.5)*x2 + 0.7*x3\nvisual ~~ 1*visual\ntextual =~ x4 + equal('textual=~x4')*x5 + x6\nx1 ~~ 0*x4\nx1 ~~ x7", HS, H)
run("regressions_ml", "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9\nspeed ~ b1*visual + b2*textual\nindirect := b1*b2\nx7 ~ x1", HS, H, fun = "sem", meanstructure = TRUE)
run("path_observed_ml", "x9 ~ x7 + x8\nx7 ~ a*x1 + x2\nx8 ~ x1\ntotal := a^2 + exp(a) - log(1 + a^2)", HS, H, fun = "sem")
run("saturated_ml", "x1 ~~ x2 + x3\nx2 ~~ x3", HS, H, meanstructure = TRUE)

PD <- data_of("political_democracy.csv"); P <- "political_democracy.csv"
pd <- "ind60 =~ x1 + x2 + x3\ndem60 =~ y1 + a*y2 + b*y3 + c*y4\ndem65 =~ y5 + a*y6 + b*y7 + c*y8\ndem60 ~ p*ind60\ndem65 ~ d*ind60 + q*dem60\ny1 ~~ y5\ny2 ~~ y4 + y6\ny3 ~~ y7\ny4 ~~ y8\ny6 ~~ y8\nindirect := p*q\ntotal := d + indirect"
run("mediation_ml", pd, PD, P, fun = "sem", vcov = TRUE)
run("mediation_mlr", pd, PD, P, fun = "sem", estimator = "MLR")
run("mediation_mlm", pd, PD, P, fun = "sem", estimator = "MLM")

G <- data_of("demo_growth.csv"); gm <- "i =~ 1*t1 + 1*t2 + 1*t3 + 1*t4\ns =~ 0*t1 + 1*t2 + 2*t3 + 3*t4"
run("growth_ml", gm, G, "demo_growth.csv", fun = "growth")
run("growth_covariates_ml", paste0(gm, "\ni ~ x1 + x2\ns ~ x1 + x2\nt1 ~ c1\nt2 ~ c2\nt3 ~ c3\nt4 ~ c4"), G, "demo_growth.csv", fun = "growth")
run("growth_mlr", gm, G, "demo_growth.csv", fun = "growth", estimator = "MLR")

C <- data_of("sim_circle.csv"); cn <- c("a", "b", "c", "d", "e", "f")
lines <- sapply(1:6, function(k) paste0(cn[k], " =~ ", paste0("y", 3 * k - 2:0, collapse = " + ")))
pairs <- combn(6, 2); steps <- pmin(pairs[2, ] - pairs[1, ], 6 - pairs[2, ] + pairs[1, ])
circle <- paste(c(lines, paste0(cn[pairs[1, ]], " ~~ r", steps, "*", cn[pairs[2, ]])), collapse = "\n")
run("circulant_ml", circle, C, "sim_circle.csv", std.lv = TRUE)
run("circulant_free_ml", paste(lines, collapse = "\n"), C, "sim_circle.csv", std.lv = TRUE)
run("circulant_mlr", circle, C, "sim_circle.csv", std.lv = TRUE, estimator = "MLR")

M <- data_of("sim_method.csv")
run("method_factor_ml", "t1 =~ m1 + m2 + m3 + m4\nt2 =~ m5 + m6 + m7 + m8\nmethod =~ 1*m2 + 1*m4 + 1*m6 + 1*m8\nmethod ~~ 0*t1 + 0*t2", M, "sim_method.csv")

# A bifactor model with an improper optimum lower than a proper local one: 25 items of the bfi.
B <- data_of("bfi25_complete.csv")
b5 <- paste0(c("A", "C", "E", "N", "O"), " =~ ", sapply(c("A", "C", "E", "N", "O"), function(f) paste0(f, 1:5, collapse = " + ")))
bif25 <- paste(c(paste("g =~", paste(names(B), collapse = " + ")), b5), collapse = "\n")
both <- function() { if (!chosen("bifactor_bfi_ml")) return(invisible())
  free <- attempt(cfa(bif25, B, orthogonal = TRUE, std.lv = TRUE))
  run("bifactor_bfi_ml", bif25, B, "bfi25_complete.csv", orthogonal = TRUE, std.lv = TRUE)
  bounded <- attempt(cfa(bif25, B, orthogonal = TRUE, std.lv = TRUE, bounds = "pos.var"))
  cat("free", if (is.null(free)) NA else fitMeasures(free, "chisq"), if (!is.null(free)) min(diag(lavInspect(free, "est")$theta)),
      "bounded", if (is.null(bounded)) NA else fitMeasures(bounded, "chisq"), if (!is.null(bounded)) min(diag(lavInspect(bounded, "est")$theta)), "\n") }
both()

# 250 rows of the bfi in which the improper optimum is global and a proper one is local: both are
# polished from the random starts that lead there.
if (chosen("bifactor_global_improper") || chosen("bifactor_local_proper")) {
  rows <- B[1200:1449, ]; f3 <- c("N", "E", "O"); it <- as.vector(sapply(f3, function(f) paste0(f, 1:5)))
  model <- paste(c(paste("g =~", paste(it, collapse = " + ")), paste0(f3, " =~ ", sapply(f3, function(f) paste0(f, 1:5, collapse = " + ")))), collapse = "\n")
  base <- parTable(quiet(cfa(model, rows, orthogonal = TRUE, std.lv = TRUE, do.fit = FALSE)))
  set.seed(5); loadings <- base$free > 0 & base$op == "=~"; found <- list()
  for (k in 1:20) { p <- base; p$ustart[loadings] <- runif(sum(loadings), -.6, 1.2); p$start <- p$est <- p$se <- NULL
    fit <- attempt(lavaan(p, rows, se = "none", test = "none", control = list(iter.max = 3000)))
    if (is.null(fit) || !lavInspect(fit, "converged")) next
    proper <- min(diag(lavInspect(fit, "est")$theta)) > 0; name <- if (proper) "bifactor_local_proper" else "bifactor_global_improper"
    if (!is.null(found[[name]])) next
    better <- attempt(cfa(model, rows, orthogonal = TRUE, std.lv = TRUE, start = fit, optim.method = "BFGS", control = list(reltol = 1e-18, maxit = 50000L)))
    if (is.null(better) || !lavInspect(better, "converged")) next
    found[[name]] <- better
    dump(better, name, model, "bfi25_complete.csv rows 1200 to 1449", "cfa(model, data, orthogonal=TRUE, std.lv=TRUE)") }
}
