# A broad sweep: every part of the syntax, of the groups and of the estimators, on rows made for it.
source("tests/oracle/R/common.R")
# Going on from a fitted object makes lavaan forget its default: fixed.x is said where it matters.
W <- data_of("sweep_rows.csv"); w <- "sweep_rows.csv"
H <- data_of("sweep_holes.csv"); h <- "sweep_holes.csv"
T <- data_of("sweep_waves.csv"); t <- "sweep_waves.csv"
O <- data_of("sweep_ordered.csv"); o <- "sweep_ordered.csv"
m3 <- "f1 =~ y1 + y2 + y3 + y4\nf2 =~ y5 + y6 + y7 + y8\nf3 =~ y9 + y10 + y11 + y12"
sc <- c("loadings", "intercepts"); more <- function(f) list(modindices = modification(f))
go <- function(name, model, ..., fun = "cfa", frame = W, data = w, extra = NULL)
  run(paste0("sweep_", name), model, frame, data, ..., fun = fun, extra = extra)

# Syntax
go("syntax", "f1 =~ y1 + a*y2 + a*y3; f2 =~ y5 + y6 +\n  y7 # a comment\n! another\nf1 ~~ r*f2 ; r > 0.1\nrr := r^2; dd := 2*a - r/(1 + exp(-a))\nlast := rr*dd")
go("free_markers", "f1 =~ NA*y1 + y2 + .8*y3 + y4\nf1 ~~ 1*f1\nf2 =~ NA*y5 + l*y6 + l*y7 + start(.9)*y8\nf2 ~~ NA*f2\nl == .8\ny1 ~~ .05*y2\nf1 ~ NA*1\ny1 ~ 0*1", meanstructure = TRUE)
go("group_constraints", "f1 =~ y1 + c(a1,a2,a3)*y2 + c(b,b,b2)*y3 + y4\na1 == a2\na3 > 0.2\nf1 ~~ c(v1,v2,v3)*f1\ngap := a1 - a3\nratio := v2/v1\nv1 + v2 + v3 == 3.2", group = "country")
go("group_fixed", "f1 =~ y1 + c(NA,.8,.75)*y2 + y3 + c(.8,NA,NA)*y4\nf1 ~~ c(1,NA,NA)*f1\nf1 ~ c(0,NA,.1)*1\ny1 ~~ c(.3,.4,NA)*y1", group = "country", group.equal = sc)
go("equal", "f1 =~ y1 + y2 + equal('f1=~y2')*y3 + y4\nf2 =~ y5 + l*y6 + y7 + equal('f2=~y6')*y8\ny1 ~~ e*y1\ny2 ~~ e*y2", extra = more)
go("bounded_mlr", "f1 =~ y1 + a*y2 + b*y3 + y4\nf2 =~ y5 + y6 + y7 + y8\na < .7\nb > .75\na + b < 1.6", estimator = "MLR")
go("composite", "c <~ 1*age + trained\nc =~ y1 + y2\nf2 =~ y5 + y6 + y7 + y8\nf2 ~ c", fun = "sem", fixed.x = TRUE)
go("single_indicator", "f1 =~ y1 + y2 + y3\ns =~ o1\nk =~ 1*o2\no2 ~~ .3*o2\nk ~ s + f1\ns ~ f1", fun = "sem")
go("nonrecursive", "o1 ~ b*o2 + age\no2 ~ d*o1 + trained\nloop := b*d", fun = "sem", fixed.x = TRUE)
go("nonrecursive_mlr", "o1 ~ b*o2 + age\no2 ~ d*o1 + trained\nloop := b*d", fun = "sem", estimator = "MLR", fixed.x = TRUE)
go("saturated", "o1 ~ age + trained + o2\no2 ~ age + trained", fun = "sem", meanstructure = TRUE, fixed.x = TRUE)

