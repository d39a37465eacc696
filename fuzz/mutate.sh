#!/usr/bin/env bash
# Mutates the library by gremlins, configured in .gremlins.yaml. Compares the mutants that
# survived or timed out with the reviewed list, mutants.txt.
set -euo pipefail
cd "$(dirname "$0")/.."

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
GOBIN=$dir go install github.com/go-gremlins/gremlins/cmd/gremlins@v0.6.0

ulimit -v 4194304        # a mutant that never ends may fill the memory
export GOFLAGS=-count=1 # gremlins times a first run of the tests
# The timeout is the time of that run times a coefficient. It is large for code, whose
# tests need almost no time, and small for event, whose run includes the packages below.
for run in "code 50" "frame 10" "frame/onefile 20" "event 4"; do
	read -r package coefficient <<<"$run"
	echo "== $package"
	"$dir/gremlins" unleash "./$package" --timeout-coefficient "$coefficient" --output-statuses lt | tee "$dir/log"
	grep -q '^Killed: [1-9]' "$dir/log"
	sed -En 's/^ *(LIVED|TIMED OUT) (\w+) at (.*):([0-9]+):[0-9]+$/\2 \3 \4/p' "$dir/log" |
		while read -r type file line; do
			echo "$package/$file $type: $(sed -n "${line}s/^[[:space:]]*//p" "$package/$file")"
		done >>"$dir/alive"
done
echo "== against fuzz/mutants.txt: < may live, > lived or timed out now"
diff <(grep -v '^#' fuzz/mutants.txt | grep . | sort) <(sort "$dir/alive")
