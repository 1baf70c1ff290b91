# What every oracle script begins with.  Run from the checkout's root, e.g.
#   Rscript tests/oracle/R/10_structural.R [NAME ...]
# With names, only those results are made again.  Numbers have 15 significant digits.
suppressPackageStartupMessages({library(lavaan); library(jsonlite)})
root <- Sys.getenv("ORACLE", "tests/oracle")
wanted <- commandArgs(TRUE)
chosen <- function(name) length(wanted) == 0 || name %in% wanted
data_of <- function(name) read.csv(file.path(root, "data", name))

write_json_file <- function(x, name) {
  text <- toJSON(x, digits = NA, na = "null", null = "null", auto_unbox = TRUE,
                 matrix = "rowmajor", dataframe = "columns")
  writeLines(text, file.path(root, "lavaan", paste0(name, ".json")))
  cat(format(Sys.time(), "%H:%M:%S"), "wrote", name, "\n")
}
matrix_of <- function(m) if (is.null(m)) NULL else
  list(rows = rownames(m), cols = colnames(m), values = unclass(as.matrix(unname(m))))
named <- function(v) if (is.null(v)) NULL else as.list(unclass(v))
quiet <- function(expr) { utils::capture.output(out <- suppressWarnings(suppressMessages(expr))); out }
attempt <- function(expr) tryCatch(quiet(expr), error = function(e) {
  cat("  left out:", conditionMessage(e), "\n"); NULL })

# lavaan stops up to 1e-4 from the optimum.  Fit, then go on from there with BFGS to the last digit.
polished <- function(fun, args) {
  first <- quiet(do.call(fun, c(args, list(se = "none", test = "none"))))
  better <- attempt(do.call(fun, c(args, list(start = first, optim.method = "BFGS",
                                              control = list(reltol = 1e-18, maxit = 20000L)))))
  if (!is.null(better) && lavInspect(better, "converged")) return(better)
  attempt(do.call(fun, c(args, list(start = first,
                                    control = list(rel.tol = 1e-15, x.tol = 1e-12)))))
}

per_group <- function(s) {
  one <- function(b) { out <- list()
    for (k in names(b)) out[[k]] <- if (is.matrix(b[[k]])) matrix_of(b[[k]]) else
      list(names = names(b[[k]]), values = as.numeric(b[[k]]))
    out }
  if (any(c("cov", "mean", "th") %in% names(s))) list(one(s)) else lapply(unname(s), one)
}

# One JSON a fit: the call, estimates with standard errors, both standardised solutions, measures.
dump <- function(fit, name, model, data, call, extra = list(), vcov = FALSE) {
  estimates <- as.data.frame(parameterEstimates(fit, remove.nonfree = FALSE, remove.eq = FALSE,
                                                remove.ineq = FALSE, remove.def = FALSE))
  standardized <- function(type) attempt(as.data.frame(standardizedSolution(fit, type = type)))
  gradient <- attempt(max(abs(lavInspect(fit, "gradient"))))
  write_json_file(c(list(
    name = name, program = paste("lavaan", packageVersion("lavaan")), call = call, model = model,
    data = data, converged = lavInspect(fit, "converged"), npar = lavInspect(fit, "npar"),
    nobs = lavInspect(fit, "nobs"), group_label = lavInspect(fit, "group.label"),
    fx = lavInspect(fit, "optim")$fx, gradient = gradient,
    fitmeasures = named(attempt(fitMeasures(fit))),
    estimates = estimates, standardized_all = standardized("std.all"),
    standardized_lv = standardized("std.lv"),
    coef = list(names = names(coef(fit)), values = as.numeric(coef(fit))),
    vcov = if (vcov) matrix_of(attempt(lavInspect(fit, "vcov"))) else NULL,
    implied = per_group(lavInspect(fit, "implied"))), extra), name)
}

# lavaan 0.7 takes standard errors of another kind, and no bounds, from a fit that it goes on from.
run <- function(name, model, frame, data, ..., fun = "cfa", extra = NULL, vcov = FALSE,
                polish = packageVersion("lavaan") < "0.7") {
  if (!chosen(name)) return(invisible(NULL))
  args <- list(...)
  said <- if (length(args)) paste(names(args), sapply(args, function(z)
    paste(deparse(z), collapse = "")), sep = "=", collapse = ", ") else ""
  all <- c(list(model = model, data = frame), args)
  fit <- if (polish) polished(fun, all) else attempt(do.call(fun, all))
  if (is.null(fit)) { cat("FAILED", name, "\n"); return(invisible(NULL)) }
  more <- if (is.function(extra)) attempt(extra(fit)) else list()
  dump(fit, name, model, data, paste0(fun, "(model, data", if (nchar(said)) ", ", said, ")"),
       if (is.null(more)) list() else more, vcov)
  invisible(fit)
}

modification <- function(fit, ...) { m <- as.data.frame(modificationIndices(fit, ...))
  m[order(-m$mi), ] }
difference <- function(..., method = "default", A.method = "delta") {
  d <- as.data.frame(quiet(lavTestLRT(..., method = method, A.method = A.method)))
  d$model <- rownames(d); d }
