# The statistics of all 25 items of the bfi, and a part of their asymptotic covariance.
source("tests/oracle/R/common.R")
B <- data_of("bfi25_complete.csv"); items <- names(B)
f <- quiet(cfa(paste("f =~", paste(items, collapse = "+")), B, ordered = items, do.fit = FALSE, se = "robust.sem"))
G <- unclass(lavInspect(f, "gamma")); every <- seq(1, nrow(G), by = 7)
write_json_file(list(names = names(lavInspect(f, "wls.obs")), polychor = matrix_of(lavInspect(f, "sampstat")$cov),
  thresholds = as.numeric(lavInspect(f, "sampstat")$th), gamma_diagonal = as.numeric(diag(G)),
  every = every, gamma = unname(G[every, every])), "bfi_lavcor")
