# Conventions of lavaan 0.7 where they differ from 0.6: GFI with interval and robust version, the test
# and baseline of ULS, the robust RMSEA of ordinal data, what equal thresholds free.
# Run with lavaan 0.7 first in R_LIBS (Debian's r-cran-lavaan 0.7-3, unpacked; under an older R with
# R_DISABLE_BYTECODE=1 R_ENABLE_JIT=0):   R_LIBS=... Rscript tests/oracle/R/28_lavaan07.R
source("tests/oracle/R/common.R")
stopifnot(packageVersion("lavaan") >= "0.7")
H <- data_of("hs1939.csv"); M <- data_of("hs1939_missing15.csv"); B <- data_of("bfi15_gender.csv"); W <- data_of("sweep_rows.csv")
hs <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
m2 <- "N =~ N1+N2+N3+N4+N5\nA =~ A1+A2+A3+A4+A5"; items <- c(paste0("N", 1:5), paste0("A", 1:5))
go <- function(name, model, frame, data, ..., fun = "cfa") run(paste0("seven_", name), model, frame, data, ..., fun = fun)
for (e in c("ML", "MLM", "MLMV", "MLR", "GLS", "WLS", "ULS", "ULSMV")) go(paste0("hs_", tolower(e)), hs, H, "hs1939.csv", estimator = e)
go("hs_wishart", hs, H, "hs1939.csv", likelihood = "wishart")
go("hs_scalar_mlm", hs, H, "hs1939.csv", group = "school", group.equal = c("loadings", "intercepts"), estimator = "MLM")
go("hs_scalar_uls", hs, H, "hs1939.csv", group = "school", group.equal = c("loadings", "intercepts"), estimator = "ULS")
go("hs_fiml", hs, M, "hs1939_missing15.csv", missing = "ml")
go("hs_fiml_mlr", hs, M, "hs1939_missing15.csv", missing = "ml", estimator = "MLR")
go("mimic", "f1 =~ y1 + y2 + y3 + y4\nf1 ~ age + trained\ny2 ~ age", W, "sweep_rows.csv", fun = "sem", fixed.x = TRUE)
go("mimic_mlr", "f1 =~ y1 + y2 + y3 + y4\nf1 ~ age + trained\ny2 ~ age", W, "sweep_rows.csv", fun = "sem", estimator = "MLR", fixed.x = TRUE)
go("bound", "f1 =~ y1 + upper(.7)*y2 + y3 + y4\nf2 =~ y5 + lower(.9)*y6 + y7 + y8", W, "sweep_rows.csv")
go("later_definition", "f1 =~ y1 + a*y2 + b*y3 + y4\nr := 2*q\nq := a - b", W, "sweep_rows.csv")
for (p in c("delta", "theta")) { go(paste0("ordered_thresholds_", p), m2, B, "bfi15_gender.csv", ordered = items, group = "gender", group.equal = "thresholds", parameterization = p)
  go(paste0("ordered_scalar_", p), m2, B, "bfi15_gender.csv", ordered = items, group = "gender", group.equal = c("loadings", "thresholds"), parameterization = p)
  go(paste0("ordered_intercepts_", p), m2, B, "bfi15_gender.csv", ordered = items, group = "gender", group.equal = c("loadings", "thresholds", "intercepts"), parameterization = p) }
# Standard errors of obliquely rotated efa() blocks: 0.6-14 is off by up to .007, 0.7 is not.
block <- 'efa("b")*f1 + efa("b")*f2 + efa("b")*f3 =~ x1 + x2 + x3 + x4 + x5 + x6 + x7 + x8 + x9'
go("esem_geomin", block, H, "hs1939.csv", rotation = "geomin", rotation.args = list(geomin.epsilon = .001))
go("esem_oblimin", block, H, "hs1939.csv", rotation = "oblimin")