# Structure
go("regressions_random_x_mlm", paste0(m3, "\nf3 ~ b*f1 + c*f2\nf1 + f2 ~ age + trained\no1 ~ f3 + f1\nind := b*c"), fun = "sem", fixed.x = FALSE, estimator = "MLM", meanstructure = TRUE)
go("regressions_fixed_x_mlr", paste0(m3, "\nf3 ~ b*f1 + c*f2\nf1 + f2 ~ age + trained\no1 ~ f3 + f1\nind := b*c"), fun = "sem", estimator = "MLR", extra = more, fixed.x = TRUE)
go("regressions_groups", "f1 =~ y1 + y2 + y3 + y4\nf2 =~ y5 + y6 + y7 + y8\nf2 ~ f1 + age\no1 ~ f2\no2 ~ o1", fun = "sem", group = "country", group.equal = c("loadings", "regressions", "lv.variances"), estimator = "MLM", fixed.x = TRUE)
go("secondorder_metric_groups", paste0(m3, "\ng =~ f1 + f2 + f3"), group = "country", group.equal = "loadings", estimator = "MLR")
go("bifactor_groups", "g =~ y1+y2+y3+y4+y5+y6+y7+y8+y9+y10+y11+y12\nf2 =~ y5 + y6 + y7 + y8\nf3 =~ y9 + y10 + y11 + y12", orthogonal = TRUE, std.lv = TRUE, group = "country", group.equal = "loadings")
go("correlated_outcomes", "f1 =~ y1 + y2 + y3 + y4\no1 + o2 ~ f1 + age\ny5 ~ o1", fun = "sem", fixed.x = TRUE)
go("effect_coding_groups_mlr", m3, group = "country", group.equal = sc, effect.coding = TRUE, estimator = "MLR")
go("growth_groups_mlr", "i =~ 1*t0 + 1*t1 + 1*t2 + 1*t3 + 1*t4\ns =~ 0*t0 + 1*t1 + 2*t2 + 3*t3 + 4*t4\ni + s ~ sex\nt0 ~ k*c0; t1 ~ k*c1; t2 ~ k*c2; t3 ~ k*c3; t4 ~ k*c4", fun = "growth", frame = T, data = t, group = "arm", estimator = "MLR", fixed.x = TRUE)
go("growth_free_times", "i =~ 1*t0 + 1*t1 + 1*t2 + 1*t3 + 1*t4\ns =~ 0*t0 + t1 + t2 + t3 + 4*t4\nt0 ~~ e*t0; t1 ~~ e*t1; t2 ~~ e*t2; t3 ~~ e*t3; t4 ~~ e*t4", fun = "growth", frame = T, data = t)
go("random_intercept", "i =~ 1*t0 + 1*t1 + 1*t2 + 1*t3 + 1*t4\nt4 ~ t3; t3 ~ t2; t2 ~ t1; t1 ~ t0\ni ~~ t0", fun = "sem", frame = T, data = t)

# Groups
go("partial_many", m3, group = "country", group.equal = c("loadings", "intercepts", "residuals", "lv.variances", "lv.covariances"), group.partial = c("y3~1", "f2=~y6", "y9~~y9", "f1~~f2"), estimator = "MLM")
go("means_equal", m3, group = "country", group.equal = c("loadings", "intercepts", "means"), estimator = "MLR")
go("residual_covariances", paste0(m3, "\ny1 ~~ y5\ny2 ~~ y6"), group = "country", group.equal = c("loadings", "residuals", "residual.covariances"))
go("wishart_scalar", m3, group = "country", group.equal = sc, likelihood = "wishart", std.lv = TRUE)
go("no_means_groups", m3, group = "country", group.equal = "loadings", meanstructure = FALSE, estimator = "MLM")

