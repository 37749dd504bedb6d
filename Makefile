# VERSO. Two commands matter: `make run` and `make test`. `make help` lists the rest.

# The oldest that is there and will do: what CI runs.
PYTHON ?= $(or $(shell for n in 11 12 13 14; do python3.$$n -c 0 2>/dev/null && echo python3.$$n && break; done),python3)
PREPARE = @$(PYTHON) -I launcher/prepare.py
BIN = .venv/bin
# What one program has compiled, the next one reads, whatever the surroundings say: half of what a start costs.
export PYTHONDONTWRITEBYTECODE :=
# Servers of their own, thrown away at the end.
BESIDE = $(BIN)/python -m launcher.embedded exec --

.DEFAULT_GOAL := help
.PHONY: help run test setup reset stop bench lint check faults matrix walk mutants screenshots baseline lock

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1|/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "make %-12s %s\n", $$1, $$2 }'

run: ## start everything at http://127.0.0.1:8000, with sample data (PORT=… SAMPLE_DATA=no)
	$(PREPARE) runtime && exec $(BIN)/python -m launcher.supervisor --since $(shell date +%s.%N)

test: ## every test, against a real PostgreSQL and a real browser (ARGS="-k reserve")
	$(PREPARE) dev
	@$(BIN)/python -m tests.browser.chromium >/dev/null
	@exec $(BESIDE) $(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

setup: ## prepare .venv and the browser for tests, without starting anything
	$(PREPARE) dev
	@echo "Browser for tests: $$($(BIN)/python -m tests.browser.chromium)"

reset: ## delete the data in .data/ and make the sample data anew
	$(PREPARE) runtime && exec $(BIN)/python -m launcher.supervisor --reset

stop: ## stop what a killed `make run` left running
	$(PREPARE) runtime && exec $(BIN)/python -m launcher.supervisor --stop

bench: ## measure, and write docs/benchmarks.md (PART=before.against_the_code_of_before BEFORE=<revision>)
	$(PREPARE) dev
	@exec $(BIN)/python -m tests.bench $(PART)

lint: ## the style of the code and the order of its apps
	$(PREPARE) dev
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/lint-imports

check: lint test ## all that CI runs

faults: ## kill PostgreSQL twenty times while eight clients reserve
	$(PREPARE) dev
	@VERSO_FAULT_ROUNDS=20 exec $(BESIDE) $(BIN)/pytest -q tests/race/test_kill.py

matrix: ## the authorization matrix over 100 generated worlds
	$(PREPARE) dev
	@exec $(BESIDE) $(BIN)/pytest -q -m many_worlds tests/matrix

walk: ## only the test that looks at every page with axe, in both themes
	$(PREPARE) dev
	@exec $(BESIDE) $(BIN)/pytest -q tests/browser/test_every_page.py

mutants: ## break every protection in a scratch database: a test must notice each
	$(PREPARE) dev
	@exec $(BESIDE) $(BIN)/python -m tests.mutants

screenshots: ## pictures of the pages, in both themes, wide and on a phone
	$(PREPARE) dev
	@exec $(BESIDE) $(BIN)/python -m tests.browser.screenshots

baseline: ## with a release: keep its database and the sums of its migrations in tests/upgrade/
	$(PREPARE) dev
	@exec $(BIN)/python -m tests.upgrade.baseline

UV_COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --no-header
lock: ## write the requirements*.lock anew from pyproject.toml (UPGRADE=--upgrade)
	$(PREPARE) dev
	@$(UV_COMPILE) $(UPGRADE) pyproject.toml -o requirements.lock
	@$(UV_COMPILE) $(UPGRADE) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock
	@echo uv | $(UV_COMPILE) $(UPGRADE) - -o requirements-uv.lock
