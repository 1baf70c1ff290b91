# Comparison of two samples: t, TOST, F, BH, Mahalanobis, Jennrich, Steiger, LDA, profile split.
# Rscript tests/oracle/R/90_comparison.R   (from the project's folder)
suppressPackageStartupMessages({library(psych); library(jsonlite); library(MASS)})
d <- read.csv("tests/oracle/data/bfi15_gender.csv")
items <- setdiff(names(d), "gender")
a <- d[d$gender == 1, items]; b <- d[d$gender == 2, items]

welch <- lapply(items, function(i) { t <- t.test(a[[i]], b[[i]])
  list(difference = mean(a[[i]]) - mean(b[[i]]), df = unname(t$parameter), p = t$p.value, lower = t$conf.int[1],
       upper = t$conf.int[2]) })
margin <- 0.3
tost <- sapply(items, function(i) max(
  t.test(a[[i]], b[[i]], mu = -margin, alternative = "greater")$p.value,
  t.test(a[[i]], b[[i]], mu = margin, alternative = "less")$p.value))
f <- lapply(items, function(i) { v <- var.test(a[[i]], b[[i]])
  list(ratio = unname(v$estimate), lower = v$conf.int[1], upper = v$conf.int[2]) })
p <- sapply(welch, `[[`, "p")

# Jennrich and Steiger by the covariance of correlations under normality (Olkin & Siotani), which
# psych has not: its cortest.jennrich departs from the paper (R o R for I + R o R^-1, tr ZZ' for tr Z^2).
R1 <- cor(a); R2 <- cor(b); n1 <- nrow(a); n2 <- nrow(b)
R <- (n1 * R1 + n2 * R2) / (n1 + n2)
pairs <- which(lower.tri(R), arr.ind = TRUE)
psi <- function(R) { k <- nrow(pairs); P <- matrix(0, k, k)
  for (i in 1:k) for (j in 1:k) {
    s <- pairs[i, 1]; t <- pairs[i, 2]; u <- pairs[j, 1]; v <- pairs[j, 2]
    P[i, j] <- R[s,t]*R[u,v]*(R[s,u]^2 + R[s,v]^2 + R[t,u]^2 + R[t,v]^2)/2 + R[s,u]*R[t,v] + R[s,v]*R[t,u] -
      (R[s,t]*R[s,u]*R[s,v] + R[s,t]*R[t,u]*R[t,v] + R[s,u]*R[t,u]*R[u,v] + R[s,v]*R[t,v]*R[u,v]) }
  P }
P <- psi(R); e <- (R1 - R2)[lower.tri(R)]
jennrich <- n1 * n2 / (n1 + n2) * drop(t(e) %*% solve(P, e))
z <- atanh(R1[lower.tri(R)]) - atanh(R2[lower.tri(R)]); s <- 1 - R[lower.tri(R)]^2
steiger <- drop(t(z) %*% solve(P / outer(s, s) * (1 / (n1 - 3) + 1 / (n2 - 3)), z))
df <- nrow(pairs)

five <- items[1:5]; g <- factor(d$gender + 2 * (d[[items[10]]] > 3)); x <- as.matrix(d[, five])
l <- lda(x, g); pr <- predict(l, x)
l2 <- lda(x, g, prior = rep(1 / nlevels(g), nlevels(g)))

m1 <- colMeans(a); m2 <- colMeans(b); k <- length(m1)
sx <- sqrt(sum((m1 - mean(m1))^2)); sy <- sqrt(sum((m2 - mean(m2))^2))
out <- list(
  program = paste("R", getRversion(), "MASS", packageVersion("MASS"), "psych", packageVersion("psych")),
  items = items, n = c(n1, n2), welch = welch, margin = margin, tost = unname(tost), f = f, p = p, bh = p.adjust(p, "BH"),
  mahalanobis = unname(mahalanobis(m1, m2, cov(b))),
  jennrich = list(chisq = jennrich, df = df, p = pchisq(jennrich, df, lower.tail = FALSE)),
  steiger = list(chisq = steiger, df = df, p = pchisq(steiger, df, lower.tail = FALSE)),
  psych_jennrich = cortest.jennrich(R1, R2, n1, n2)$chi2, psych_normal = cortest.normal(R1, R2, n1, n2)$chi2,
  effective_dependence = c(1 - det(R1)^(1 / k), 1 - det(R2)^(1 / k)),
  first_component = c(eigen(R1)$values[1] / k, eigen(R2)$values[1] / k),
  rmsr = sqrt(mean(e^2)),
  lda = list(items = five, groups = as.integer(as.character(g)), levels = levels(g), prior = unname(l$prior), means = unname(l$means),
    scaling = unname(l$scaling), proportion = l$svd^2 / sum(l$svd^2), posterior = unname(pr$posterior[1:50, ]),
    class = as.integer(as.character(pr$class)), equal_scaling = unname(l2$scaling),
    equal_class = as.integer(as.character(predict(l2, x)$class))),
  profile = list(x = unname(m1), y = unname(m2), pearson = cor(m1, m2), spearman = cor(m1, m2, method = "spearman"),
    distance_squared = sum((m1 - m2)^2), elevation = k * (mean(m1) - mean(m2))^2, scatter = (sx - sy)^2,
    shape = 2 * sx * sy * (1 - cor(m1, m2))))
writeLines(toJSON(out, digits = I(16), auto_unbox = TRUE), "tests/oracle/stats/comparison.json")
