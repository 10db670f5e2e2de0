# Every target makes sure of the dependencies first; `make` alone lists the targets.
.DEFAULT_GOAL := help
.PHONY: soak client client-list keys-status keys-rotate keys-revoke secrets-rotate bench
.PHONY: admin audit
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

bench: install ## [scale=0.01]: time lists and searches of rag-api on two million messages; takes minutes
	$(run) tools/bench/main.ts "$(scale)"

doctor: install ## [rag_api=https://…]: look at a running deployment and explain what is wrong with it
	$(run) tools/doctor/main.ts "$(rag_api)"
