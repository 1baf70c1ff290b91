# Everything runs in .venv, made here with the standard library; nothing is installed globally.
# `make demo` and `make test` do all the set-up themselves.

ifeq ($(OS),Windows_NT)
  BIN := .venv/Scripts
  PYTHON ?= py -3
else
  BIN := .venv/bin
  PYTHON ?= python3
endif
PIP := $(BIN)/python -m pip --disable-pip-version-check
STAMP := .venv/.ready
DEMO_STAMP := .venv/.demo
WORKERS ?= 2

.PHONY: help litellm demo test test-newest lint types contract unit docs wheel bench mutants lock browser hooks clean

help:
	@echo "make demo         a real small model answers pvq-21 on this machine; no key, no network after set-up"
	@echo "make test         every check CI runs"
	@echo "make test-newest  the tests against the newest versions of every dependency"
	@echo "make lint         ruff, mypy --strict, the import contract"
	@echo "make docs         build the documentation into docs/_build"
	@echo "make bench        what is timed, against which peer (benchmarks/README.md)"
	@echo "make mutants      mutation tests of the decisions (benchmarks/README.md); not part of CI"
	@echo "make lock         write constraints.txt anew"
	@echo "make hooks        run the checks of make lint at every git commit"

.venv:
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'valuealign needs Python 3.11 or newer; this is ' + sys.version.split()[0] + '. Try: make PYTHON=python3.12 ' )"
	$(PYTHON) -m venv .venv

$(DEMO_STAMP): pyproject.toml constraints.txt | .venv
	$(PIP) install --quiet --constraint constraints.txt --editable '.[local]'
	@$(BIN)/python -c "open('$(DEMO_STAMP)', 'w').close()"

$(STAMP): pyproject.toml constraints.txt | .venv
	$(PIP) install --quiet --upgrade 'pip>=25.1'
	$(PIP) install --quiet --constraint constraints.txt --editable '.[local,exports,serve]' --group test --group docs
	@$(BIN)/python -c "open('$(STAMP)', 'w').close()"

demo: $(DEMO_STAMP)
	$(BIN)/valuealign demo

test: lint unit docs wheel

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

types: $(STAMP)
	$(BIN)/mypy

contract: $(STAMP)
	$(BIN)/lint-imports

unit: $(STAMP) browser
	$(BIN)/python -m pytest -q -m "not wheel" -n $(WORKERS) --dist worksteal --durations 15

# The browser tests look at pages in a real Chromium (Debian's package, or one already here).
browser:
	@command -v chromium chromium-browser google-chrome >/dev/null 2>&1 \
	  || { command -v apt-get >/dev/null 2>&1 && [ "$$(id -u)" = 0 ] \
	       && apt-get update -qq && apt-get install -y -qq chromium >/dev/null; } \
	  || echo "no Chromium found: the browser tests will fail; install it, or set CHROMIUM to its path"

docs: $(STAMP)
	$(BIN)/sphinx-build -W --keep-going -q -b html docs docs/_build/html

wheel: $(STAMP)
	$(BIN)/python -m pytest -q tests/packaging -m wheel

bench: $(STAMP)
	$(BIN)/python -m benchmarks

# pre-commit itself; the hooks run the tools of .venv (.pre-commit-config.yaml).
hooks: $(STAMP)
	$(PIP) install --quiet --group hooks
	$(BIN)/pre-commit install

NOT_THE_READER := $(foreach room,inquiry analysis administration.run population scoring instrument,'valuealign.$(room).*')

# One at a time and politely; from the start, because mutmut does not see that a test has changed.
# Afterwards `$(BIN)/mutmut run 'valuealign.MODULE*'` tries the mutants of one module again.
mutants: $(STAMP)
	$(PIP) install --quiet --constraint constraints.txt --group mutants
	rm -rf mutants
	PATH="$(CURDIR)/$(BIN):$$PATH" OMP_NUM_THREADS=1 nice -n 10 $(BIN)/mutmut run --max-children 1 $(NOT_THE_READER)
	PATH="$(CURDIR)/$(BIN):$$PATH" OMP_NUM_THREADS=1 nice -n 10 $(BIN)/python -m benchmarks.reader_mutants
	$(BIN)/python -m benchmarks.mutants

# The LiteLLM proxy, in an environment of its own: tests/local puts it in front of llama.cpp.
litellm:
	$(PYTHON) -m venv .venv-litellm
	.venv-litellm/bin/python -m pip install --quiet 'litellm[proxy]'

lock: $(STAMP)
	$(PIP) freeze --exclude-editable --exclude pip > constraints.txt

test-newest:
	$(PYTHON) -m venv .venv-newest
	.venv-newest/bin/python -m pip install --quiet --upgrade 'pip>=25.1'
	.venv-newest/bin/python -m pip install --quiet --upgrade --upgrade-strategy eager --editable '.[local,exports,serve]' --group test --group docs
	.venv-newest/bin/python -m pytest -q -n $(WORKERS)

clean:
	rm -rf .venv .venv-newest docs/_build dist mutants .mypy_cache .ruff_cache .pytest_cache .hypothesis
