# FlyOnce: build, try, test. `make help` lists the targets.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PREFIX ?= /usr/local
RELEASE := .build/release
RUNS ?= 10000000
DRAWS ?= 20000
export FLYONCE_MODELS ?= $(CURDIR)/Models

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /\1\t/' | expand -t 12

dependencies: ## install what building and running needs (asks first; YES=1 does not)
	@deploy/install-dependencies run

build: dependencies ## build flyonce and case-platform, release
	@deploy/build-release

demo: build ## everything on this machine: a flight, the daemon, a case platform, a page (FLIGHT=path.ts for your own)
	@$(RELEASE)/flyonce demo $(if $(FLIGHT),--flight "$(FLIGHT)") $(DEMO_OPTIONS)

test: ## install, build, run all tests and checks; one closing line of counts
	@deploy/install-dependencies test
	@deploy/run-tests

proofs: build ## slow: kill -9 at random moments, a platform outage, restarts, 32 live streams, places by GDAL and PROJ (about half an hour)
	@deploy/install-dependencies test
	@$(RELEASE)/flyonce simulate town --output .build/proofs >/dev/null
	python3 Tests/Proofs/kill.py .build/proofs/flight.ts
	python3 Tests/Proofs/udp.py .build/proofs/flight.ts
	python3 Tests/Proofs/outage.py .build/proofs/flight.ts
	python3 Tests/Proofs/adapters.py .build/proofs/flight.ts
	python3 Tests/Proofs/verify.py .build/proofs/flight.ts
	python3 Tests/Proofs/time_stamp.py .build/proofs/flight.ts
	python3 Tests/Proofs/full_disk.py .build/proofs/flight.ts
	python3 Tests/Proofs/push.py
	python3 Tests/Proofs/restarts.py
	python3 Tests/Proofs/again.py
	python3 Tests/Proofs/streams.py --carrier srt
	python3 Tests/Proofs/streams.py --carrier udp
	python3 Tests/Proofs/analyser.py
	python3 Tests/Proofs/mqtt.py
	python3 Tests/Proofs/town_flights.py
	python3 Tests/Proofs/late_live.py
	python3 Tests/Proofs/geo_project.py
	python3 Tests/Proofs/geo_gdal.py --flight .build/proofs/flight.ts
	$(RELEASE)/flyonce replay .build/proofs/flight.ts --output .build/proofs/replay >/dev/null
	python3 Tests/Proofs/clip_in_browser.py .build/proofs/replay

torture: build ## power cuts, kills, errors and damage at every point, a cruel platform, wrong clocks, a simulation (about 20 minutes; TORTURE_OPTIONS=--quick)
	@deploy/install-dependencies test
	@Tests/Torture/torture.py $(TORTURE_OPTIONS)

monte-carlo: ## slow: is the stated error of a place true? 20 000 draws of each kind of look (some minutes; DRAWS=20000)
	FLYONCE_MONTE_CARLO=$(DRAWS) swift test --filter 'MonteCarlo|FusedPlace'

bench: build ## ours against the anchors, in one run (BENCH_OPTIONS=--quick)
	@Benchmarks/bench.py $(BENCH_OPTIONS)

bench-restart: ## a million findings in a file: how long a start takes in order, after a kill and with damage (some minutes)
	@cd Benchmarks && swift build -c release --product flyonce-bench 2>&1 | tail -1
	@python3 Tests/Proofs/restart_million.py

bench-recall: ## a million findings in a file: how long one detection takes to be known or new (some minutes)
	@cd Benchmarks && swift build -c release --product flyonce-bench 2>&1 | tail -1 && .build/release/flyonce-bench --recall 1000000

fuzz-streams: build ## ten thousand damaged streams: no crash, no hang (a few minutes; FUZZ_OPTIONS="--count 500")
	@$(RELEASE)/flyonce simulate town --output .build/proofs >/dev/null
	python3 Tests/Proofs/fuzz.py .build/proofs/flight.ts $(FUZZ_OPTIONS)

fuzz-decoders: ## any bytes through every decoder, instrumented (RUNS=10000000; FUZZ=klv for one alone)
	@Fuzz/run $(RUNS) $(FUZZ)

lint: ## the format check alone
	@swift format lint --strict --recursive --configuration .swift-format Sources Tests Package.swift Benchmarks/Sources Benchmarks/Package.swift Fuzz/Sources Fuzz/Package.swift

format: ## format in place
	@swift format --in-place --recursive --configuration .swift-format Sources Tests Package.swift Benchmarks/Sources Benchmarks/Package.swift Fuzz/Sources Fuzz/Package.swift

install: build ## install under PREFIX (default /usr/local)
	install -D -m 0755 $(RELEASE)/flyonce $(DESTDIR)$(PREFIX)/bin/flyonce
	install -D -m 0755 $(RELEASE)/case-platform $(DESTDIR)$(PREFIX)/bin/case-platform
	install -d $(DESTDIR)$(PREFIX)/share/flyonce
	cp -r Models $(DESTDIR)$(PREFIX)/share/flyonce/
	install -D -m 0644 systemd/flyonce.service $(DESTDIR)/etc/systemd/system/flyonce.service
	test -e $(DESTDIR)/etc/flyonce/flyonce.yaml || install -D -m 0640 deploy/flyonce.yaml $(DESTDIR)/etc/flyonce/flyonce.yaml

clean: ## remove what was built
	rm -rf .build

.PHONY: help dependencies build demo test proofs torture bench bench-restart bench-recall fuzz-streams fuzz-decoders lint format install clean
