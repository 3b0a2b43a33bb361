# Everything a newcomer needs: `make demo` to see it work, `make test` to see that it does.
# On its own, `make` tells what there is.

SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# In a bare environment uv finds no certificates of its own accord: it takes the system's.
export UV_SYSTEM_CERTS := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint types contracts unit torture bench enumeration docs model scoreboard lock clean

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.installed: requirements/installer.lock requirements/dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "PrivacyDesk needs python3 3.11 or newer; this is $$($(PYTHON) --version). Say: make PYTHON=/path/to/python3.12"; exit 1; }
	@echo "Setting up $(VENV) with the locked dependencies …"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "python3 could not make a virtual environment. On Debian or Ubuntu: apt install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install -q --require-hashes -r requirements/installer.lock
	@$(BIN)/uv pip sync -q --compile-bytecode --python $(BIN)/python --require-hashes requirements/dev.lock
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

setup: $(VENV)/.installed ## Set up .venv with locked, hashed dependencies

demo: setup ## Play the stories on a whole world of this machine (KEEP=1 leaves it running)
	@$(BIN)/python -m sandbox.demo $(if $(KEEP),--keep) $(if $(STORY),--story $(STORY))

test: setup lint types contracts unit ## Run all checks and tests

lint: setup ## Style
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: setup ## Types, strictly
	@$(BIN)/mypy

contracts: setup ## Who may import whom
	@$(BIN)/lint-imports

unit: setup ## The tests alone
	@$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

torture: setup ## Kill and cut a desk for minutes (SEED=… MESSAGES=…; needs Dovecot and Postfix)
	@REQUIRE_SERVERS=1 SEED=$(SEED) MESSAGES=$(or $(MESSAGES),600) $(BIN)/pytest -s tests/stories/test_torture.py

bench: setup ## Measure the whole road and its steps, into docs/performance.md (BENCH="--rounds 1 --profile DIR")
	@$(BIN)/python -m bench $(or $(BENCH),--rounds 5 --write docs/performance.md)

enumeration: setup ## Measure that no acknowledgement's time tells who is on file
	@$(BIN)/python -m bench.enumeration

docs: setup ## Generate what is generated in docs/
	@$(BIN)/python -m sandbox.lifecycle_page docs/lifecycle.md

model: setup ## Train recognition on the corpus (EXTRA=file: on more labelled texts too)
	@$(BIN)/python -m training.fit $(if $(EXTRA),--extra $(EXTRA))

scoreboard: setup ## Judge recognition by cross-validation, into docs/recognition.md
	@$(BIN)/python -m training.scoreboard

lock: setup ## Lock the newest dependencies that fit
	@$(BIN)/uv pip compile pyproject.toml $(LOCK) -o requirements/desk.lock
	@$(BIN)/uv pip compile pyproject.toml --extra dev -c requirements/desk.lock $(LOCK) -o requirements/dev.lock
	@echo "uv" | $(BIN)/uv pip compile - $(LOCK) -o requirements/installer.lock

LOCK := --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q

clean: ## Remove what can be made again
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info
