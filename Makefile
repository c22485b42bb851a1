# Every command of this project. `make help` lists them.

SHELL := /bin/sh
PYTHON ?= python3
export PYTHON
# Where it is forbidden to keep compiled code (containers do), each of the hundreds of
# processes that a test run starts would compile the application anew.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
NODE := deploy/node.sh
# The tests of faults wait more than they work: three carry two cores further than two.
TEST_PROCESSES ?= 3

.DEFAULT_GOAL := help
.PHONY: help run demo test coverage check fix lock messages bench screenshots tools translations venv

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

# --- Use ---------------------------------------------------------------------

run: ## start the application on HOST:PORT (127.0.0.1:8000); the first time also install it
	@deploy/venv.sh requirements.txt
	@exec deploy/serve.sh

demo: ## the same with twelve simulated months in var/demo.db, marked on every page
	@deploy/venv.sh requirements.txt
	@exec deploy/serve.sh demo

# --- Develop -----------------------------------------------------------------

test: tools check ## all checks and tests, on SQLite and PostgreSQL, in a real browser
	$(NODE) node --test $(wildcard tests/js/*.test.js)
	$(BIN)/pytest -n $(TEST_PROCESSES) --dist worksteal

check: tools ## format, lint, import floors, types, templates, spelling, scripts and styles
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy
	$(BIN)/djlint --lint --quiet kiosk/templates
	$(BIN)/codespell
	$(NODE) node_modules/.bin/biome ci --colors=off --diagnostic-level=error

fix: tools ## format, and repair what can be repaired by machine
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(NODE) node_modules/.bin/biome check --write

coverage: tools ## which lines and branches of kiosk and analytics no test runs
	$(BIN)/pytest -n $(TEST_PROCESSES) --dist worksteal --cov --cov-report term:skip-covered --ignore tests/repo --ignore tests/browser

messages: venv ## collect the wording to translate into kiosk/translations
	$(BIN)/pybabel --quiet extract --mapping-file pyproject.toml --keyword lazy_gettext --keyword lazy_ngettext:1,2 --no-location --sort-output --omit-header --output-file kiosk/translations/messages.pot .
	$(BIN)/pybabel --quiet update --no-fuzzy-matching --omit-header --input-file kiosk/translations/messages.pot --output-dir kiosk/translations

lock: venv ## pin the packages of the .in lists with their hashes
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet --output-file requirements.txt requirements.in
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet --output-file requirements-dev.txt --constraint requirements.txt requirements-dev.in

bench: tools translations ## the benchmark table, also as bench/results.json
	$(BIN)/python -m bench

screenshots: tools translations ## the README's pictures, from the demo, in the real browser
	$(BIN)/python -m bench.screenshots

# --- Parts --------------------------------------------------------------------

venv:
	@deploy/venv.sh requirements-dev.txt

tools: venv
	@deploy/test-tools.sh

translations: venv
	@deploy/translations.sh