# Estimators
go("gls_regression", paste0(m3, "\nf3 ~ f1 + f2\nf1 ~~ f2"), fun = "sem", estimator = "GLS", meanstructure = TRUE)
go("uls_groups", m3, estimator = "ULS", group = "country", group.equal = sc)
go("wls_groups", "f1 =~ y1 + y2 + y3 + y4\nf2 =~ y5 + y6 + y7", estimator = "WLS", group = "country", group.equal = "loadings")
go("dwls_robust", m3, estimator = "WLSMV")
go("ulsmv_groups", m3, estimator = "ULSMV", group = "country", group.equal = sc)
go("mlr_means", m3, estimator = "MLR", meanstructure = TRUE)
go("ml_observed_groups", m3, information = "observed", group = "country", group.equal = sc)
go("mlmv_regression", paste0(m3, "\no1 ~ f1 + f2\no2 ~ o1 + f3"), estimator = "MLMV", fun = "sem")
go("cluster_regression", paste0(m3, "\nf1 ~ age\no1 ~ f1 + f2"), cluster = "town", fun = "sem", estimator = "MLR", fixed.x = TRUE)
go("weights_groups", m3, sampling.weights = "w", group = "country", group.equal = sc, estimator = "MLR")
go("cluster_weights_groups", m3, sampling.weights = "w", cluster = "town", group = "country", group.equal = "loadings", estimator = "MLR")

# Holes
go("fiml_mlr", m3, missing = "fiml", estimator = "MLR", frame = H, data = h)
go("fiml_scalar_mlr", m3, missing = "fiml", estimator = "MLR", frame = H, data = h, group = "country", group.equal = sc)
go("fiml_regression", paste0(m3, "\nf3 ~ f1 + f2\no1 ~ b*f3\nsquare := b^2"), missing = "fiml", frame = H, data = h, fun = "sem")
go("fiml_covariates", paste0(m3, "\nf1 + f2 ~ age + trained\no1 ~ f1"), missing = "fiml", frame = H, data = h, fun = "sem", fixed.x = TRUE)
go("fiml_constraints", "f1 =~ y1 + a*y2 + b*y3 + y4\nf2 =~ y5 + y6 + y7 + y8\na == b + .1\na < .9", missing = "fiml", frame = H, data = h)
go("fiml_cluster", m3, missing = "fiml", estimator = "MLR", cluster = "town", frame = H, data = h)
# With weights and rows without any answer lavaan's chi-square and log-likelihoods contradict each other: left out here.
go("fiml_weights", m3, missing = "fiml", estimator = "MLR", sampling.weights = "w", frame = H[-c(5, 300), ], data = paste0(h, ";without rows 5 and 300"))
go("listwise_holes", m3, frame = H, data = h, estimator = "MLM")

# Ordered items
u3 <- "f1 =~ u1 + u2 + u3 + u4\nf2 =~ u5 + u6 + u7 + u8"; u8 <- paste0("u", 1:8); u12 <- paste0("u", 1:12)
or <- function(name, model, ..., fun = "cfa", ordered = u8, extra = NULL)
  run(paste0("sweep_", name), model, O, o, ordered = ordered, ..., fun = fun, extra = extra)
or("ordered_groups_theta", u3, group = "arm", group.equal = c("loadings", "thresholds"), parameterization = "theta", extra = more)
or("ordered_groups_delta", u3, group = "arm", group.equal = c("loadings", "thresholds"))
or("ordered_ulsmv_groups", u3, group = "arm", group.equal = c("loadings", "thresholds"), estimator = "ULSMV")
or("ordered_wls", u3, estimator = "WLS")
or("ordered_dwls_groups", u3, estimator = "DWLS", group = "arm", group.equal = "loadings")
or("ordered_wlsm", u3, estimator = "WLSM", std.lv = TRUE)
or("ordered_thresholds", paste0(u3, "\nu2 | a*t1 + t2\nu6 | a*t1 + 0.9*t2\nu3 | t1 + b*t2 + t3\nwidth := b - a"))
or("ordered_scalings", paste0(u3, "\nu1 ~*~ c(1,1,1)*u1\nu2 ~*~ c(1,NA,NA)*u2\nu3 ~*~ c(1,NA,1)*u3\nf1 ~ c(0,NA,NA)*1"), group = "arm", group.equal = c("loadings", "thresholds"))
or("ordered_mixed_groups", "f1 =~ u1 + u2 + u3 + v1\nf2 =~ u5 + u6 + u7 + v2", ordered = c("u1", "u2", "u3", "u5", "u6", "u7"), group = "arm", group.equal = c("loadings", "thresholds", "intercepts"), parameterization = "theta")
or("ordered_second_order", paste0(u3, "\nf3 =~ u9 + u10 + u11 + u12\ng =~ f1 + f2 + f3"), ordered = u12)
or("ordered_mediation", paste0(u3, "\nf3 =~ u9 + u10 + u11 + u12\nf3 ~ a*f1\nf2 ~ b*f3 + c*f1\nind := a*b; total := c + a*b"), ordered = u12, fun = "sem", extra = more)
or("ordered_constraints", "f1 =~ u1 + a*u2 + b*u3 + u4\nf2 =~ u5 + u6 + u7 + u8\na == b\nf1 ~~ r*f2\nr < .9\nq := r^2")
or("ordered_outcome", "f1 =~ v1 + u2 + u3 + u4\nu5 ~ f1\nu6 ~ f1 + u5", ordered = c("u2", "u3", "u4", "u5", "u6"), fun = "sem", parameterization = "theta")
or("ordered_bifactor", "g =~ u1+u2+u3+u4+u5+u6+u7+u8\ns =~ u5 + u6 + u7 + u8", orthogonal = TRUE, std.lv = TRUE)

