# Two commands: `make run` serves the demo company, `make test` runs every check there is.
# Only Python 3.11 or newer, make and a package index are needed.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000

.PHONY: run test test-full bench install lint types rooms unit browser real docs wheel lock clean

run: install
	$(BIN)/python cli.py demo --port $(PORT)

install: $(VENV)/.installed

$(VENV)/.installed: core/requirements.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -qq --disable-pip-version-check --require-hashes -r core/requirements.txt
	$(BIN)/pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

test: install
	$(BIN)/python tests/gate.py

test-full: install
	ORDINANCE_SIZE=full $(BIN)/python tests/gate.py

bench: install
	$(BIN)/python tests/bench/run.py

# One part of the gate by name: make lint, make types, …
lint types rooms unit browser real docs wheel: install
	$(BIN)/python tests/gate.py $@

# Lock the dependencies again, with hashes and without addresses.
lock:
	$(BIN)/pip install --quiet pip-tools
	$(BIN)/pip-compile --quiet --extra dev --generate-hashes --strip-extras --allow-unsafe --no-emit-index-url --no-emit-find-links --no-header --output-file core/requirements.txt pyproject.toml

clean:
	rm -rf $(VENV) var dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
