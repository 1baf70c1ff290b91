# What lavaan's users ask for: constraints on defined parameters, labels of fixed ones, modifiers that
# are arithmetic, a start value on the marker, factors without indicators, pairwise ordinal statistics,
# other names of full information, bounds that bind.
source("tests/oracle/R/common.R")
W <- data_of("sweep_rows.csv"); w <- "sweep_rows.csv"
go <- function(name, model, ..., fun = "cfa", frame = W, data = w)
  run(paste0("question_", name), model, frame, data, ..., fun = fun)
set.seed(104); O <- data_of("sweep_ordered.csv")[1:500, c(paste0("u", 1:8), "v1", "arm")]   # a fifth missing
for (v in c(paste0("u", 1:8), "v1")) O[[v]][runif(500) < .2] <- NA
write.csv(O, file.path(root, "data", "ordered_holes.csv"), row.names = FALSE); o <- "ordered_holes.csv"

path <- "o1 ~ a*age\no2 ~ b*o1 + c*age\nind := a*b\ntot := ind + c\n"
go("constraint_on_defined", paste0(path, "tot == 0.02"), fun = "sem", fixed.x = TRUE)
go("constraint_on_defined_mlr", paste0(path, "ind == 2*c"), fun = "sem", estimator = "MLR", fixed.x = TRUE)
go("inequality_on_defined", paste0(path, "ind > 0.01"), fun = "sem", fixed.x = TRUE)
go("label_of_marker", "f1 =~ a*y1 + b*y2 + c*y3 + y4\nb == a")
go("label_of_fixed_value", "f1 =~ y1 + .8*y2 + d*y2 + b*y3 + y4\nb > d")
go("arithmetic", "f1 =~ y1 + 1/2*y2 + sqrt(0.5)*y3 + (0.3+0.6)*y4")
go("arithmetic_groups", "f1 =~ y1 + c(1/2, NA, 2/3)*y2 + y3 + start(3/4)*y4", group = "country")
go("start_on_marker", "f1 =~ start(0.7)*y1 + y2 + y3 + y4\nf2 =~ y5 + y6 + y7 + y8")
go("start_with_std_lv", "f1 =~ y1 + y2 + y3 + y4\nf1 ~~ start(0.5)*f1", std.lv = TRUE)
go("phantom", "f1 =~ y1 + y2 + y3 + y4\nph =~ 0\nph ~~ 1*ph\nph ~~ 0*f1\no1 ~ f1", fun = "sem")
go("phantom_path", "f1 =~ y1 + y2 + y3 + y4\nph =~ 0\nph ~~ 0*ph\nph ~ a*f1\no1 ~ b*ph\na == .5", fun = "sem")
go("functions", "f1 =~ y1 + a*y2 + b*y3 + y4\np1 := log(a)*sqrt(b)\np2 := a^b - 2^-a\np3 := exp(-a)/(1 + b^2)\np4 := abs(a - 2) + atan(b)\np5 := tanh(a)*sin(b) - cos(a)\np6 := log10(a) + pnorm(b)")
go("missing_ml", "f1 =~ y1 + y2 + y3 + y4\nf2 =~ y5 + y6 + y7 + y8", missing = "ml", frame = data_of("sweep_holes.csv"), data = "sweep_holes.csv")
m2 <- "f1 =~ u1 + u2 + u3 + u4\nf2 =~ u5 + u6 + u7 + u8"; all <- paste0("u", 1:8)
go("pairwise", m2, ordered = all, missing = "pairwise", frame = O, data = o)
go("pairwise_theta_groups", m2, ordered = all, missing = "pairwise", group = "arm", parameterization = "theta", frame = O, data = o)
go("pairwise_ulsmv", m2, ordered = all, missing = "pairwise", estimator = "ULSMV", frame = O, data = o)
go("pairwise_mixed", "f1 =~ u2 + u3 + u4 + v1", ordered = c("u2", "u3", "u4"), missing = "pairwise", frame = O, data = o)
go("available_cases_dwls", m2, ordered = all, missing = "available.cases", estimator = "DWLS", frame = O, data = o)
