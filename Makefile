# Pickstation. `make run` shows it, `make test` proves it; both set up what they need.
SHELL := /bin/bash
export CGO_ENABLED = 1
# mattn/go-sqlite3 syncs with fsync unless told otherwise; fdatasync spares a journal commit per scan.
export CGO_CFLAGS = -g -O2 -DHAVE_FDATASYNC=1

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
BUILT   := $(shell date -u +%F)
LDFLAGS := -s -w -X main.version=$(VERSION) -X pickstation/station.Built=$(BUILT)
GOFLAGS_BUILD := -trimpath -ldflags '$(LDFLAGS)'

.PHONY: run test build bench soak lint fuzz deb shots sheet setup-run setup-test clean

run: setup-run build ## the demo; without a terminal it runs unattended
	@if [ -t 0 ] && [ -t 1 ]; then bin/pickstation demo; \
	else d=$$(mktemp -d) && bin/pickstation demo --auto --orders 20 --out "$$d"; fi

test: setup-test ## every test, with the race detector
	go test -race -timeout 14m ./...
	go test -timeout 5m -run 'ModelWorlds|SlowWorlds|EveryBrokenRule|ModelsLive' ./world # one goroutine each, ten times as fast without it

build: setup-run ## bin/pickstation and bin/pickcentral
	go build $(GOFLAGS_BUILD) -o bin/ ./cmd/pickstation ./cmd/pickcentral

bench: setup-test build ## every benchmark, with the limit or peer of the same run
	go run ./bench

soak: setup-test ## the long versions of simulators, kill loops and fuzzers
	scripts/soak.sh

lint: ## gofmt, go vet and golangci-lint
	scripts/lint.sh

fuzz: ## each fuzz target for 30 s
	scripts/fuzz.sh 30s

deb: build ## a Debian package in dist/out
	scripts/deb.sh $(VERSION)

shots: build sheet ## the pictures of the README, from the real program
	scripts/shots.sh

sheet: ## the contact sheets of all labels and papers
	go run ./scripts/sheet -out docs/pictures

setup-run:
	@scripts/setup.sh run

setup-test:
	@scripts/setup.sh test

clean:
	rm -rf bin dist/out
