# Every target is a verb and a script; `make` alone prints them.

override FOUND := $${PYTHON:-$$(command -v python3.11 || command -v python3)}
override VENV := .venv
override RUN := $(VENV)/bin/python
override READY := $(VENV)/.ready
override STARTED := $(shell date +%s)
CAPTURED := $(filter-out lock,$(basename $(notdir $(wildcard openapi/captured/*.json))))

# What a person gives reaches a recipe as an environment variable, character for character: neither
# make nor the shell reads it as a command. OPTIONS is split at spaces.
GIVEN := PYTHON FROM SOURCE VERSION SINCE OPTIONS KEEP OUTCOME
$(foreach name,$(GIVEN),$(eval override $(name) := $$(value $(name))))
export $(GIVEN)

.DEFAULT_GOAL := help

help: ## print what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) ## make the virtual environment .venv from requirements.lock

$(READY): requirements.lock
	@"$(FOUND)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11"; exit 2; }
	@[ ! -L $(VENV) ] || { echo "$(VENV) is a link: what it leads to would be emptied; remove the link"; exit 2; }
	@echo "setting up $(VENV) (once, about a minute)"
	@"$(FOUND)" -m venv --clear $(VENV)
	@$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $(READY)

demo: setup ## show every step, from document to call, against the sandbox
	@$(RUN) -m scripts.demo

test: lint types stale check ## lint, types, stale and check: what must pass before a commit lands
	@echo "make test: all passed in $$(($$(date +%s) - $(STARTED))) s"

check: setup ## run the tests
	@$(RUN) -m pytest -q

lint: setup ## ruff: rules and format
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .

types: setup ## mypy --strict everywhere, pyright strict on facade
	@echo "types: mypy, then pyright (a minute)"
	@$(RUN) -m mypy
	@$(RUN) -m basedpyright

stale: setup ## compare everything generated with what its sources would produce now
	@$(RUN) -m scripts.generate --check

capture: setup ## read HighLevel's document again: make capture VERSION=v3 [FROM=...]
	@$(RUN) -m scripts.capture $${FROM:+"$$FROM"} --version "$${VERSION:-2021-07-28}"

diff: setup ## what changed: the last commit's captured documents against those here
	@set -f; $(RUN) -m scripts.diff --since="$${SINCE:-HEAD}" $$OPTIONS

drift: setup ## does HighLevel publish something else than what is captured?
	@set -f; $(RUN) -m scripts.drift $${VERSION:+--version "$$VERSION"} $$OPTIONS

probe: setup ## does the real API agree? set HIGHLEVEL_TOKEN and HIGHLEVEL_LOCATION_ID: make probe [OPTIONS=--write]
	@set -f; $(RUN) -m scripts.probe $$OPTIONS

update: setup ## follow HighLevel to tested code: make update [VERSION=v3] [SOURCE=...] [KEEP=DIR] [OUTCOME=FILE]
	@$(RUN) -m scripts.update $${VERSION:+--version "$$VERSION"} $${SOURCE:+--source "$$SOURCE"} \
	  $${KEEP:+--keep "$$KEEP"} $${OUTCOME:+--outcome "$$OUTCOME"} || { code=$$?; \
	  echo "exit code $$code of scripts.update: 1 a person must decide, 2 could not run" >&2; exit $$code; }

generate: setup ## build the contract, generated_client/, the blocking code and the tables of operations [OPTIONS=--mend]
	@set -f; $(RUN) -m scripts.generate $$OPTIONS

format: setup ## format the code
	@$(RUN) -m ruff check --fix --quiet .
	@$(RUN) -m ruff format .

# Not --quiet, which hides the warnings that --strict counts. Material tells of its successor in each
# run; CONTRIBUTING.md does, too.
docs: setup ## the documentation's site, into site/: open site/index.html
	@NO_MKDOCS_2_WARNING=1 $(RUN) -m mkdocs build --strict
	@echo "site/index.html"

build: setup ## the wheel and the source archive, into dist/
	@$(RUN) -m build --no-isolation

proof: setup ## run the slow tests: the wheel, HighLevel's SDKs on the sandbox, updates; QUICK=1: not the longest
	@$(RUN) -m pytest -v -n0 -o console_output_style=count --durations=5 -m 'proof$(if $(QUICK), and not long)'

bench: setup ## measure the cost of the facade beside httpx, the generated client and the official SDK
	@$(RUN) -m scripts.bench

lock: setup ## pin every dependency again, with hashes
	@$(RUN) -m uv pip compile --quiet --universal --generate-hashes --upgrade --no-header \
	  --no-emit-index-url --no-emit-find-links --python-version 3.11 \
	  pyproject.toml requirements.in -o requirements.lock

clean: ## remove what the tools left behind, and .venv
	@rm -rf $(VENV) build dist site .mypy_cache .pytest_cache .ruff_cache .hypothesis .schemathesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

TARGETS := help setup demo test check lint types stale capture diff drift probe update generate format docs build proof bench lock clean

# What is typed instead of a target. make would take a folder for a file that is up to date.
MEANT_examples := run an example as its first comment says
MEANT_facade := make generate, make types
MEANT_generated_client := make generate
MEANT_openapi := make generate, make capture
MEANT_scripts := python -m scripts.NAME, or one of the targets that make alone prints
MEANT_tests := make test
FOLDERS := $(patsubst MEANT_%,%,$(filter MEANT_%,$(.VARIABLES)))

$(FOLDERS):
	$(error $@ is a folder and no target; what there is: $(MEANT_$@))

.DEFAULT:
	$(error there is no target $@; what there is: $(or $(addprefix make ,$(filter $@%,$(TARGETS))),make alone prints the targets))

.PHONY: $(TARGETS) $(FOLDERS)
