# Full information where half of the answers or more are missing: 120 rows, eight items, two factors.
# lavaan's saturated moments take at most 500 steps of EM there, and its chi-square is of that point.
source("tests/oracle/R/common.R")
set.seed(105); f <- kronecker(diag(2), matrix(1, 1, 4)) * .8
rows <- do.call(rbind, lapply(1:10, function(s) {
  x <- matrix(rnorm(240), 120) %*% f + .6 * matrix(rnorm(960), 120)
  x[runif(960) < c(.5, .6)[1 + (s > 6)]] <- NA
  data.frame(sample = s, round(x, 3)) }))
names(rows)[-1] <- paste0("x", 1:8); write.csv(rows, file.path(root, "data", "sparse_rows.csv"), row.names = FALSE)
model <- "f =~ x1 + x2 + x3 + x4\ng =~ x5 + x6 + x7 + x8"
out <- lapply(1:10, function(s) {
  said <- ""; fit <- withCallingHandlers(cfa(model, rows[rows$sample == s, ], missing = "ml"),
    warning = function(w) { said <<- paste(said, conditionMessage(w)); invokeRestart("muffleWarning") })
  if (lavInspect(fit, "converged")) fit <- polished("cfa", list(model = model, data = rows[rows$sample == s, ], missing = "ml"))
  c(list(sample = s, converged = lavInspect(fit, "converged"), em_at_rest = !grepl("Maximum number of iterations", said)),
    if (lavInspect(fit, "converged")) list(chisq = fitMeasures(fit, "chisq")[[1]], logl = fitMeasures(fit, "logl")[[1]],
      unrestricted = fitMeasures(fit, "unrestricted.logl")[[1]], est = coef(fit), se = sqrt(diag(vcov(fit)))))
})
write_json_file(list(program = paste("lavaan", packageVersion("lavaan")), model = model, data = "sparse_rows.csv", samples = out), "sparse_fiml")
