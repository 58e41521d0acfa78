# Every target first installs what it needs and the machine lacks: see .ci/setup.
GO := .ci/go

.DEFAULT_GOAL := help
.PHONY: help run test build lint fuzz clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## the workstation with sample mail (with no display: a tour, with screenshots)
	@.ci/demo

test: ## vet and test everything, with the race detector
	@.ci/setup build
	@.ci/test

build: ## the programs, into build/
	@.ci/setup build
	$(GO) build -trimpath -o build/ ./cmd/...

lint: ## golangci-lint and govulncheck, at the versions of .ci/tools.mod
	@.ci/setup build
	@.ci/lint

fuzz: ## every fuzz test for 30 s (FUZZTIME=5m for longer)
	@.ci/setup build
	@.ci/fuzz

clean: ## remove what was built; the mail of the demo stays
	rm -rf build screenshots
