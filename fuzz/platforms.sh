#!/usr/bin/env bash
# Runs the tests of the root module on other platforms, by emulation, and go vet for
# platforms without an emulator. Installs emulators by apt-get if it exists. A platform
# without its emulator is skipped, which is a failure if CI is set.
set -uo pipefail
cd "$(dirname "$0")/.."

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
have() { command -v "$1" >/dev/null; }

# needs COMMAND PACKAGE
needs() {
	have "$1" && return
	have apt-get && {
		apt-get update -qq
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$2"
	} >"$log" 2>&1
	have "$1"
}

skip() {
	echo "$1: skipped, $2"
	[ -z "${CI:-}" ] || status=1
}

# run PLATFORM COMMAND... prints one line, and the output of the command if it fails.
run() {
	local platform=$1 start=$SECONDS
	shift
	if CGO_ENABLED=0 GOOS=${platform%/*} GOARCH=${platform#*/} "$@" >"$log" 2>&1; then
		echo "$platform: ok, $((SECONDS - start)) s, ${*:1:2}$(counts)"
	else
		grep -v -e '^=== ' -e '^ *--- PASS' "$log"
		echo "$platform: FAILED, ${*:1:2}"
		status=1
	fi
}

counts() {
	local passed skipped
	passed=$(grep -c '^--- PASS' "$log") || return
	skipped=$(sed -n 's/^--- SKIP: \([^ ]*\).*/ \1/p' "$log" | sort -u | tr -d '\n')
	echo ": $passed passed, skipped:${skipped:- none}"
}

# Tests that run the go command run that of this machine, for this machine, even under
# emulation.
native="env -u GOOS -u GOARCH"
host=$(go env GOHOSTOS)/$(go env GOHOSTARCH)
for arch in amd64:x86_64 386:i386 arm64:aarch64 s390x:s390x; do
	platform=linux/${arch%:*} qemu=qemu-${arch#*:}-static
	# amd64 runs 386 natively. Go programs do not start under qemu-i386.
	if [ "$platform" = "$host" ] || [ "$host+$arch" = linux/amd64+386:i386 ]; then
		run "$platform" go test -count=1 -v -exec "$native" ./...
	elif needs "$qemu" qemu-user-static; then
		run "$platform" go test -count=1 -v -exec "$native $qemu" ./...
	else
		skip "$platform" "there is no $qemu"
	fi
done
if needs node nodejs; then
	# wasm limits the size of the environment.
	run js/wasm go test -count=1 -v -exec "env -i PATH=$PATH HOME=$HOME $(go env GOROOT)/lib/wasm/go_js_wasm_exec" ./...
else
	skip js/wasm "there is no node"
fi
run windows/amd64 go vet ./...
run darwin/arm64 go vet ./...
exit $status
