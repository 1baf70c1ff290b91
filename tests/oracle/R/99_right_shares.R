# Shares of right answers over items: binom.test where each item is answered once, qbeta for the
# effective number of answers where it is answered repeatedly, and the difference of two shares.
root <- Sys.getenv("ORACLE", "tests/oracle")
korn_graubard <- function(right, asked) {
  p <- sum(right) / sum(asked); n <- length(right); m <- sum(asked)
  v <- n / (n - 1) * sum((asked * (right / asked - p))^2) / m^2
  size <- if (v < 1e-12) n else min(p * (1 - p) / v * (qt(.975, m - 1) / qt(.975, n - 1))^2, m)
  x <- p * size
  c(p, if (x <= 0) 0 else qbeta(.025, x, size - x + 1),
    if (x >= size) 1 else qbeta(.975, x + 1, size - x))
}
rows <- list()
add <- function(case, what, value) rows[[length(rows) + 1]] <<- data.frame(case, what, value)
for (k in c(0, 10, 27, 36)) {
  b <- binom.test(k, 36)
  add(paste0("once-", k), c("share", "ci_lower", "ci_upper"), c(b$estimate, b$conf.int))
}
set.seed(20261130)
for (repeats in c(2, 5)) for (spread in c(.05, 1, 20)) {
  p <- rbeta(36, .7 * spread, .3 * spread)
  right <- rbinom(36, repeats, p); asked <- rep(repeats, 36)
  case <- paste0("again-", repeats, "-", spread)
  add(case, paste0("right", 1:36), right)
  add(case, c("share", "ci_lower", "ci_upper"), korn_graubard(right, asked))
}
wilson <- function(x, n) as.numeric(prop.test(x, n, correct = FALSE)$conf.int)
mover <- function(x1, n1, x2, n2) {
  p1 <- x1 / n1; p2 <- x2 / n2; a <- wilson(x1, n1); b <- wilson(x2, n2)
  c(p1 - p2, p1 - p2 - sqrt((p1 - a[1])^2 + (b[2] - p2)^2),
    p1 - p2 + sqrt((a[2] - p1)^2 + (p2 - b[1])^2), a, b)
}
for (x in list(c(56, 70, 48, 80), c(9, 10, 3, 10), c(10, 10, 0, 20))) {
  add(paste0("apart-", paste(x, collapse = "-")),
      c("difference", "lower", "upper", "first_lower", "first_upper", "second_lower", "second_upper"),
      mover(x[1], x[2], x[3], x[4]))
}
out <- do.call(rbind, rows); out$value <- format(out$value, digits = 15, trim = TRUE)
write.csv(out, file.path(root, "stats", "right_shares.csv"), row.names = FALSE, quote = FALSE)
