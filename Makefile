# Every target first installs what it needs and the machine lacks: see .ci/setup.
GO := .ci/go

.DEFAULT_GOAL := help
.PHONY: help run test build lint fuzz torture bench look packages test-packages release clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## the workstation with sample mail (with no display: a tour, with screenshots)
	@.ci/demo

test: ## vet and test everything, with the race detector
	@.ci/setup build
	@[ "$$CI" != true ] || .ci/setup peers
	@.ci/test

build: ## the programs, into build/
	@.ci/setup build
	$(GO) build -trimpath -tags nethttpomithttp2 -ldflags "-X restante.app/cmd/internal/version.injected=$$(sed -n 's/^Version = "\(.*\)"/\1/p' FyneApp.toml)" -o build/ ./cmd/...

lint: ## golangci-lint, govulncheck, actionlint at pinned versions, and shellcheck
	@.ci/setup lint
	@.ci/lint

fuzz: ## every fuzz test for 30 s (FUZZTIME=5m for longer)
	@.ci/setup build
	@.ci/fuzz

torture: ## kill, cut, fill, fail and power off a fetch, imports and upkeep at random points (KILLS=1000 LETTERS=2000)
	@.ci/setup go
	@.ci/setup torture
	CGO_ENABLED=0 $(GO) test ./fetcher/torture -v -count=1 -timeout 3h -args \
		-kills $(or $(KILLS),1000) -letters $(or $(LETTERS),2000) -upkeeps 100 -cuts 100 -faults 30 -powercuts 30

bench: SHELL := /bin/bash
bench: .SHELLFLAGS := -o pipefail -c
bench: ## speed and memory beside their peers: a line a figure, ok or SHORT (SEARCH=1000000 PEERS=none SCALE=1000000)
	@.ci/setup build
	@.ci/setup display
	@.ci/setup bench
	@mkdir -p build
	CGO_ENABLED=0 $(GO) test ./popclient/maildrop ./localstore ./mimeview ./ui/docview/viewport ./ui/docview/raster -run '^$$' -bench . -benchtime 1s | tee build/bench.txt
	CGO_ENABLED=0 $(GO) test ./fetcher/bench -run Figures -v -count=1 -timeout 1h -args -messages 20000 -runs 5 | tee -a build/bench.txt
	CGO_ENABLED=0 $(GO) test ./fetcher/scale -run Figures -v -count=1 -timeout 3h -args -messages $(or $(SCALE),100000) | tee -a build/bench.txt
	CGO_ENABLED=0 $(GO) test ./localstore/search/bench -run Figures -v -count=1 -timeout 3h -args \
		-documents $(or $(SEARCH),100000) -peers $(or $(PEERS),fts5+notmuch) | tee -a build/bench.txt
	CGO_ENABLED=0 $(GO) test ./ui/docview/bench -run 'Figures|Doubling|Reading' -v -count=1 -timeout 1h -args -octets 10000000 | tee -a build/bench.txt
	CGO_ENABLED=0 $(GO) test ./ui -run '^TestFigures$$' -v -count=1 -timeout 1h -args -figures | tee -a build/bench.txt
	@sed -n 's/^FIGURE //p' build/bench.txt

look: ## the document view beside Chromium: build/look/index.html and scores (LOOK=-record keeps them)
	@.ci/setup go
	@.ci/setup look
	CGO_ENABLED=0 $(GO) run ./ui/docview/look/cmd/look $(LOOK)
packages: ## deb, rpm, tar.xz, setup.exe, msi, Flatpak source, checksums, SBOM, into build/packages (TARGETS=linux-amd64 for less)
	@.ci/setup go
	@packaging/build $(TARGETS)

test-packages: ## installs, runs, upgrades and removes the packages in fresh chroots and Wine (PARTS="deb rpm" for less)
	@.ci/setup go
	@packaging/test/run $(PARTS)

release: ## VERSION=1.2.3: tests, changelog, packages, commit and tag; nothing is pushed
	@packaging/release "$(VERSION)"

clean: ## remove what was built; the mail of the demo stays
	rm -rf build screenshots
