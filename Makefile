# Every target runs a script; `make` without a target lists them.

override FOUND := $${PYTHON:-$$(command -v python3.11 || command -v python3)}
override VENV := .venv
override RUN := $(VENV)/bin/python
override READY := $(VENV)/.ready-
override LOCKED := --no-deps --require-hashes
# Pyright runs on node: that of the system, or else one of 200 MB from requirements/node.txt.
override NODE := $(shell command -v node)
override PYRIGHT := $(if $(NODE),,$(READY)node)
override STARTED := $(shell date +%s)
CAPTURED := $(filter-out lock,$(basename $(notdir $(wildcard openapi/captured/*.json))))

# The user's values reach a recipe as environment variables, unchanged: neither make nor the shell
# runs them as commands. OPTIONS is split at spaces.
GIVEN := PYTHON FROM SOURCE VERSION SINCE OPTIONS KEEP OUTCOME N SEED ONLY
$(foreach name,$(GIVEN),$(eval override $(name) := $$(value $(name))))
export $(GIVEN)

override COMPILE := $(VENV)/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
  --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links

.DEFAULT_GOAL := help

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY)test ## create the virtual environment .venv with what `make test` needs

$(RUN):
	@"$(FOUND)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11"; exit 2; }
	@"$(FOUND)" -m venv $(VENV) || { rm -rf $(VENV); exit 2; }

# A group of dependencies is installed when a target needs it; uv does it faster than pip. Its stamp
# is a copy of the file, so that another content is installed whatever the dates are.
$(READY)%: requirements/%.txt FORCE | $(RUN)
	@cmp -s $< $@ || { \
	  [ ! -L $(VENV) ] || { echo "$(VENV) is a symbolic link, and what it leads to is not changed: remove the link"; exit 2; }; \
	  echo "installing requirements/$*.txt into $(VENV) (once)"; \
	  if command -v uv >/dev/null; then uv pip install --quiet --python $(RUN) $(LOCKED) -r $<; \
	  else $(RUN) -m pip install --quiet --disable-pip-version-check $(LOCKED) -r $<; fi && cp $< $@; }

$(READY)docs: $(READY)run
$(READY)test: $(READY)docs
$(READY)proof: $(READY)test

demo: $(READY)run ## show every step, from document to call, against the sandbox
	@$(RUN) -m scripts.demo

# The type checkers use one core, and so run beside the tests.
test: lint stale ## lint, stale, types and check: all must pass before a commit
	@$(MAKE) --no-print-directory -j2 types check
	@echo "make test: all passed in $$(($$(date +%s) - $(STARTED))) s"

check: setup ## run the tests
	@$(RUN) -m pytest -q

lint: setup ## ruff: rules and format; zizmor: the workflows
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(VENV)/bin/zizmor --offline --quiet .github/workflows

types: setup $(PYRIGHT) ## mypy --strict everywhere, pyright strict on facade
	@echo "types: mypy, then pyright"
	@$(RUN) -m mypy
	@$(if $(NODE),$(NODE) $(VENV)/lib/python3*/site-packages/basedpyright/index.js,$(RUN) -m basedpyright)

stale: setup ## fail if a generated file is stale
	@$(RUN) -m scripts.generate --check
	@$(RUN) -m scripts.docs --check

capture: $(READY)run ## capture HighLevel's document again: make capture VERSION=v3 [FROM=...]
	@$(RUN) -m scripts.capture $${FROM:+"$$FROM"} --version "$${VERSION:-2021-07-28}"

diff: $(READY)run ## compare the captured documents with those of the last commit
	@set -f; $(RUN) -m scripts.diff --since="$${SINCE:-HEAD}" $$OPTIONS

drift: $(READY)run ## compare HighLevel's published documents with the captured ones
	@set -f; $(RUN) -m scripts.drift $${VERSION:+--version "$$VERSION"} $$OPTIONS

probe: $(READY)run ## compare the real API with the contract; needs HIGHLEVEL_TOKEN and HIGHLEVEL_LOCATION_ID [OPTIONS=--write] [OPTIONS=--apply]
	@set -f; $(RUN) -m scripts.probe $$OPTIONS

update: setup ## adopt HighLevel's changes, with checked code: make update [VERSION=v3] [SOURCE=...] [KEEP=DIR] [OUTCOME=FILE]
	@$(RUN) -m scripts.update $${VERSION:+--version "$$VERSION"} $${SOURCE:+--source "$$SOURCE"} \
	  $${KEEP:+--keep "$$KEEP"} $${OUTCOME:+--outcome "$$OUTCOME"} || { code=$$?; \
	  echo "exit code $$code of scripts.update: 1 a person must decide, 2 could not run" >&2; exit $$code; }

generate: $(READY)run ## build the contract, generated_client/, the blocking code and the tables of README and guide [OPTIONS=--mend]
	@set -f; $(RUN) -m scripts.generate $$OPTIONS
	@$(RUN) -m scripts.docs

format: setup ## format the code
	@$(RUN) -m ruff check --fix --quiet .
	@$(RUN) -m ruff format .

# Not --quiet, which hides the warnings that --strict counts. The variable hides Material's notice
# about its successor, which CONTRIBUTING.md mentions.
docs: $(READY)docs ## build the documentation into site/: open site/index.html
	@NO_MKDOCS_2_WARNING=1 $(RUN) -m mkdocs build --strict
	@echo "site/index.html"

build: $(READY)proof ## build the wheel and the source archive into dist/
	@$(RUN) -m build --no-isolation

proof: $(READY)proof ## run the slow tests: the wheel, HighLevel's SDKs on the sandbox, updates; QUICK=1 skips the longest
	@$(RUN) -m pytest -v -n0 -o console_output_style=count --durations=5 \
	  -o timeout=1200 -o faulthandler_timeout=1500 -m 'proof$(if $(QUICK), and not long)'

mutants: setup ## plant bugs in changed functions and list those that no test finds: make mutants [N=40] [SEED=...] [SINCE=REV] [ONLY=IDS] [OPTIONS=PATHS]
	@set -f; $(RUN) -m scripts.mutants $${N:+--number="$$N"} $${SEED:+--seed="$$SEED"} \
	  $${SINCE:+--since="$$SINCE"} $${ONLY:+--only="$$ONLY"} $$OPTIONS

bench: $(READY)proof ## compare the cost of the facade with httpx and the official SDK
	@$(RUN) -m scripts.bench

release: setup ## move changes/ to CHANGELOG.md and set the version [SINCE=REV] [OPTIONS=--check]
	@set -f; $(RUN) -m scripts.release $${SINCE:+--since="$$SINCE"} $$OPTIONS

# All groups have the versions that were found for them together; a file leaves out what the groups
# that are installed before it have on every platform.
lock: setup ## update the pinned dependencies in requirements/, with hashes
	@$(COMPILE) --upgrade --group proof -o $(VENV)/all.txt
	@set -e; compile() { \
	  $(COMPILE) -c $(VENV)/all.txt --group $$1 -o requirements/$$1.txt \
	    $$(shift; cd requirements; sed -n 's/^\([^ =]*\)==[^;]*$$/--no-emit-package \1/p' "$$@"); }; \
	  compile run /dev/null; compile node run.txt; compile docs run.txt; \
	  compile test run.txt node.txt docs.txt; compile proof run.txt node.txt docs.txt test.txt

clean: ## remove the files of all tools, and .venv
	@rm -rf $(VENV) build dist site .mypy_cache .pytest_cache .ruff_cache .hypothesis .schemathesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

TARGETS := help setup demo test check lint types stale capture diff drift probe update generate format docs build proof mutants bench release lock clean

# The targets to suggest for a folder's name, which make would take for a file that is up to date.
HINT_changes := make release
HINT_examples := run an example as its first comment says
HINT_facade := make generate, make types
HINT_generated_client := make generate
HINT_highlevel_associations := make types
HINT_openapi := make generate, make capture
HINT_requirements := make lock, or make setup
HINT_scripts := python -m scripts.NAME, or a target that make lists
HINT_tests := make test
FOLDERS := $(patsubst HINT_%,%,$(filter HINT_%,$(.VARIABLES)))

$(FOLDERS):
	$(error $@ is a folder, not a target; use: $(HINT_$@))

.PHONY: $(TARGETS) $(FOLDERS) FORCE
