# Satorra and Bentler (2010) where the restricted model frees factor means: the free model written
# with its factor means fixed at the restricted model's values is the same model, and lavaan then
# takes its scaling factor at the restricted model's moments.
source("tests/oracle/R/common.R")
HS <- data_of("hs1939.csv")
m3 <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
if (chosen("sb2010_same_point")) {
  fit_of <- function(m, e) polished("cfa", list(model = m, data = HS, group = "school", estimator = "MLR", meanstructure = TRUE, group.equal = e))
  scalar <- fit_of(m3, c("loadings", "intercepts"))
  p <- parTable(scalar); p <- p[p$op == "~1" & p$lhs %in% c("visual", "textual", "speed") & p$group == 2, ]
  moved <- paste0(m3, "\n", paste(sprintf("%s ~ c(0, %.12f)*1", p$lhs, p$est), collapse = "\n"))
  metric <- fit_of(moved, "loadings")
  write_json_file(list(data = "hs1939.csv", model = m3, moved = moved,
                       tests = as.data.frame(lavTestLRT(metric, scalar, method = "satorra.bentler.2010"))), "sb2010_same_point") }
# Score tests that release one equality at a time, with the change it would make.
if (chosen("score_released")) {
  options <- list(model = paste0(m3, "\nx4 ~~ c(u1, u2)*x4\nx5 ~~ c(v1, v2)*x5\nu1 == 2*v1\nu2 == v2"), data = HS,
                  group = "school", group.equal = c("loadings", "intercepts"))
  scalar <- polished("cfa", options)
  p <- parTable(scalar); p <- p[p$op != "==", ]
  one <- lapply(1:17, function(k) { s <- lavTestScore(scalar, release = k, epc = TRUE)
    list(test = as.data.frame(s$test), uni = as.data.frame(s$uni), epc = as.data.frame(s$epc)[, c("plabel", "epc")]) })
  write_json_file(list(data = "hs1939.csv", model = options$model, released = one,
    plabels = data.frame(plabel = p$plabel, lhs = p$lhs, op = p$op, rhs = p$rhs, group = p$group, label = p$label)), "score_released") }
