# Congruence and Procrustes between women and men, and of configurations.
# Rscript tests/oracle/R/85_congruence.R   (from the project's folder)
suppressPackageStartupMessages({library(psych); library(jsonlite); library(vegan)})
d <- read.csv("tests/oracle/data/bfi15_gender.csv")
items <- setdiff(names(d), "gender")
of <- function(g) unclass(fa(d[d$gender == g, items], 3, rotate = "varimax", fm = "minres")$loadings)
A <- of(1); B <- of(2)
sv <- svd(t(B) %*% A); Q <- sv$u %*% t(sv$v)
set.seed(1); X <- matrix(rnorm(20), 10, 2); Y <- X %*% matrix(c(.6, .8, -.8, .6), 2) * 1.7 + 3 + matrix(rnorm(20), 10, 2) / 5
pr <- procrustes(Y, X, scale = TRUE)
out <- list(program = paste("psych", packageVersion("psych"), "vegan", packageVersion("vegan")),
  men = A[, ], women = B[, ], congruence = factor.congruence(A, B, digits = 15), Q = Q,
  turned = factor.congruence(A, B %*% Q, digits = 15),
  configuration = list(X = X, Y = Y, rotated = fitted(pr), ss = pr$ss, scale = pr$scale))
writeLines(toJSON(out, digits = 16), "tests/oracle/psych/congruence.json")
