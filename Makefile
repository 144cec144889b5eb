# Everything sets itself up: Python 3.11 or newer and make are all a machine needs.
.DEFAULT_GOAL := help
.PHONY: help demo test check fix bench pictures lock

PYTHON ?= python3
BIN := .venv/bin
JOBS ?= 2

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

demo: .venv/run ## a company to try, in the browser, without Slack (ARGS=--reset begins again)
	@$(BIN)/python -m bot demo $(ARGS)

test: .venv/dev ## the whole suite
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: .venv/dev ## what must hold besides the tests: format, lint, types, borders, dependencies
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/lint-imports --no-cache >/dev/null || $(BIN)/lint-imports --no-cache
	@$(BIN)/deptry . --no-ansi 2>/dev/null || $(BIN)/deptry .
	@$(BIN)/basedpyright
	@echo "All checks passed."

fix: .venv/dev ## format and mend what can be mended by itself
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format --quiet .

bench: .venv/dev ## measure against baselines: one case (CASE=list-cpu), or all into docs/benchmarks.md
	@$(BIN)/python -m bench $(CASE) $(ARGS)

pictures: .venv/dev ## take the README's pictures anew, into docs/ (needs chromium)
	@$(BIN)/python -m tests.browser.pictures

lock: .venv/dev ## pin the dependencies anew, with hashes and without addresses
	@$(BIN)/uv pip compile pyproject.toml --extra embedded --universal --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header --no-annotate -q -o requirements.lock
	@$(BIN)/uv pip compile pyproject.toml --extra embedded --group dev --universal \
	  --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate -q \
	  -o requirements-dev.lock

.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/run: requirements.lock | .venv/made
	@echo "Installing what the app needs (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

.venv/dev: requirements-dev.lock | .venv/made
	@echo "Installing what the tests need (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@ .venv/run
