#!/usr/bin/env bash
# Runs each fuzz target of the module for the given time. Making an interesting input
# smaller takes a minute each by default, in which nothing is tried: a hundred tries do.
set -euo pipefail
cd "$(dirname "$0")/.."
for_each=${1:-30s}
grep -rlE '^func Fuzz[A-Z]' --include='*_test.go' . | sort | while read -r file; do
  dir=$(dirname "$file")
  grep -oE '^func Fuzz[A-Za-z0-9_]+' "$file" | sed 's/^func //' | while read -r target; do
    echo "== $dir $target"
    go test "$dir" -run '^$' -fuzz "^$target\$" -fuzztime "$for_each" -fuzzminimizetime 100x
  done
done
