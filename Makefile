# Every chore works on a fresh machine: it installs what it needs into .venv, and system packages by apt where it may.
# `make run` and `make test` are all one needs to know.

PORT ?= 8000
DATA ?= var

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' && echo $$p && break; done)
CATALOGUES := $(wildcard archive/translations/*/LC_MESSAGES/messages.po)

.DEFAULT_GOAL := run
.PHONY: run ready test lint types translations texts lock clean bench test-opensearch test-stripe-lanes test-postgres

run: $(VENV)/.run translations ## Serve the site with its demo collection
	@exec $(BIN)/python -m archive.run --port $(PORT) --data $(DATA)

ready: $(VENV)/.test translations frontend/.fetched .programs ## Install and make all that the tests need

test: ready ## Lint, types, templates, then all tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder $(TESTS)

# Search against other engines; docs/performance.md says how long each size takes. SIZE=10k, 100k or 1m.
SIZE ?= 100k
BENCH_WORK ?= var/bench

bench: $(VENV)/.bench ## Measure our search beside other engines
	$(BIN)/python -m tests.benchmarks search --size $(SIZE) --work $(BENCH_WORK)
	$(BIN)/python -m tests.benchmarks update --size $(SIZE) --work $(BENCH_WORK)
	$(BIN)/python -m tests.benchmarks http --size $(SIZE) --work $(BENCH_WORK)

test-opensearch: $(VENV)/.test translations ## The contract and the relevance of search, on both engines
	$(BIN)/python -m tests.opensearch.node $(BIN)/python -m pytest -q tests/catalogue/test_search_contract.py \
		tests/catalogue/test_search_opensearch*.py tests/relevance

ON_POSTGRES ?= tests/archive tests/catalogue tests/licensing

test-postgres: $(VENV)/.test translations .programs .postgres ## The tests of all three floors on a PostgreSQL of its own
	$(BIN)/python -m tests.postgres $(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder \
		$(or $(TESTS),$(ON_POSTGRES))

test-stripe-lanes: $(VENV)/.test translations ## Our payments against two servers by others that speak some of Stripe's API
	$(BIN)/python -m tests.lanes.peers $(BIN)/python -m pytest -q tests/lanes

lint: $(VENV)/.test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(VENV)/.test
	$(BIN)/mypy

translations: $(CATALOGUES:.po=.mo)

%.mo: %.po | $(VENV)/.run
	@$(BIN)/pybabel -q compile -i $< -o $@ -l $(notdir $(patsubst %/LC_MESSAGES/,%,$(dir $<)))

# New texts in code and templates go into the catalogues; what is new or changed is then translated by hand.
# The names of refusals are keywords too: their first argument is a text for people.
KEYWORDS := _l lazy_gettext Invalid NotFound Gone Refused Forbidden TooMany Unavailable GatewayUnavailable Moved NotACard NotEnough PriceChanged

texts: $(VENV)/.run
	@$(BIN)/pybabel -q extract -F babel.cfg $(KEYWORDS:%=-k %) --no-location --omit-header --sort-output -o $(VENV)/messages.pot .
	@$(BIN)/pybabel -q update -i $(VENV)/messages.pot -d archive/translations -l nl --no-fuzzy-matching --ignore-obsolete \
		--ignore-pot-creation-date --no-wrap

lock: $(VENV)/.test ## Resolve the dependencies of setup.cfg anew
	$(BIN)/pip-compile -q --upgrade --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-trusted-host \
		--no-header --extra build -o requirements/run.txt setup.cfg
	$(BIN)/pip-compile -q --upgrade --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-trusted-host \
		--no-header --extra build --extra test -c requirements/run.txt -o requirements/test.txt setup.cfg
	$(BIN)/pip-compile -q --upgrade --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-trusted-host \
		--no-header --extra build --extra test --extra bench -c requirements/test.txt -o requirements/bench.txt setup.cfg

clean: ## Remove what was installed and built; DATA stays
	rm -rf $(VENV) .venv-lanes frontend/node_modules frontend/.fetched archive/static/vendor $(CATALOGUES:.po=.mo)

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed. On Debian or Ubuntu: apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || { rm -rf $(VENV); sh .ci/system-packages python3-venv && $(PYTHON) -m venv $(VENV); }

$(VENV)/.run: requirements/run.txt | $(VENV)/bin/python
	@echo "Installing what the site needs (once) ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/run.txt
	@touch $@

$(VENV)/.test: requirements/test.txt $(VENV)/.run
	@echo "Installing what the tests need (once) ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/test.txt
	@touch $@

$(VENV)/.bench: requirements/bench.txt $(VENV)/.test
	@echo "Installing the engines to compare with (once) ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/bench.txt
	@touch $@

# Fonts and the image viewer for the site, axe-core for the tests.
frontend/.fetched: frontend/package-lock.json frontend/assets.toml | $(VENV)/.run
	@$(BIN)/python -m archive.frontend
	@touch $@

.PHONY: .programs
.programs: | $(VENV)/bin/python  # which may need the same installer
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
		|| sh .ci/system-packages chromium || echo "Tests in the browser will be skipped."
	@command -v pdftotext >/dev/null \
		|| sh .ci/system-packages poppler-utils || echo "Tests that read printed documents will be skipped."

.PHONY: .postgres
.postgres:
	@command -v postgres >/dev/null || ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || sh .ci/system-packages postgresql
