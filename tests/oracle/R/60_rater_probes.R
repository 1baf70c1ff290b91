# Probes of raters: paired and Welch intervals (t.test), and a slope within groups with HC3.
# Run: Rscript tests/oracle/R/60_rater_probes.R > tests/oracle/stats/rater_probes.json
a <- c(3, 4, 4, 2, 3, 1, 0, 4, 2, 3); b <- c(2, 4, 3, 2, 2, 1, 1, 4, 1, 3)
g <- c(4, 3, 4, 2, 4, 3); h <- c(1, 2, 4, 0, 2, 3, 1)
x <- c(3.2, 4.1, 5.0, 3.3, 4.4, 5.2, 4.9, 3.8, 4.2, 5.5); z <- c(2, 3, 4, 1, 3, 2, 1, 4, 2, 2)
of <- factor(c("s1", "s1", "s1", "s2", "s2", "s2", "s2", "s1", "s2", "s1"))
hc3 <- function(fit, level = 0.95) {
  X <- model.matrix(fit); i <- solve(crossprod(X)); u <- resid(fit) / (1 - hatvalues(fit))
  v <- i %*% crossprod(X * u) %*% i
  b <- coef(fit)[1]; r <- qt((1 + level) / 2, fit$df.residual) * sqrt(v[1, 1])
  c(b, b - r, b + r)
}
p <- t.test(a, b, paired = TRUE); w <- t.test(g, h)
one <- hc3(lm(a ~ 0 + x + of)); two <- hc3(lm(a ~ 0 + x + z + of))
line <- function(v) paste0("[", paste(format(v, digits = 15), collapse = ", "), "]")
cat("{\n")
cat('  "paired": ', line(c(p$estimate, p$conf.int)), ",\n", sep = "")
cat('  "welch": ', line(c(w$estimate[1] - w$estimate[2], w$conf.int)), ",\n", sep = "")
cat('  "slope": ', line(unname(one)), ",\n", sep = "")
cat('  "slope_at_equal_level": ', line(unname(two)), "\n}\n", sep = "")
