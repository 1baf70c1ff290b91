# Estimators and their standard errors and tests, over the same structure.
source("tests/oracle/R/common.R")
HS <- data_of("hs1939.csv"); H <- "hs1939.csv"
m3 <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
sc <- c("loadings", "intercepts")
for (est in c("GLS", "ULS", "WLS", "DWLS")) { tag <- tolower(est)
  run(paste0("estimator_", tag), m3, HS, H, estimator = est)
  run(paste0("estimator_", tag, "_means"), m3, HS, H, estimator = est, meanstructure = TRUE)
  run(paste0("estimator_", tag, "_scalar"), m3, HS, H, estimator = est, group = "school", group.equal = sc) }
for (est in c("MLM", "MLMV", "MLMVS", "MLR", "MLF", "ULSMV", "WLSM", "WLSMV"))
  run(paste0("estimator_", tolower(est)), m3, HS, H, estimator = est)
for (est in c("MLM", "MLMV")) run(paste0("estimator_", tolower(est), "_scalar"), m3, HS, H, estimator = est, group = "school", group.equal = sc)
run("estimator_ml_observed_scalar", m3, HS, H, information = "observed", group = "school", group.equal = sc)
run("estimator_ml_crossproduct", m3, HS, H, information = "first.order")
run("estimator_mlr_expected", m3, HS, H, estimator = "MLR", information = "expected")
run("estimator_ml_test_yb", m3, HS, H, se = "robust.huber.white", test = "yuan.bentler")

CL <- data_of("sim_cluster.csv"); C <- "sim_cluster.csv"
two <- "f1 =~ x1 + x2 + x3\nf2 =~ x4 + x5 + x6"
run("cluster_mlr", two, CL, C, cluster = "cluster", estimator = "MLR")
run("cluster_ml", two, CL, C, cluster = "cluster")
run("cluster_groups_metric_mlr", two, CL, C, cluster = "cluster", group = "group", group.equal = "loadings", estimator = "MLR")
run("weights_mlr", two, CL, C, sampling.weights = "weight", estimator = "MLR")
run("weights_ml", two, CL, C, sampling.weights = "weight")
run("weights_cluster_mlr", two, CL, C, sampling.weights = "weight", cluster = "cluster", estimator = "MLR")
run("weights_groups_scalar_mlr", two, CL, C, sampling.weights = "weight", group = "group", group.equal = sc, estimator = "MLR")
