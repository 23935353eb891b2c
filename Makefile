# What people type. Everything needs Go; some of it node or apt, and says so.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

ARGS ?=          # more arguments for make run, such as ARGS='--listen 127.0.0.1:9000', or for make bench, such as ARGS=-short
RELEASED := docs/schema/released.graphqls
EXAMPLES := $(wildcard docs/examples/*.graphql)
GENERATED := graph/generated graph/model schema.graphqls docs/errors.md docs/who-may.md app/rules/makes.go
BENCH ?= .       # which rows of make bench, such as BENCH=query
FUZZTIME ?= 60s  # how long each fuzz test of make soak runs

.PHONY: esdb-conformance help run test check format vet staticcheck generated schema release-schema ide idecheck generate tools missing bench soak

help: ## say what there is
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1\t\2/p' Makefile | expand -t 16

run: ## serve on http://127.0.0.1:8080, with the founding example
	go run ./cmd/rapporteur serve --demo $(ARGS)

test: tools check missing ## everything that continuous integration runs
	go test -p 2 -timeout 12m ./...
	for redis in up refused stopped; do go test -timeout 12m ./graph -redis=$$redis; done # the API's tests again, with the same answers
	cd audit/interop && go test ./... # with other people's readers of logs: a module of its own
	.ci/fuzz 10s

check: format vet staticcheck generated schema idecheck ## everything but the tests themselves

format:
	@bad=$$(gofmt -l $$(git ls-files -co --exclude-standard '*.go' | grep -v '^graph/generated/')); \
	if [ -n "$$bad" ]; then echo "not formatted by gofmt:"; echo "$$bad"; exit 1; fi

vet:
	go vet ./...
	cd audit/interop && go vet ./...

# Generated code is as its generator writes it.
staticcheck:
	go tool staticcheck $$(go list ./... | grep -v /graph/generated)

# Compares with what is committed or staged.
generated: generate
	@git diff --exit-code -- $(GENERATED) && new=$$(git ls-files --others --exclude-standard -- $(GENERATED)) && test -z "$$new" \
	|| { echo "the generated code above is not what its sources make: run make generate, look, and git add it"; exit 1; }

# With linters of others, by e2e's lock file. What they hold is in e2e/schema.
schema: tools
	e2e/node_modules/.bin/eslint --config e2e/schema/eslint.config.mjs --max-warnings 0 schema.graphqls $(EXAMPLES)
	node e2e/schema/relay.mjs schema.graphqls $(EXAMPLES)
	node e2e/schema/diff.mjs $(RELEASED) schema.graphqls

idecheck: tools
	node ide/build.mjs --check

ide: tools ## build the page at /ide again
	node ide/build.mjs

release-schema: tools ## record the schema as released, and say what clients will notice
	@node e2e/schema/diff.mjs $(RELEASED) schema.graphqls --all
	cp schema.graphqls $(RELEASED)

generate: ## write the generated code again
	go generate ./...

# Clients, auditors and providers of others, and the parts of the page at /ide, by
# lock file. By apt-get: a browser, and redis-server, which the tests start and stop
# themselves; RUNLEVEL=1 keeps Debian's package from starting one of its own.
tools: ## install what the tests need besides Go
	@for dir in e2e ide; do \
		if ! cmp -s $$dir/package-lock.json $$dir/node_modules/.installed; then \
			echo "installing the node packages that the tests and checks need, in $$dir/node_modules"; \
			(cd $$dir && npm ci --no-audit --no-fund --loglevel=error && cp package-lock.json node_modules/.installed); \
		fi; \
	done
	@for package in chromium redis-server; do \
		if ! command -v $$package >/dev/null; then \
			if [ "$$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then \
				echo "the tests need $$package: install it, such as by apt-get install $$package"; exit 1; \
			fi; \
			echo "installing $$package, which the tests need, by apt-get"; \
			apt-get update -qq; \
			RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$package >/dev/null; \
		fi; \
	done

# Some tests read real submissions and statements, which are not part of the project.
missing:
	@if [ -z "$${RAPPORTEUR_TEST_DATA:-}" ]; then \
		echo "RAPPORTEUR_TEST_DATA names no folder of real data, so the tests that read it are left out, in:"; \
		{ git grep -lF RAPPORTEUR_TEST_DATA -- '*_test.go' ':!internal/arch' || echo none; } | sed 's/^/  /'; \
	fi
	@if [ -z "$${RAPPORTEUR_TEST_ESDB:-}" ]; then \
		echo "RAPPORTEUR_TEST_ESDB names no EventStoreDB cluster, so its adapter is tried on the double alone."; \
	fi

esdb-conformance: ## build one program that holds the adapter to its contract on the cluster that RAPPORTEUR_TEST_ESDB names
	CGO_ENABLED=0 go test -c -o esdb-conformance.test ./eventstore/esdbstore/conformance
	@echo "now run it where the cluster can be reached: RAPPORTEUR_TEST_ESDB='esdb://...' ./esdb-conformance.test -test.v"

bench: ## compare with the least code that does the same, and with a million records
	go run ./bench -row '$(strip $(BENCH))' $(ARGS)

soak: ## kill the program 500 times, then run every fuzz test for FUZZTIME
	RAPPORTEUR_KILL_ROUNDS=500 go test -run '^TestKill$$' -timeout 60m -v ./cmd/rapporteur
	.ci/fuzz $(strip $(FUZZTIME))
