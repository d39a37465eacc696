#!/usr/bin/env bash
# Builds each part with the oldest Go that it supports: the library, the command and the
# tests without a build line with Go 1.18, a module at go 1.18 that requires the library,
# and frame/onefile with Go 1.12.17.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

export GOTOOLCHAIN=go1.18 GOFLAGS=
go version
go build ./...
go test -v ./... >"$dir/log" || { grep -v -e '^=== ' -e '--- PASS' "$dir/log"; exit 1; }
awk '/^--- PASS/ { n++ } /^(ok|\?) / { print $1, $2, n + 0, "tests"; n = 0 }' "$dir/log"
for package in code frame event; do
	grep -q "^ok .*/$package\s" "$dir/log"
	! grep "^ok .*/$package\s.*no tests to run" "$dir/log"
done

mkdir "$dir/host"
cd "$dir/host"
cat >main.go <<'GO'
package main

import (
	"fmt"

	"example.com/closeframe/code"
	"example.com/closeframe/event"
	"example.com/closeframe/frame"
)

func main() {
	payload, err := frame.Append(nil, code.GoingAway, "bye")
	e, _ := event.Parse(payload, true)
	fmt.Println(e, err)
}
GO
printf 'module example.org/host\n\ngo 1.18\n' >go.mod
echo "== a host's go.mod before"
cat go.mod
go mod edit -replace "example.com/closeframe=$root"
cp go.mod before
go mod tidy
echo "== and after"
cat go.mod
go run .
grep -qx 'go 1.18' go.mod
[ "$(grep -vxFf before go.mod | grep -c .)" = 2 ] # closeframe and x/exp

cd "$dir"
cp "$root/frame/onefile/"*.go .
rm -f ./*_test.go
printf 'module onefile\n' >go.mod
export GOTOOLCHAIN=go1.12.17
go version
go vet .
