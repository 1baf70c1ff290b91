# Ladders of invariance between human samples, and models of one sample, from the shipped moments
# (populations/*.json).  Models: the instruments' own (valuealign instruments show pvq-21).
source("tests/oracle/R/common.R")
moments <- function(id) {
  j <- fromJSON(file.path("populations", paste0(id, ".json")))
  S <- as.matrix(j$covariance); dimnames(S) <- list(j$items, j$items)
  stopifnot(j$covariance_divisor == "n - 1")  # lavaan divides by n itself
  list(cov = S, mean = setNames(as.numeric(j$mean), j$items), n = j$n_complete)
}
us <- moments("pvq21-us-gss2012"); de <- moments("pvq21-de-ess9"); eu <- moments("pvq21-europe-ess11")
pvq21 <- list(
  openness = "SD =~ pvq01 + pvq11\nST =~ pvq06 + pvq15\nHE =~ pvq10 + pvq21",
  enhancement = "AC_PO =~ pvq04 + pvq13 + pvq02 + pvq17",
  conservation = "SE =~ pvq05 + pvq14\nCO_TR =~ pvq07 + pvq16 + pvq09 + pvq20",
  transcendence = "UN =~ pvq03 + pvq08 + pvq19\nBE =~ pvq12 + pvq18")
levels <- list(configural = "", metric = "loadings", scalar = c("loadings", "intercepts"),
               strict = c("loadings", "intercepts", "residuals"))
kept <- c("chisq", "df", "pvalue", "cfi", "tli", "rmsea", "rmsea.ci.lower", "rmsea.ci.upper", "srmr")
# Without their means SRMR does not count them.
numbers <- function(model, samples, ...) {
  args <- list(model = model, sample.cov = lapply(samples, `[[`, "cov"),
               sample.mean = lapply(samples, `[[`, "mean"), sample.nobs = sapply(samples, `[[`, "n"), ...)
  if (length(samples) == 1) {
    args$sample.cov <- args$sample.cov[[1]]; args$sample.mean <- NULL
  }
  found <- suppressWarnings(fitMeasures(polished("cfa", args), kept))
  # The polish goes for the baseline model too, and once did not converge there.
  if (anyNA(found)) found <- fitMeasures(do.call("cfa", args), kept)
  as.list(found)
}
ladder <- function(model, samples, ...)
  lapply(levels, function(equal) numbers(model, samples, group.equal = equal, ...))

pairs <- list(us_de = list(us, de), us_eu = list(us, eu), de_eu = list(de, eu), us_de_eu = list(us, de, eu))
out <- lapply(pairs, function(samples) lapply(pvq21, ladder, samples = samples))
# The same moments as if the samples were of other sizes (measurement.md, section 5).
many <- us; many$n <- 53472; few <- de; few$n <- 40
out$us53472_de40 <- list(openness = ladder(pvq21$openness, list(many, few)))
# The figure there (34.9) is with covariances taken as if n had divided them.
out$us53472_de40_by_n <- list(openness = ladder(pvq21$openness, list(many, few), sample.cov.rescale = FALSE))
many <- de; many$n <- 53472; few <- us; few$n <- 40
out$us40_de53472 <- list(openness = ladder(pvq21$openness, list(few, many)))

triple <- function(name, items) paste0(name, " =~ ", paste(sprintf("pvq%02d", items), collapse = " + "))
rr <- list(
  openness = c(triple("SDT", c(1, 23, 39)), triple("SDA", c(16, 30, 56)), triple("ST", c(10, 28, 43)),
               triple("HE", c(3, 36, 46))),
  enhancement = c(triple("AC", c(17, 32, 48)), triple("POD", c(6, 29, 41)), triple("POR", c(12, 20, 44)),
                  triple("FAC", c(9, 24, 49))),
  conservation = c(triple("SEP", c(13, 26, 53)), triple("SES", c(2, 35, 50)), triple("TR", c(18, 33, 40)),
                   triple("COR", c(15, 31, 42)), triple("COI", c(4, 22, 51))),
  transcendence = c(triple("UNN", c(8, 21, 45)), triple("UNC", c(5, 37, 52)), triple("UNT", c(14, 34, 57)),
                    triple("BEC", c(11, 25, 47)), triple("BED", c(19, 27, 55)), triple("HUM", c(7, 38, 54))))
rr <- lapply(rr, paste, collapse = "\n")
for (id in c("pvqrr-de-2022-attentive", "pvqrr-de-2022"))
  out[[id]] <- lapply(rr, function(model) numbers(model, list(moments(id))))
men <- moments("pvqrr-de-2022-men"); women <- moments("pvqrr-de-2022-women")
out$men_women <- lapply(rr, ladder, samples = list(men, women))
write_json_file(list(program = paste("lavaan", packageVersion("lavaan")), results = out), "people_ladders")
