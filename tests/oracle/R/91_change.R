# Change of a mean between two sets of administrations, form by form, in base R.
# Rscript tests/oracle/R/91_change.R > tests/oracle/stats/change.json
set.seed(91)
forms <- rep(c("a", "b", "c"), each = 4)
x <- round(rnorm(12, 3) + rep(c(0, .5, -.3), each = 4), 3)
y <- round(rnorm(12, 3.4) + rep(c(0, .4, -.1), each = 4), 3)
fx <- tapply(x, forms, mean)
fy <- tapply(y, forms, mean)
paired <- t.test(fy, fx, paired = TRUE)
one <- t.test(y[1:4], x[1:4])
# These forms only: a contrast of the cell means with unequal variances, by Satterthwaite.
cells <- c(split(x, forms), split(y, forms))
w <- rep(c(-1, 1) / 3, each = 3)
parts <- w^2 * sapply(cells, var) / lengths(cells)
v <- sum(parts)
df <- v^2 / sum(parts^2 / (lengths(cells) - 1))
d <- sum(w * sapply(cells, mean))
within <- d + c(-1, 1) * qt(.975, df) * sqrt(v)
arr <- function(x) paste0("[", paste(sprintf("%.15g", x), collapse = ", "), "]")
cat(sprintf(
  '{"forms": ["%s"], "before": %s, "after": %s,\n "difference": %.15g, "paired": %s, "within": %s, "one_form": %s}\n',
  paste(forms, collapse = '", "'), arr(x), arr(y), d, arr(paired$conf.int), arr(within), arr(one$conf.int)))
