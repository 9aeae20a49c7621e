#!/usr/bin/env bash
# gofmt, go vet and golangci-lint over the whole module; installs the linter where it is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

unformatted=$(gofmt -l $(git ls-files '*.go'))
if [ -n "$unformatted" ]; then
  echo "gofmt would change:" >&2
  echo "$unformatted" >&2
  exit 1
fi
go vet ./...

version=v2.15.0
linter=$(go env GOPATH)/bin/golangci-lint
if ! "$linter" version 2>/dev/null | grep -q "${version#v}"; then
  CGO_ENABLED=0 go install "github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$version"
fi
"$linter" run --allow-parallel-runners ./...
