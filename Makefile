# Two commands do everything on a fresh machine: `make app` and `make test`.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
SOURCES := $(shell find csrc -name '*.cpp' -o -name '*.hpp') CMakeLists.txt pyproject.toml constraints.txt

.PHONY: app test setup lint bench check-all browser clean
.DEFAULT_GOAL := app

setup: $(VENV)/.ready

# The build requirements come first and stay in the environment (no isolated second copy), so that the
# constraints file pins the whole build too.
$(VENV)/.ready: $(SOURCES)
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt pip scikit-build-core pybind11 cmake ninja
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --no-build-isolation -e '.[app,test,bench,dev]'
	touch $@

app: setup
	$(BIN)/pyfrontiers app

test: setup browser
	$(BIN)/python -m pytest

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	git ls-files 'csrc/*.cpp' 'csrc/*.hpp' 'csrc/*.cu' | xargs $(BIN)/clang-format --dry-run --Werror

bench: setup
	$(BIN)/pyfrontiers bench

clean:
	rm -rf $(VENV) build
