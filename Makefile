# The front door. `make` alone lists what there is.
PYTHON ?= python3
VENV ?= .venv
JOBS ?= 2
ARGS ?=

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help run test lint check docs constraints prior clean distclean

help:  ## list the targets
	@sed -nE 's/^([a-z]+):.*## (.*)/make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-18s %s\n", $$1, $$2 }'

run: $(VENV)/.installed  ## install into .venv, then the shortlist of the bundled sample for edition 2022-05
	PAPERRADAR_SAMPLE_DIR=data/sample-store $(BIN)/paperradar shortlist --month 2022-05 --sample

test: $(VENV)/.installed-dev  ## install the development tools, then run the tests (ARGS='-k store' narrows them)
	$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup $(ARGS)

lint: $(VENV)/.installed-dev  ## ruff, mypy --strict and the import contracts
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test  ## what has to pass before a change lands: lint and test

docs: $(VENV)/.installed-dev  ## write docs/cli again from the --help texts
	$(BIN)/python docs/build_cli_pages.py

constraints:  ## resolve everything in a new environment and write constraints.txt
	$(PYTHON) docs/build_constraints.py

prior: $(VENV)/.installed-dev  ## learn the shipped prior anew from DATA=FOLDER with picks, snapshots and titles (docs/taste.md)
	$(BIN)/python docs/build_prior.py $(DATA) $(ARGS)

clean:  ## remove caches, build results and the sample's store
	rm -rf build dist data/sample-store .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find src tests docs bench flows -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean  ## clean, and remove .venv
	rm -rf $(VENV)

# Stamps: the second call installs nothing until pyproject.toml or constraints.txt change. An environment that is
# already there is kept, with what lies in it (a CPU build of torch, say).
$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "paperradar needs Python 3.11 or newer, this is " \
		+ sys.version.split()[0] + "; name another with: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/.created
	$(PIP) install -c constraints.txt -e .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml constraints.txt | $(VENV)/.created
	$(PIP) install -c constraints.txt -e '.[dev]'
	@touch $(VENV)/.installed $@
