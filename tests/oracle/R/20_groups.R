# Several groups: partial invariance, latent variances and means, effect coding, four groups.
source("tests/oracle/R/common.R")
HS <- data_of("hs1939.csv"); H <- "hs1939.csv"
HS$four <- paste0(HS$school, "_", HS$sex)
m3 <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
sc <- c("loadings", "intercepts")
for (est in c("ML", "MLR")) { tag <- tolower(est)
  run(paste0("groups_partial_scalar_", tag), m3, HS, H, group = "school", group.equal = sc, group.partial = c("x3~1", "x7~1"), estimator = est)
  run(paste0("groups_means_", tag), m3, HS, H, group = "school", group.equal = c(sc, "means"), estimator = est)
  run(paste0("groups_lv_", tag), m3, HS, H, group = "school", group.equal = c(sc, "lv.variances", "lv.covariances"), estimator = est)
  run(paste0("groups_four_scalar_", tag), m3, HS, "hs1939.csv; four = school_sex", group = "four", group.equal = sc, estimator = est)
}
run("groups_partial_metric_ml", m3, HS, H, group = "school", group.equal = "loadings", group.partial = "visual=~x2")
run("groups_lv_variances_ml", m3, HS, H, group = "school", group.equal = c("loadings", "lv.variances"))
run("groups_effectcoding_scalar_ml", m3, HS, H, group = "school", group.equal = sc, effect.coding = TRUE)
run("groups_stdlv_metric_ml", m3, HS, H, group = "school", group.equal = "loadings", std.lv = TRUE)
run("groups_residual_covariances_ml", paste0(m3, "\nx7 ~~ x8\nx4 ~~ x7"), HS, H, group = "school", group.equal = c("loadings", "residuals", "residual.covariances"))
run("groups_regressions_ml", paste0(m3, "\nspeed ~ visual + textual"), HS, H, fun = "sem", group = "school", group.equal = c("loadings", "regressions"))
run("groups_modifiers_ml", "visual =~ x1 + c(a, a)*x2 + c(.6, .7)*x3\ntextual =~ x4 + c(b1, b2)*x5 + x6\nspeed =~ x7 + c(NA, 1)*x8 + x9\nx4 ~ c(m, m)*1\nd := b1 - b2\nb1 > 0", HS, H, group = "school", meanstructure = TRUE)
run("groups_four_configural_ml", m3, HS, "hs1939.csv; four = school_sex", group = "four")
run("groups_four_strict_ml", m3, HS, "hs1939.csv; four = school_sex", group = "four", group.equal = c(sc, "residuals"))
run("groups_wishart_ml", m3, HS, H, group = "school", group.equal = "loadings", likelihood = "wishart")
run("groups_mimic_ml", paste0(m3, "\nvisual + textual + speed ~ ageyr"), HS, H, fun = "sem", group = "school", group.equal = sc)
run("groups_secondorder_ml", paste0(m3, "\ng =~ visual + textual + speed"), HS, H, group = "school", group.equal = c("loadings", "intercepts"))

HO <- data_of("hs1939_holes.csv"); O <- "hs1939_holes.csv"
run("fiml_ml", m3, HO, O, missing = "fiml", vcov = TRUE)
run("fiml_mlr", m3, HO, O, missing = "fiml", estimator = "MLR")
run("fiml_groups_scalar_ml", m3, HO, O, missing = "fiml", group = "school", group.equal = sc)
run("fiml_groups_scalar_mlr", m3, HO, O, missing = "fiml", group = "school", group.equal = sc, estimator = "MLR")
run("fiml_groups_configural_mlr", m3, HO, O, missing = "fiml", group = "school", estimator = "MLR")
run("fiml_expected_ml", m3, HO, O, missing = "fiml", information = "expected")
