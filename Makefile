# `make install PYTHON=/usr/bin/python3.12` chooses another Python, `make run PORT=8080` another port.
PYTHON ?= python3
PORT ?=
JOBS ?= 4
SECONDS = 75
DATABASE = sqlite
BENCH ?=
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help install run demo test soak bench check clean

# Tests make thousands of databases: in memory where 4 GB are free there, for a disk makes them wait.
SCRATCH = $(shell df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 > 4000000 {print "/dev/shm"; found = 1} \
  END {if (!found) print "/tmp"}')

help: ## list these targets
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 16

install: $(VENV)/.installed ## put everything that runs into .venv

run: install ## start on the sample, in the sandbox: nothing leaves the machine
	@PANTAU_CARRIER=sandbox exec $(BIN)/pantau serve $(if $(PORT),--port $(PORT))

demo: install ## the same with a rehearsal of the whole city: watch the board fill in half a minute
	@BIN=$(BIN) PORT=$(or $(PORT),8000) exec sh docs/demo.sh

test: $(VENV)/.installed-dev ## run every test, on SQLite and on PostgreSQL
	@TMPDIR=$${TMPDIR:-$(SCRATCH)} $(BIN)/python -m pytest -q -n $(JOBS) --dist worksteal

soak: $(VENV)/.installed-dev ## text to it while it is killed: make soak SECONDS=600 DATABASE=postgresql
	@$(BIN)/python -m bench.soak --seconds $(SECONDS) --database $(DATABASE)

bench: $(VENV)/.installed-dev ## measure it, eight minutes: make bench BENCH=quick is short
	@$(BIN)/python -m bench.speed $(if $(filter quick,$(BENCH)),--quick,$(BENCH))

check: $(VENV)/.installed-dev ## check style, types, layers and dead code
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/vulture

clean: ## remove what the other targets made; var/ with its database stays
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

# What is missing to make a virtual environment, in one line; nothing where all is there. Debian's
# Python cannot put pip into one without python3-venv: then the pip outside installs into it.
define MISSING
command -v $(PYTHON) >/dev/null || { \
  echo "$(PYTHON) is missing: apt install python3 python3-venv, or give PYTHON=/path/to/python3"; exit; }; \
$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || { \
  echo "`$(PYTHON) --version 2>&1` is too old, Pantau needs 3.11: install it and give PYTHON=/path/to/python3.11"; exit; }; \
$(PYTHON) -c "import venv, ensurepip" 2>/dev/null && exit; \
$(PYTHON) -c "import venv" 2>/dev/null || { \
  echo "$(PYTHON) cannot make virtual environments: apt install python3-venv, then make install again"; exit; }; \
$(PYTHON) -m pip --version >/dev/null 2>&1 || { \
  echo "$(PYTHON) has neither ensurepip nor pip: apt install python3-venv or python3-pip, then make install again"; exit; }; \
$(PYTHON) -m pip --python $(PYTHON) --version >/dev/null 2>&1 || \
  echo "the pip of $(PYTHON) is older than 22.3: apt install python3-venv, or $(PYTHON) -m pip install --upgrade pip"
endef

# Either the environment's own pip or, where there is none, the one outside.
PIP = $$(test -x $(BIN)/pip && echo $(BIN)/python -m pip || echo $(PYTHON) -m pip --python $(BIN)/python)

# Made anew too where its Python has gone, as an upgrade of the system does.
ifneq ($(shell test -x $(BIN)/python && echo there),there)
.PHONY: $(VENV)/.made
endif

$(VENV)/.made:
	$(if $(shell $(MISSING)),$(error $(shell $(MISSING))))
	@rm -rf $(VENV)
	@if $(PYTHON) -c "import ensurepip" 2>/dev/null; \
	  then $(PYTHON) -m venv $(VENV); else $(PYTHON) -m venv --without-pip $(VENV); fi
	@touch $@

$(VENV)/.installed: requirements.txt pyproject.toml | $(VENV)/.made
	@echo "installing what Pantau runs on into $(VENV)"
	@$(PIP) install -q -r requirements.txt
	@$(PIP) install -q --no-deps -e .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@echo "installing what tests and checks need into $(VENV)"
	@$(PIP) install -q -r requirements-dev.txt
	@touch $@
