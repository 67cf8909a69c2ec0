# `make` alone lists what there is. Each target is a verb in bin/ with the same name.
.DEFAULT_GOAL := help
.PHONY: help setup demo check test ci bench lock stop

help: ## this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16

setup: ## install packages and front-end assets into this checkout
	@bin/setup

demo: ## install everything, load the demo county once, serve on 127.0.0.1 (PORT, else 8000)
	@bin/demo

check: ## before each commit, under a minute: style, types, import contract, rules
	@bin/check

test: ## every test, in a real database and a real browser
	@bin/test

ci: ## what the build machine runs on a clean clone
	@bin/ci

bench: ## measure taking in, list, case, step, import, start, memory
	@bin/setup
	@.venv/bin/jiefen bench

lock: ## write requirements.lock anew from pyproject.toml
	@bin/lock

stop: ## stop the embedded database of this checkout
	@.venv/bin/jiefen manage --stop-database
