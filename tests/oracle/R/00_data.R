# The data the other scripts read: public R data sets and simulated rows, all from fixed seeds.
suppressPackageStartupMessages({library(lavaan); library(psych)})
root <- Sys.getenv("ORACLE", "tests/oracle"); to <- file.path(root, "data")
save <- function(x, name) write.csv(x, file.path(to, name), row.names = FALSE)

save(HolzingerSwineford1939, "hs1939.csv")
save(PoliticalDemocracy, "political_democracy.csv")
save(Demo.growth, "demo_growth.csv")
full <- get(data("bfi", package = if ("bfi" %in% data(package = "psych")$results[, "Item"])
  "psych" else "psychTools"))
kept <- full[complete.cases(full[, 1:25]), ]
save(data.frame(gender = kept$gender, kept[, c(paste0("A", 1:5), paste0("C", 1:5),
                                               paste0("N", 1:5))]), "bfi15_gender.csv")

set.seed(11)                               # holes at random in the nine tests
holes <- HolzingerSwineford1939[, c("school", paste0("x", 1:9))]
for (v in paste0("x", 1:9)) holes[[v]][runif(nrow(holes)) < .12] <- NA
save(holes, "hs1939_holes.csv")

set.seed(12)                               # a circle of six factors, three indicators each
angle <- 2 * pi * (outer(1:6, 1:6, "-")) / 6
phi <- .2 + .45 * cos(angle) + .05 * cos(2 * angle) + .3 * diag(6)
eta <- MASS::mvrnorm(600, rep(0, 6), phi)
y <- sapply(1:18, function(k) c(.8, .7, .6)[(k - 1) %% 3 + 1] * eta[, (k + 2) %/% 3]) +
  matrix(rnorm(600 * 18, sd = .6), 600)
colnames(y) <- paste0("y", 1:18); save(round(y, 4), "sim_circle.csv")

set.seed(13)                               # 40 clusters of 5 to 25 rows, with sampling weights
size <- sample(5:25, 40, replace = TRUE); of <- rep(1:40, size); n <- length(of)
between <- rnorm(40, sd = .5)[of]; within <- MASS::mvrnorm(n, c(0, 0), matrix(c(1, .4, .4, 1), 2))
x <- sapply(1:6, function(k) c(.8, .7, .6)[(k - 1) %% 3 + 1] * (between + within[, (k + 2) %/% 3]) +
  rnorm(40, sd = .2)[of] + rt(n, 6) * .5)
colnames(x) <- paste0("x", 1:6)
save(data.frame(round(x, 4), cluster = of, weight = round(runif(n, .3, 2.5), 3),
                group = ifelse(of <= 20, "a", "b")), "sim_cluster.csv")

set.seed(14)                               # a method factor: even-numbered items share a source
trait <- MASS::mvrnorm(500, c(0, 0), matrix(c(1, .3, .3, 1), 2)); method <- rnorm(500, sd = .5)
m <- sapply(1:8, function(k) .7 * trait[, (k + 3) %/% 4] + (k %% 2 == 0) * method) +
  matrix(rnorm(500 * 8, sd = .6), 500)
colnames(m) <- paste0("m", 1:8); save(round(m, 4), "sim_method.csv")
