#!/usr/bin/env bash
# Installs what the tests of this folder need and the machine lacks: Chromium, Node
# and Python's websockets through apt, undici and ws through npm. It says what is
# missing where they cannot be had.
set -uo pipefail
cd "$(dirname "$0")"

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0

# needs WHAT INSTALL CHECK...: CHECK succeeds where WHAT is there.
needs() {
	local what=$1 install=$2
	shift 2
	"$@" >/dev/null 2>&1 && return
	echo "installing $what"
	$install >"$log" 2>&1
	"$@" >/dev/null 2>&1 && return
	echo "$what is missing and cannot be installed here:"
	tail -n 5 "$log"
	status=1
}

packages() {
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
}
have() {
	local command
	for command; do command -v "$command" || return; done
}
locked() { npm ci --prefix peers --no-audit --no-fund; }

needs Chromium "packages chromium" have chromium
needs "Node with npm" "packages nodejs npm" have node npm
needs "undici or ws" locked npm ls --prefix peers
# Debian's Python, whatever python3 comes first in PATH.
needs websockets "packages python3-websockets" /usr/bin/python3 -c "import websockets"
exit $status
