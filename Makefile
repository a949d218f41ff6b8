# Needs only Python 3.11 or newer and make.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
ARGS ?=

.PHONY: help demo test check torture fuzz bench lock clean replicas simulate simulate-bugs
help:            ## what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/  /'

$(VENV)/.run: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Xuncha needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 …")'
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

demo: $(VENV)/.run  ## the bot, a chat on this machine to try it in, and the address of the page
	@$(PY) -m bot demo $(ARGS)

check: $(VENV)/.dev  ## style, types and the wall between the folders
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports --no-cache

test: check         ## everything
	MALLOC_ARENA_MAX=1 $(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)  # one arena: a third less memory

# What `make test` does a little of, done in full; 0 is everything there is. For one part: make torture FAULTS=upgrades
# A few more than are wanted: some second kills fall behind the end of what they are to interrupt.
KILLS ?= 200
KILLS_PEOPLE ?= 20
UPGRADE_KILLS ?= 0
LINE_KILLS ?= 0
LINE_TIMES ?= 1
DOUBLE_KILLS ?= 740
POWER_CUTS ?= 520
FAULTS ?= kill or cut
torture: $(VENV)/.dev  ## kills and power cuts, all of them (an hour or so)
	TORTURE=1 KILLS=$(KILLS) KILLS_PEOPLE=$(KILLS_PEOPLE) UPGRADE_KILLS=$(UPGRADE_KILLS) LINE_KILLS=$(LINE_KILLS) \
	  LINE_TIMES=$(LINE_TIMES) DOUBLE_KILLS=$(DOUBLE_KILLS) POWER_CUTS=$(POWER_CUTS) \
	  $(PY) -m pytest -s tests/faults tests/wire/test_kill.py -k "$(FAULTS)" $(ARGS)

fuzz: $(VENV)/.dev   ## damaged updates and files, CASES=100000 of them (half an hour or so)
	XUNCHA_CASES=$(or $(CASES),100000) $(PY) -m pytest -s --timeout 0 tests/fuzz $(ARGS)

bench: $(VENV)/.dev  ## how fast, beside its peers; also writes build/bench.json
	$(PY) -m benchmarks $(ARGS)

replicas: $(VENV)/.dev  ## all dialogues on PostgreSQL; three programs on one record, killed again and again
	XUNCHA_TEST_DEEP=1 $(PY) -m pytest -s tests/replicas $(ARGS)

SEEDS ?= 1000
FIRST ?= 1
simulate: $(VENV)/.dev  ## the program in a simulated bad day, SEEDS times; what fails is kept in tests/seeds.txt
	$(PY) -m tests.simulator $(SEEDS) $(FIRST)

simulate-bugs: $(VENV)/.dev  ## planted bugs, and the first seed that finds each, among SEEDS
	$(PY) -m tests.simulator.bugs $(SEEDS)

lock:            ## locks the dependencies again, with hashes and without addresses (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --quiet \
	  pyproject.toml --group dev --extra postgres -o requirements-dev.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --quiet \
	  pyproject.toml -c requirements-dev.txt -o requirements.txt

clean:
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache
