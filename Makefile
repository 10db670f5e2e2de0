# Every target makes sure of the dependencies first; `make` alone lists the targets.
.DEFAULT_GOAL := help
.PHONY: help install dev test check migrate migrate-status migration ingest

run := @node --import tsx

help: ## list the targets
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-32s %s\n", $$1, $$2 }' Makefile

install:
	@sh tools/install/install.sh

dev: install ## run everything on an embedded PostgreSQL, or on DATABASE_URL; Ctrl-C ends it
	$(run) tools/dev/main.ts

test: install ## run all test suites on a private embedded PostgreSQL
	$(run) tools/test.ts

check: install ## format, lint, types, import rules, file lengths; no database
	$(run) tools/check/main.ts

migrate: install ## apply the pending migrations
	$(run) tools/migrate/main.ts apply

migrate-status: install ## list the migrations: applied, pending, changed, missing
	$(run) tools/migrate/main.ts status

migration: install ## name=add_thing [custom=1]: new migration from the drizzle schema, or an empty one
	$(run) tools/migrate/main.ts new "$(name)" $(if $(custom),custom)

ingest: install ## path=docs: load Markdown, text, HTML and PDF files or folders
	$(run) tools/ingest.ts "$(path)"
