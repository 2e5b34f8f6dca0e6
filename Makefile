# One door for people and CI. `make demo`, `make test`, `make check` (FULL=1 for the full size of the tests).
PYTHON ?= python3
BIN := .venv/bin
SERVE ?= 1
FULL ?= 0
export PILOTLINE_TESTS := $(if $(filter 1,$(FULL)),full,short)
# A process per core and one more, as many tests wait; the tests of a file stay together, as they may share a slow fixture.
# In the order of their names: sorted by how many tests they have, the files of one long test would come last, alone.
# At the full size one test has thousands of problems, one of which takes the brute force two minutes by itself.
SPREAD = --numprocesses=$(shell expr $$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1) + 1) --dist=loadfile --no-loadscope-reorder $(if $(filter 1,$(FULL)),--timeout=1800)
# What tests write is thrown away: it lies in memory where there is room for it, which spares most of a database's waits.
ROOM := $(shell df --output=avail -k /dev/shm 2>/dev/null | tail -1)
TESTS = $(if $(shell [ "$(ROOM)" -gt 4000000 ] 2>/dev/null && echo yes),TMPDIR=/dev/shm )$(BIN)/python -m pytest -q $(SPREAD)
INSTALL = $(BIN)/pip install -qq --disable-pip-version-check --constraint constraints.txt --editable
CHROMIUM := $(or $(shell command -v chromium),$(shell command -v chromium-browser),$(shell command -v google-chrome))

.PHONY: demo test check lint types layers browser pictures clean

demo: .venv/.installed
	$(BIN)/pilotline demo $(if $(filter 0,$(SERVE)),--no-serve)

test: .venv/.installed-dev
	$(TESTS) $(if $(CHROMIUM),,--ignore=tests/browser)
	$(if $(CHROMIUM),,@echo "No Chromium found: the browser tests were left out. 'make check' installs it on Debian.")

check: lint types layers browser
	$(TESTS)

lint: .venv/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: .venv/.installed-dev
	$(BIN)/mypy

layers: .venv/.installed-dev
	$(BIN)/lint-imports

browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
	  || (apt-get update -qq && apt-get install -y -qq chromium)

# The rules' pictures in docs/planning.md, from the example as it is now.
pictures: .venv/.installed
	$(BIN)/python -m docs.rule_pictures

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.installed: pyproject.toml constraints.txt | .venv/bin/python
	$(INSTALL) .
	touch $@

.venv/.installed-dev: pyproject.toml constraints.txt | .venv/bin/python
	$(INSTALL) ".[dev,bench]"
	touch $@ .venv/.installed

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
