# Data for 15_sweep.R: skewed continuous items in three countries with covariates, holes, clusters
# and weights; five waves of growth; ordered items of two to five categories.  Fixed seeds.
root <- Sys.getenv("ORACLE", "tests/oracle"); to <- file.path(root, "data")
save <- function(x, name) write.csv(x, file.path(to, name), row.names = FALSE)

set.seed(101); n <- 660
country <- rep(c("north", "east", "south"), c(260, 220, 180)); g <- match(country, unique(country))
town <- as.integer(factor(paste(country, sample(1:12, n, replace = TRUE))))
age <- round(rnorm(n, 40, 12)); trained <- rbinom(n, 1, .4)
phi <- matrix(c(1, .45, .3, .45, 1, .5, .3, .5, 1), 3)
eta <- MASS::mvrnorm(n, rep(0, 3), phi) + .02 * outer(age - 40, c(1, .5, -1)) +
  .4 * outer(trained, c(1, 0, .5)) + rnorm(36, sd = .25)[town] + cbind(c(0, .3, -.2)[g], 0, c(0, -.1, .2)[g])
skew <- function(n) (rchisq(n, 5) - 5) / sqrt(10)
loading <- c(1, .8, .7, .9, 1, .75, .85, .6, 1, .9, .65, .8)
y <- sapply(1:12, function(k) 3 + .1 * k + loading[k] * eta[, (k + 3) %/% 4] + .7 * skew(n) +
  if (k == 3) c(0, .4, 0)[g] else 0)
out1 <- 1 + .5 * eta[, 1] + .3 * eta[, 2] + rnorm(n); out2 <- .4 * out1 + .3 * eta[, 3] + rnorm(n)
wide <- data.frame(round(y, 3), o1 = round(out1, 3), o2 = round(out2, 3), age, trained,
                   w = round(runif(n, .3, 2.2), 2), town, country)
names(wide)[1:12] <- paste0("y", 1:12); save(wide, "sweep_rows.csv")

holes <- wide                              # missing by age, so that it is not at random alone
for (v in c(paste0("y", 1:12), "o1")) holes[[v]][runif(n) < plogis(-2.4 + .03 * (age - 40))] <- NA
holes$age[sample(n, 25)] <- NA; holes[c(5, 300), c(paste0("y", 1:12), "o1")] <- NA
save(holes, "sweep_holes.csv")

set.seed(102); n <- 300                    # growth with a covariate that changes and one that does not
sex <- rbinom(n, 1, .5); i <- 5 + .5 * sex + rnorm(n); s <- .6 + .2 * sex + .15 * (i - 5) + rnorm(n, sd = .35)
c5 <- matrix(rnorm(n * 5), n); t5 <- sapply(0:4, function(k) i + k * s + .3 * c5[, k + 1] + rnorm(n, sd = .6))
colnames(t5) <- paste0("t", 0:4); colnames(c5) <- paste0("c", 0:4)
waves <- data.frame(round(t5, 3), round(c5, 3), sex, arm = ifelse(runif(n) < .5, "a", "b"))
save(waves, "sweep_waves.csv")

set.seed(103); n <- 900                    # ordered items of 2, 3, 4 and 5 categories, two continuous
arm <- rep(c("p", "q", "r"), c(350, 300, 250)); g <- match(arm, unique(arm))
eta <- MASS::mvrnorm(n, c(0, 0, 0), matrix(c(1, .5, .3, .5, 1, .4, .3, .4, 1), 3)) * c(1, 1.2, .9)[g] +
  outer(c(0, .3, -.2)[g], c(1, .5, -1))
cuts <- list(c(.2), c(-.6, .5), c(-1, 0, 1), c(-1.2, -.4, .3, 1.1))
u <- sapply(1:12, function(k) { z <- c(.8, .7, .75, .65)[(k - 1) %% 4 + 1] * eta[, (k + 3) %/% 4] +
  rnorm(n, sd = .65); findInterval(z, cuts[[(k - 1) %% 4 + 1]] + .05 * k) + 1L })
colnames(u) <- paste0("u", 1:12)
save(data.frame(u, v1 = round(.8 * eta[, 1] + rnorm(n, sd = .6), 3), v2 = round(2 + .7 * eta[, 2] +
     skew(n) * .6, 3), arm), "sweep_ordered.csv")