or("ordered_modification_delta", u3, group = "arm", group.equal = c("loadings", "thresholds"), estimator = "ULSMV", extra = more)

# Defaults and options, as a user leaves or names them
mimic <- paste0(m3, "\nf1 + f2 + f3 ~ age + trained\ny3 ~ trained")
plain <- function(name, model, ..., fun = "sem", frame = W, data = w, extra = NULL)
  run(paste0("sweep_", name), model, frame, data, ..., fun = fun, extra = extra, polish = FALSE)
for (est in c("ML", "MLR", "MLM", "GLS", "ULS", "DWLS", "ULSMV")) plain(paste0("mimic_", tolower(est)), mimic, estimator = est)
plain("mimic_groups", mimic, estimator = "MLR", group = "country", group.equal = c("loadings", "intercepts", "regressions"))
plain("mimic_fixed_ulsmv", mimic, estimator = "ULSMV", fixed.x = TRUE)
plain("mimic_fixed_gls", mimic, estimator = "GLS", fixed.x = TRUE, meanstructure = TRUE)
plain("mimic_mlmv_groups", mimic, estimator = "MLMV", group = "country")
plain("mimic_modification", mimic, meanstructure = TRUE, extra = more)
plain("test_satorra_bentler", m3, test = "satorra.bentler")
plain("test_scaled_shifted", m3, test = "scaled.shifted", group = "country")
plain("mlr_expected_groups", m3, estimator = "MLR", information = "expected", group = "country", group.equal = sc)
plain("orthogonal_sem", paste0(m3, "\no1 ~ f1 + f2 + f3"), orthogonal = TRUE, std.lv = TRUE)
plain("fiml_observed_path", "o1 ~ y1 + y5\no2 ~ o1 + y9", missing = "fiml", frame = H, data = h)
plain("growth_modification", "i =~ 1*t0 + 1*t1 + 1*t2 + 1*t3 + 1*t4\ns =~ 0*t0 + 1*t1 + 2*t2 + 3*t3 + 4*t4\ni + s ~ sex", fun = "growth", frame = T, data = t, extra = more)
plain("scalar_modification", m3, fun = "cfa", group = "country", group.equal = sc, extra = more)
plain("wls_modification", "f1 =~ y1 + y2 + y3 + y4\nf2 =~ y5 + y6 + y7 + y8", fun = "cfa", estimator = "WLS", extra = more)

# Exploratory blocks
e3 <- 'efa("b")*f1 + efa("b")*f2 + efa("b")*f3 =~ y1 + y2 + y3 + y4 + y5 + y6 + y7 + y8 + y9 + y10 + y11 + y12'
go("esem_two_blocks", 'efa("a")*f1 + efa("a")*f2 =~ y1 + y2 + y3 + y4 + y5 + y6 + y7 + y8\nf3 =~ y9 + y10 + y11 + y12\nf3 ~ f1 + f2', fun = "sem", rotation = "oblimin")
