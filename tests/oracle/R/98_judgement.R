# Areas, their comparison and calibration by pROC and glm, exact intervals by binom.test.
# Rscript tests/oracle/R/98_judgement.R   (from the project's folder)
suppressPackageStartupMessages({library(pROC); library(jsonlite)})
d <- read.csv("tests/oracle/data/judged.csv")
d <- d[order(d$judge, d$case), ]
one <- function(j) {
  x <- d[d$judge == j, ]
  r <- roc(x$truth, x$p, levels = c(0, 1), direction = "<", quiet = TRUE)
  ci <- ci.auc(r, method = "delong")
  l <- qlogis(pmin(pmax(x$p, .001), .999))
  slope <- summary(glm(truth ~ l, binomial, x, control = list(epsilon = 1e-14)))$coef
  level <- summary(glm(truth ~ 1, binomial, x, offset = l, control = list(epsilon = 1e-14)))$coef
  yes <- x$said == 1
  exact <- function(k, n) { b <- binom.test(k, n); c(b$estimate, b$conf.int) }
  hit <- (sum(yes & x$truth) + .5) / (sum(x$truth) + 1)
  alarm <- (sum(yes & !x$truth) + .5) / (sum(!x$truth) + 1)
  list(auc = as.numeric(ci), slope = slope["l", 1:2], intercept = level[1, 1:2],
    sensitivity = exact(sum(yes & x$truth == 1), sum(x$truth == 1)),
    specificity = exact(sum(!yes & x$truth == 0), sum(x$truth == 0)),
    precision = exact(sum(yes & x$truth == 1), sum(yes)),
    brier = mean((x$p - x$truth)^2), d_prime = qnorm(hit) - qnorm(alarm),
    criterion = -(qnorm(hit) + qnorm(alarm)) / 2)
}
a <- d[d$judge == "model", ]; b <- d[d$judge == "clinician", ]
stopifnot(all(a$case == b$case))
test <- roc.test(roc(a$truth, a$p, levels = c(0, 1), direction = "<", quiet = TRUE),
  roc(b$truth, b$p, levels = c(0, 1), direction = "<", quiet = TRUE), method = "delong", paired = TRUE)
right <- cbind(a$said == a$truth, b$said == b$truth)
out <- list(program = paste("pROC", packageVersion("pROC")), model = one("model"), clinician = one("clinician"),
  auc_pvalue = test$p.value, auc_difference = as.numeric(test$estimate[1] - test$estimate[2]),
  mcnemar = binom.test(sum(right[, 1] & !right[, 2]), sum(right[, 1] != right[, 2]))$p.value)
dir.create("tests/oracle/pROC", showWarnings = FALSE)
writeLines(toJSON(out, digits = 15, auto_unbox = TRUE), "tests/oracle/pROC/judgement.json")
