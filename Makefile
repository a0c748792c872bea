# The course's commands: `make help` lists them. On Windows, or with conda, see the README: make is not needed.

PYTHON ?= python3
BIN := .venv/bin
NOTEBOOKS := $(wildcard notebooks/*.ipynb)
BASE ?= main
PARALLEL ?= 2
# A file to a worker, in the order given: what takes long comes first, so that no worker has it alone at the end.
SHARED_OUT := -n $(PARALLEL) --dist loadscope --no-loadscope-reorder
KEEP := {("language_info", "name"), "kernelspec", "vit_course"}

.DEFAULT_GOAL := help
.PHONY: help lab test quick lint notebooks

help: ## Show this list
	@sed -n 's/^\([a-z]*\): .*## /  make \1\t/p' $(MAKEFILE_LIST)

lab: ## Install the course if need be and open JupyterLab on its first lesson (ARGS=--no-browser opens no browser)
	@$(PYTHON) install.py lab
	@$(BIN)/python -m vit_course lab $(ARGS)

test: lint ## Prove everything: unit tests, exercises, every notebook; without the network where the system allows it
	$(BIN)/python tools/offline.py $(BIN)/python -m pytest $(SHARED_OUT) --nbval --nbval-current-env notebooks tests $(ARGS)

quick: lint ## For contributors: what is fast, and the notebooks that differ from main (BASE=origin/main: from another)
	$(BIN)/python -m pytest $(SHARED_OUT) --nbval --nbval-current-env -m "not slow" \
		$$(git diff --name-only --diff-filter=d $(BASE) -- notebooks; git ls-files --others --exclude-standard notebooks) \
		tests

lint: ## Style, types, spelling and links
	@$(PYTHON) install.py test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m mypy
	$(BIN)/python -m codespell_lib
	$(BIN)/lychee --offline --no-progress --include-fragments .
	$(BIN)/python -m check_jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml

notebooks: ## Execute all notebooks in place, with outputs ready to commit (NOTEBOOKS=notebooks/03_attention.ipynb: one)
	@$(PYTHON) install.py test
	@for notebook in $(NOTEBOOKS); do \
		rm -rf build/home && VIT_COURSE_HOME="$$PWD/build/home" VIT_COURSE_DEVICE=cpu JUPYTER_PREFER_ENV_PATH=1 \
		$(BIN)/python -m nbconvert --to notebook --execute --inplace --ExecutePreprocessor.record_timing=False \
		--ClearMetadataPreprocessor.enabled=True --ClearMetadataPreprocessor.clear_cell_metadata=False \
		--ClearMetadataPreprocessor.preserve_nb_metadata_mask='$(KEEP)' $$notebook || exit; \
	done
