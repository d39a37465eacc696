# .ci/run has what CI runs. make test needs Go alone.

FUZZTIME    ?= 30s
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.9.0

.PHONY: help test check vuln module oldest race fuzz exhaustive mutate platforms inline docs peers embed interop trace bench capture
.DEFAULT_GOAL := help

help: ## this list
	@grep -hE '^[a-z]+:.*##' Makefile | sed 's/:.*## /	/' | expand -t 12

test: ## all tests of the library and the command
	go test -shuffle=on ./...

check: ## format, vet, staticcheck, modules tidy, generated files current
	@test -z "$$(gofmt -l .)" || { gofmt -l . ; exit 1; }
	go vet ./...
	go run $(STATICCHECK) ./...
	go mod tidy -diff
	go mod verify
	go generate ./... && git diff --exit-code -- '*_table.go'
	cd bench && go vet ./... && go mod tidy -diff && go run $(STATICCHECK) ./...

vuln: ## known vulnerabilities, where their database can be reached
	@out=$$(go run $(GOVULNCHECK) ./... 2>&1) && echo "$$out" || case "$$out" in \
		*"fetching vulnerabilities"*) echo "not checked: known vulnerabilities; govulncheck cannot reach its database" ;; \
		*) echo "$$out"; exit 1 ;; \
	esac

module: ## the tests of the module as it is downloaded: no bench, no git, an empty module cache
	@dir=$$(mktemp -d) && trap 'rm -rf "$$dir"' EXIT && mkdir "$$dir/module" && \
	tar -cf - --exclude ./bench --exclude ./.git . | tar -xf - -C "$$dir/module" && cd "$$dir/module" && \
	GOMODCACHE="$$dir/cache" GOFLAGS=-modcacherw go test ./...

oldest: ## Go 1.18 builds and tests the library, and a host module with it; Go 1.12 builds frame/onefile
	@fuzz/oldest.sh

race: ## the tests under the race detector; needs a C compiler
	CGO_ENABLED=1 go test -race ./...

# Go before 1.27 can fail at the end of a duration without a find
# (golang/go#75804), so what fails is run once more: a find is in testdata/fuzz by
# then and fails again at once. CI gives a number of executions, which cannot.
fuzz: ## each fuzz target for FUZZTIME, such as 30s or 100000x; 30s unless given
	@packages=$$(go list ./...) || exit 1; \
	for p in $$packages; do \
		targets=$$(go test -list '^Fuzz' $$p) || exit 1; \
		for t in $$(echo "$$targets" | grep '^Fuzz'); do \
			echo "== $$t, $(FUZZTIME)"; \
			run="go test -run ^$$ -fuzz ^$$t\$$ -fuzztime $(FUZZTIME) $$p"; \
			$$run || { echo "== $$t, once more"; $$run; } || exit 1; \
		done; \
	done

inline: ## the functions that must inline do; depends on the compiler
	TEST_INLINE=1 go test -run Inline ./code ./frame ./event

docs: ## the API, the imports, and the programs, commands and links of the pages
	cd bench && go test -count=1 ./docs

# -count=1: the cache of test results does not see files outside of the module.
peers: ## the tests of the bench module
	cd bench && go test -count=1 ./...

embed: ## seven stacks with ours inside: rows, their own tests, costs; recipes, adapters, races; needs a C compiler
	cd bench && EMBED=1 go test -count=1 -p 1 -timeout 40m -v ./embed/...
	cd bench && CGO_ENABLED=1 go test -race -count=1 ./embed/...

interop: ## a real browser, Node and Python; installs what it needs
	bench/interop/install.sh
	cd bench && INTEROP=1 go test -count=1 -v ./interop/...

trace: ## closeframe trace with the real tshark, which it installs
	@command -v tshark >/dev/null || { apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends tshark; }
	TSHARK=1 go test -count=1 -v -run '^TestTrace' ./event/closeframe

bench: ## ours beside the peers, into bench/results and the READMEs; OLD=ref for an older closeframe too
	cd bench && go run ./compare $(if $(OLD),-old $(OLD))

capture: ## close frames of real programs, into frame/testdata/captured.txt
	cd bench && go run ./capture > captured.tmp && mv captured.tmp ../frame/testdata/captured.txt

exhaustive: ## every code with every length, every reason of up to four bytes, longer interleavings
	EXHAUSTIVE=1 go test -count=1 -timeout 0 -v -run '^TestExhaustive|^TestInterleavings$$' ./frame ./event/closing

mutate: ## breaks each place of the library; tests must notice, or fuzz/mutants.txt says why not
	@fuzz/mutate.sh

platforms: ## the tests on other platforms, under qemu and Node; vet for more
	@fuzz/platforms.sh
