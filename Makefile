# The commands of the project; the work itself is in deploy/.

SHELL := /bin/bash
DB ?= sqlite
# Budgets hold on PostgreSQL; BENCH_DB=sqlite is reported beside it.
BENCH_DB ?= postgres
VAR := $(or $(PLI_VAR),var/demo)

.PHONY: demo demo-reset manage test fuzz thunderbird bench lock check assets messages

demo: ## the sample academy on this machine, until Ctrl-C (PLI_PORT, PLI_VAR)
	@deploy/prepare.sh site && exec .venv/bin/python -m deploy.demo

demo-reset: ## forget everything the demonstration holds
	@deploy/prepare.sh site && exec .venv/bin/python -m deploy.demo reset

manage: ## manage.py in the demonstration's environment: make manage ARGS="shell"
	@. $(VAR)/env && exec .venv/bin/python manage.py $(ARGS)

test: ## all tests, against real servers (DB=sqlite or DB=postgres, ARGS for pytest)
	@deploy/prepare.sh tests && DB=$(DB) exec deploy/test.sh $(ARGS)

fuzz: ## a long search for mails that break the reading
	@deploy/prepare.sh tests && PLI_FUZZ=long exec .venv/bin/pytest -q tests/webmail/message/test_mime_fuzz.py tests/webmail/readable/test_safe_html_fuzz.py $(ARGS)

thunderbird: ## a delegate's work, done by Debian's Thunderbird (docs/trials.md)
	@deploy/prepare.sh thunderbird && DB=$(DB) exec .venv/bin/pytest -q -p no:cacheprovider tests/trials/thunderbird.py $(ARGS)

bench: ## measure the budgets on 100,000 messages (BENCH_DB=sqlite, ARGS for python -m bench)
	@deploy/prepare.sh tests && exec .venv/bin/python -m bench --database $(BENCH_DB) $(ARGS)

lock: ## renew the locks after a change of pyproject.toml
	@deploy/prepare.sh site && exec deploy/lock.sh

check: ## what must hold before a commit, besides the tests
	@deploy/prepare.sh tests && exec .venv/bin/python -m deploy.check

assets: ## static/vendor from the locked npm packages
	@deploy/prepare.sh site

messages: ## bring the English catalogue up to date with the sources
	@deploy/prepare.sh site && exec .venv/bin/python -m deploy.catalogues

-include deploy/docker/compose.mk
