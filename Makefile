# make demo   install the pinned dependencies into .venv and run the bundled scenario spear-phishing
# make test   install the development tools too and run the whole test suite
# make findings   check every claim of the ledger again, for the documentation; a minute or two
# make lint · make docs · make catalogue · make bench · make clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip -qq

.DELETE_ON_ERROR:
.PHONY: help demo test lint docs findings bench clean

help:
	@sed -n '1,/^$$/s/^# //p' Makefile

demo: $(VENV)/installed
	$(BIN)/tiltmeter run spear-phishing

test: $(VENV)/installed-dev
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright

docs: $(VENV)/installed-docs
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

findings: $(VENV)/installed
	mkdir -p build
	$(BIN)/tiltmeter claims --out build/findings
	cp build/findings/findings.json docs/claims/findings.json

# The answers that the documentation shows; run it when a scenario or a solver has changed.
catalogue: $(VENV)/installed
	mkdir -p build
	$(BIN)/tiltmeter catalogue --out build/catalogue
	cp build/catalogue/catalogue.json build/catalogue/catalogue.svg docs/catalogue/

bench: $(VENV)/installed-bench
	$(BIN)/python benchmarks/run.py

# What make itself has written; `rm -r .venv` also removes the installed packages.
clean:
	rm -rf build dist site .pytest_cache .ruff_cache .hypothesis .import_linter_cache spear-phishing-tilt

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "tiltmeter needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) comes without venv and pip. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)

# One stamp per set of packages; it is older than pyproject.toml or constraints.txt when they must be installed anew.
$(VENV)/installed: pyproject.toml constraints.txt | $(BIN)/python
	@echo "installing tiltmeter into $(VENV) (the first time takes a minute or two)"
	@$(PIP) install --constraint constraints.txt --editable .
	@touch $@

$(VENV)/installed-%: pyproject.toml constraints.txt | $(BIN)/python
	@echo "installing tiltmeter[$*] into $(VENV) (the first time takes a minute or two)"
	@$(PIP) install --constraint constraints.txt --editable '.[$*]'
	@touch $@
