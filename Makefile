# Two commands for a fresh machine with Python ≥ 3.11 and make: `make demo` and `make test`.
# Everything lands in .venv; nothing is installed on the machine itself.

PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { command -v "$$p"; break; }; done)
MINOR := $(shell "$(PYTHON)" -c 'import sys; print("%d%d" % sys.version_info[:2])' 2>/dev/null)
LOCK := requirements/py$(MINOR).txt
BIN := .venv/bin
READY := .venv/ready-py$(MINOR)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo test check fast docs lock samples model bench clean
.DEFAULT_GOAL := demo

demo: $(READY)  ## score the sample call with real Whisper, write demo/report.html
	@echo "== Scoring the sample call (about 100 s) with whisper-base"
	@$(BIN)/voxcx demo --out demo/report.html

test: $(READY)  ## every test: fast ones, real recogniser, browser
	@echo "== Running all tests"
	@$(BIN)/python -m pytest -q --durations=10

fast: $(READY)  ## what runs while you work: no recogniser, no browser
	@$(BIN)/python -m pytest -q -m "not model and not browser and not slow"

check: $(READY)  ## linters, types, import floors, unused dependencies, generated pages
	@echo "== ruff" && $(BIN)/ruff check . && $(BIN)/ruff format --check .
	@echo "== mypy" && $(BIN)/mypy
	@echo "== import-linter" && $(BIN)/lint-imports --no-cache
	@echo "== deptry" && $(BIN)/deptry src
	@echo "== generated pages" && $(BIN)/python scripts/make_docs.py --check

docs: $(READY)  ## write the generated pages anew
	@$(BIN)/python scripts/make_docs.py

$(READY): $(LOCK) pyproject.toml
	@test -n "$(PYTHON)" || { echo "voxcx needs Python 3.11 or newer; install it or run: make PYTHON=/path/to/python3"; exit 2; }
	@echo "== Making .venv with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv .venv
	@echo "== Installing the locked versions from $(LOCK) (about 700 MB on disk; a minute or two)"
	@$(BIN)/python -m pip install --quiet --progress-bar on --require-hashes -r $(LOCK)
	@echo "== Installing voxcx itself"
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(LOCK):
	@echo "$(LOCK): no lock for this Python ($(PYTHON)); expected one of: $$(ls requirements | tr '\n' ' '); use make PYTHON=python3.11"; exit 2

lock:  ## pin anew for every supported Python (needs uv)
	@for v in 3.11 3.12 3.13; do uv pip compile -q pyproject.toml --all-extras --group dev --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-annotate --no-header --upgrade --python-version $$v \
		-o requirements/py$$(echo $$v | tr -d .).txt; done

samples:  ## make tests/data anew (needs the voices named in tests/data/README.md)
	@$(PYTHON) scripts/make_samples.py

model: $(READY)  ## train the demo CSI model anew from a simulated population
	@$(BIN)/python scripts/make_demo_model.py

bench: $(READY)  ## recognition beside faster-whisper: make bench DATA=folder (NAME.flac or .wav with NAME.ref.json)
	@test -n "$(DATA)" || { echo "bench needs calls with references: make bench DATA=folder"; exit 2; }
	@$(BIN)/python scripts/bench_asr.py "$(DATA)"

clean:
	@rm -rf .venv demo build dist
