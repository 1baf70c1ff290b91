# Variance of weighted and of clustered shares from rows, and Korn and Graubard's interval, in base R.
# Rscript tests/oracle/R/99_weighted_shares.R > tests/oracle/stats/weighted_shares.json
set.seed(98)
n <- 60
code <- sample(1:4, n, TRUE, c(.5, .3, .15, .05))
w <- round(rexp(n) + .4, 4)
dummy <- outer(code, 1:4, "==") * 1
p <- colSums(w * dummy) / sum(w)
score <- w * sweep(dummy, 2, p) / sum(w)
V <- crossprod(score) * n / (n - 1)
text <- rep(1:6, each = 10)
clusters <- unclass(table(text, factor(code, 1:4)))
pc <- colMeans(dummy)
total <- rowsum(sweep(dummy, 2, pc) / n, text)
Vc <- crossprod(total) * 6 / 5
korn <- function(p, v, n, df) {
  ne <- p * (1 - p) / v
  if (df < n - 1) ne <- ne * (qt(.025, n - 1) / qt(.025, df))^2
  ne <- min(ne, n)
  x <- p * ne
  c(qbeta(.025, x, ne - x + 1), qbeta(.975, x + 1, ne - x))
}
sum_by <- function(x) as.numeric(tapply(x, factor(code, 1:4), sum))
arr <- function(x) paste0("[", paste(sprintf("%.15g", x), collapse = ", "), "]")
mat <- function(m) paste0("[", paste(apply(m, 1, arr), collapse = ", "), "]")
cat(sprintf(
  '{"weighted": %s, "squared": %s, "n": %d, "shares": %s, "covariance": %s,\n "clusters": %s, "clustered_covariance": %s,\n "interval": %s, "clustered_interval": %s}\n',
  arr(sum_by(w)), arr(sum_by(w^2)), n, arr(p), mat(V), mat(clusters), mat(Vc),
  mat(t(sapply(1:4, function(k) korn(p[k], V[k, k], n, n - 1)))),
  mat(t(sapply(1:4, function(k) korn(pc[k], Vc[k, k], n, 5))))))
