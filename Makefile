# Two commands do everything on a fresh machine: `make app` and `make test`.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
SOURCES := $(shell find csrc -type f) $(wildcard tools/*.py) CMakeLists.txt pyproject.toml constraints.txt
# A transcript of the lecture to try the import on; its test skips with a reason when there is none.
TRANSCRIPT ?= $(wildcard ../shared/lecture/transcript.txt)
PYTEST_ARGS ?=
# Processes that share the tests. Threads that wait for work then sleep instead of spinning. On two cores, a
# third process saves nothing.
TEST_JOBS ?= 2

.PHONY: app test setup lint sanitize cuda peers bench load record ray check-all clean
.DEFAULT_GOAL := app

# What the app needs, and all that the other commands need: the tools of the tests, and the emulation of the
# CUDA kernels. tools/install.py does the work.
$(VENV)/.ready-app $(VENV)/.ready: $(SOURCES)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo 'Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11'; exit 1; }
	@$(PYTHON) tools/install.py $(if $(filter %-app,$@),app,test)
	@touch $(VENV)/.ready-app $@

setup: $(VENV)/.ready

app: $(VENV)/.ready-app
	@$(BIN)/pyfrontiers app

test: export OMP_WAIT_POLICY := passive
# Many tests start an interpreter, which would compile every package it imports if none were stored.
test: export PYTHONDONTWRITEBYTECODE :=
test: setup
	$(BIN)/python -m pytest -n $(TEST_JOBS) --dist worksteal --require-emulation $(if $(TRANSCRIPT),--lecture-transcript=$(TRANSCRIPT)) $(PYTEST_ARGS)

# The kernel tests again, on a core in which a wrong access or an undefined operation ends the run. The
# sanitizers must be in the process before Python; an environment of its own keeps the other core. Absurd
# sizes, which the malformed calls ask torch for, are to raise as they do otherwise. Each value of an axis
# runs once: this is three times slower than the tests themselves, which bring every two values together.
SANITIZED_CASES ?= value
SANITIZED := build/sanitized
SANITIZERS = $(shell $(CXX) -print-file-name=libasan.so) $(shell $(CXX) -print-file-name=libubsan.so)

sanitize: setup
	@$(BIN)/python -m venv --without-pip $(SANITIZED)/venv
	@$(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))' \
	  > $$(echo $(SANITIZED)/venv/lib/python*/site-packages)/dependencies.pth
	@$(BIN)/python -m pip --python $(SANITIZED)/venv/bin/python install --quiet --disable-pip-version-check \
	  --no-deps --no-index --no-build-isolation -e . \
	  -C build-dir=$(SANITIZED)/core -C cmake.define.FRONTIERS_SANITIZE=ON -C cmake.define.FRONTIERS_EMULATED_CUDA=ON
	LD_PRELOAD="$(SANITIZERS)" ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 UBSAN_OPTIONS=print_stacktrace=1 \
	  $(SANITIZED)/venv/bin/python -m pytest -q --require-emulation -p no:cacheprovider --capture=sys tests/kernels \
	  --ignore tests/kernels/test_light_import.py --combinations $(SANITIZED_CASES) $(PYTEST_ARGS)

# The CUDA module for the oldest and the newest GPU that a release serves; `make check-all` takes all of them.
# No GPU is needed to compile it, and what nvcc refuses is seen before somebody with a GPU sees it. Not
# optimised, which takes half the time; nobody installs this.
CUDA_ARCHITECTURES ?= 75-real;90
cuda: setup
	@if command -v nvcc >/dev/null; then \
	  PATH="$$PWD/$(BIN):$$PATH" cmake -S . -B build/cuda -G Ninja --log-level=WARNING -DCMAKE_BUILD_TYPE=Release \
	    -DPYFRONTIERS_CUDA=ON '-DCMAKE_CUDA_ARCHITECTURES=$(CUDA_ARCHITECTURES)' -DCMAKE_CUDA_FLAGS_RELEASE='-O0 -Xcicc=-O0 -Xptxas=-O0' -DPython_EXECUTABLE=$$PWD/$(BIN)/python \
	    -Dpybind11_DIR=$$($(BIN)/pybind11-config --cmakedir) \
	  && PATH="$$PWD/$(BIN):$$PATH" cmake --build build/cuda --target _core_cuda; \
	else echo 'There is no nvcc; the CUDA sources are not compiled.'; fi

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	git ls-files 'csrc/*.cpp' 'csrc/*.hpp' 'csrc/*.cu' | xargs -r $(BIN)/clang-format --dry-run --Werror

# What the kernels are measured against, in an environment on top of ours: one interpreter holds both.
# A peer that cannot be had is said to be absent; the others take part.
PEERS := build/peers
PEERS_PIP = $(BIN)/python -m pip --python $(PEERS)/bin/python install --quiet --disable-pip-version-check --no-deps
peers: $(PEERS)/.ready

$(PEERS)/.ready: tests/benchmarks/peers.txt | $(VENV)/.ready
	@echo 'Installing the peers of the benchmarks ...'
	@$(BIN)/python -m venv --without-pip $(PEERS)
	@$(BIN)/python -c 'import sysconfig; print("import site; site.addsitedir(%r)" % sysconfig.get_path("purelib"))' \
	  > $$(echo $(PEERS)/lib/python*/site-packages)/project.pth
	@$(PEERS_PIP) -r $< 2>/dev/null || for peer in $$(grep -v '^#' $<); do \
	  $(PEERS_PIP) $$peer || echo "$$peer cannot be installed and will be absent"; done
	@touch $@

# The kernels come last: their exit code says whether a target was missed.
bench: setup peers
	$(BIN)/python -m tests.benchmarks.bench_pages
	$(BIN)/python -m tests.benchmarks.bench_scenes
	$(BIN)/python -m tests.benchmarks.bench_study
	$(BIN)/python -m tests.benchmarks.bench_depth
	$(PEERS)/bin/python -m pyfrontiers bench --out build/bench

# Many visitors who open the app at the same moment.
load: setup
	$(BIN)/python -m tests.benchmarks.bench_opening

# Makes the results that ship with the package again, ready to be committed: claims, weights, runs, and the
# benchmarks (`kernels`), which need a quiet machine. make record NAMES="digit-net C17"; all without NAMES.
NAMES ?=
record: setup $(if $(filter kernels,$(or $(NAMES),kernels)),peers)
	$(if $(filter kernels,$(or $(NAMES),kernels)),$(PEERS),$(VENV))/bin/python -m pyfrontiers record $(NAMES)

# What the tests of clusters need; without it they are skipped and say so.
ray: setup
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt ray \
	  || echo 'Ray cannot be installed here; the tests of clusters will be skipped.'

# Everything a release needs: the full profile of every claim, the benchmarks, the slow tests, and the tests
# of the kernels on every combination of their axes.
check-all: PYTEST_ARGS += --combinations every --slow
check-all: CUDA_ARCHITECTURES =
check-all: lint sanitize cuda ray test bench
	$(BIN)/pyfrontiers reproduce --profile full

clean:
	rm -rf $(VENV) build
