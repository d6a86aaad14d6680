# Two commands: `make decks` builds decks from corpus/, `make test` runs the tests. Both set everything up themselves.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
WORKERS ?= auto

.PHONY: decks test test-slow lint types wheel bench clean

decks: $(VENV)/.base
	$(BIN)/flashcards build corpus -o decks

test: $(VENV)/.test
	$(BIN)/python -m pytest -q -n $(WORKERS) -m "not slow"

test-slow: $(VENV)/.test
	$(BIN)/python -m pytest -q -n $(WORKERS) -m slow

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.test
	$(BIN)/mypy

wheel: $(VENV)/.test
	$(BIN)/python -m build --outdir dist .

bench: $(VENV)/.test
	$(BIN)/python -m tests.benchmarks

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.base: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) -c constraints.txt -e .
	@touch $@

$(VENV)/.test: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) -c constraints.txt -e ".[test]"
	@touch $(VENV)/.base $@

# Ledgers and progress in decks/ are user data: clean never touches that folder.
clean:
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
