# Exploratory blocks inside a confirmatory model.
source("tests/oracle/R/common.R")
HS <- data_of("hs1939.csv"); H <- "hs1939.csv"
e3 <- 'efa("b")*f1 + efa("b")*f2 + efa("b")*f3 =~ x1+x2+x3+x4+x5+x6+x7+x8+x9'
more <- list(rstarts = 100)
rotated <- function(name, rotation, ..., args = more, model = e3)
  run(name, model, HS, H, rotation = rotation, rotation.args = args, ..., polish = FALSE,
      extra = function(f) list(rotation_objective = f@Model@H[0], rotation = rotation))
rotated("esem_geomin_ml", "geomin", args = c(more, geomin.epsilon = .001))
rotated("esem_oblimin_ml", "oblimin")
rotated("esem_quartimin_ml", "quartimin")
rotated("esem_varimax_ml", "varimax")
rotated("esem_geomin_mlr", "geomin", estimator = "MLR", args = c(more, geomin.epsilon = .001))
rotated("esem_criterion_ml", "geomin", args = c(more, geomin.epsilon = .001),
        model = paste0('efa("b")*f1 + efa("b")*f2 =~ x1+x2+x3+x4+x5+x6\nspeed =~ x7 + x8 + x9\nspeed ~ f1 + f2'))
# With rotation.se = "bordered" (the default) lavaan 0.6-14 standardises the items by Lambda Lambda'
# + Theta, without the factors' correlations, so its errors of oblique loadings are off by up to
# 0.007; by the delta method they are good to what its numerical derivatives allow, about 0.002.
if (chosen("esem_oblique_delta")) { out <- list()
  for (r in c("oblimin", "quartimin")) { f <- quiet(cfa(e3, HS, rotation = r, rotation.se = "delta", rotation.args = more))
    e <- as.data.frame(parameterEstimates(f)); out[[r]] <- e[, c("lhs", "op", "rhs", "est", "se")] }
  write_json_file(out, "esem_oblique_delta") }
