# Every target makes sure of the dependencies first; `make` alone lists the targets.
.DEFAULT_GOAL := help
.PHONY: soak client client-list keys-status keys-rotate keys-revoke secrets-rotate bench
.PHONY: e2e purge admin audit erasures reapply-erasures types
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

e2e: install ## drive the web client in a real Chromium; screenshots go to test-output/
	$(run) tools/test.ts -- npx vitest run --project web

check: install ## format, lint, types, import rules, file lengths; no database
	$(run) tools/check/main.ts

types: install ## write the web client's types from both services' OpenAPI documents
	$(run) tools/test.ts -- node --import tsx tools/types/main.ts

migrate: install ## apply the pending migrations
	$(run) tools/migrate/main.ts apply

migrate-status: install ## list the migrations: applied, pending, changed, missing
	$(run) tools/migrate/main.ts status

migration: install ## name=add_thing [custom=1]: new migration from the drizzle schema, or an empty one
	$(run) tools/migrate/main.ts new "$(name)" $(if $(custom),custom)

ingest: install ## path=docs: load Markdown, text, HTML and PDF files or folders
	$(run) tools/ingest.ts "$(path)"

purge: install ## [dry-run=1] [as-of=time]: delete the conversations whose retention is over, or count them
	$(run) tools/purge.ts "$(dry-run)" "$(as-of)"

soak: install ## three key rotations and a change of the secret under load, some minutes: no token may be refused
	$(run) tools/test.ts -- node --import tsx tools/soak/main.ts

keys-status: install ## list the signing keys: status, dates, version of the secret
	$(run) tools/gateway-command.ts keys-status

keys-rotate: install ## let the next signing key take over as soon as verifiers know it
	$(run) tools/gateway-command.ts keys-rotate

keys-revoke: install ## kid=… [confirm=yes]: withdraw a signing key at once; says first what that breaks
	$(run) tools/gateway-command.ts keys-revoke "kid=$(kid)" "confirm=$(confirm)"

client: install ## name=… scopes=… audience=…: new machine client; action=rotate|revoke id=…: another secret, or the end
	$(run) tools/gateway-command.ts client "action=$(action)" "id=$(id)" "name=$(name)" "scopes=$(scopes)" "audience=$(audience)"

client-list: install ## list the machine clients
	$(run) tools/gateway-command.ts client-list

secrets-rotate: install ## put the private keys under the newest secret; explains all steps
	$(run) tools/gateway-command.ts secrets-rotate

admin: install ## email=…: make an account an administrator
	$(run) tools/gateway-command.ts admin "email=$(email)"

audit: install ## [since=24h] [kind=…] [user=e-mail or id] [limit=50] [json=yes]: what happened, newest first
	$(run) tools/gateway-command.ts audit "since=$(since)" "kind=$(kind)" "user=$(user)" "limit=$(limit)" "json=$(json)"

erasures: install ## list the deletions of accounts: pending, stuck, done with their receipts
	$(run) tools/gateway-command.ts erasures

reapply-erasures: install ## journal=…: after a restore, erase again whom the journal names, and end all sessions
	$(run) tools/gateway-command.ts reapply-erasures "journal=$(journal)"

bench: install ## [only=history|users|streams|outage|purge|export] [scale=0.01]: rag-api with much to read, many users, a killed database
	$(run) tools/bench/main.ts "$(scale)" "$(only)"

doctor: install ## [rag_api=https://…]: look at a running deployment and explain what is wrong with it
	$(run) tools/doctor/main.ts "$(rag_api)"
