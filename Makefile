# make demo [PORT=8000]   a simulated company in the workbench
# make test               all tests, on SQLite and on PostgreSQL
# make check              what CI checks beside the tests
# make test-fast          the inner loop: no browser, no PostgreSQL, nothing slow

PYTHON ?= python3
PORT ?= 8000
DEMO ?= var/demo
# Two workers: the whole suite must fit a small machine.
WORKERS ?= 2

BIN := .venv/bin
# A file's tests run in one worker, in our order: what a file makes for all of its tests is made once.
PYTEST := $(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder
SYNC := sync --quiet --frozen --inexact --all-groups --extra samples --extra postgres --extra pdf
MESSAGES := $(wildcard src/liuke_desk/locale/*/LC_MESSAGES/*.po)

.PHONY: setup demo test test-fast test-postgresql test-scale check format bench docs clean

setup: .venv/.ready $(MESSAGES:.po=.mo)

# uv when present; else a plain venv that fetches uv from the package registry for itself.
.venv/.ready: pyproject.toml uv.lock build_assets.py package-lock.json
	@if command -v uv >/dev/null 2>&1; then uv $(SYNC); else \
	  test -x $(BIN)/uv || { $(PYTHON) -m venv .venv && $(BIN)/pip install --quiet --disable-pip-version-check uv; }; \
	  VIRTUAL_ENV=$(CURDIR)/.venv $(BIN)/uv $(SYNC) --active; fi
	@touch $@

%.mo: %.po | .venv/.ready
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

demo: setup
	$(BIN)/liuke demo $(DEMO) --port $(PORT)

test: setup
	$(PYTEST) -m "not scale"
	LIUKE_TEST_DATABASE=postgresql $(PYTEST) -m "not scale and not looks and not own_database" tests/web tests/journeys

test-fast: setup
	$(PYTEST) -m "not scale and not slow and not journey"

test-postgresql: setup
	LIUKE_TEST_DATABASE=postgresql $(PYTEST) -m "not scale and not looks and not own_database" tests/web tests/journeys

test-scale: setup
	$(BIN)/pytest -m scale

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/pytest tests/house

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup
	$(BIN)/python -m bench.speed.tiers
	$(BIN)/python -m bench.speed.rfm
	$(BIN)/python -m bench.speed.view
	$(BIN)/python -m bench.speed.spark
	$(BIN)/python -m bench.speed.beta_geo
	$(BIN)/python -m bench.speed.scoring
	$(BIN)/python -m bench.speed.cycle --customers 100_000
	$(BIN)/python -m bench.speed.publish --customers 100_000
	$(BIN)/python -m bench.quality.churn
	$(BIN)/python -m bench.quality.lifetime_value
	$(BIN)/python -m bench.quality.cooled
	$(BIN)/python -m bench.quality.purchase_ranges
	$(BIN)/python -m bench.quality.reentry
	$(BIN)/python -m bench.quality.dealers

docs: setup
	$(BIN)/python -m liuke.view.catalogue
	$(BIN)/python -m liuke.tier.catalogue
	$(BIN)/python -m liuke_desk.campaigns.diagram
	$(BIN)/python -m tests.spec.predict.labels_page
	$(BIN)/python -m tests.unit.predict.displays.notebooks

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache
