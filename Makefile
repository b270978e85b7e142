# karbor-protection: build, test, try out, install.   make help
#
# OpenStack hosts have another `swift` (python3-swiftclient) in /usr/bin, which takes a second to say so: the compiler is the
# first one that has a `swiftc` beside it. It is looked for once, and only what builds something needs it.
ifndef SWIFT
SWIFT := $(shell for s in $$(which -a swift 2>/dev/null) /opt/swift/usr/bin/swift /usr/libexec/swift/bin/swift \
	"$$HOME/.local/share/swiftly/bin/swift"; do \
	  [ -x "$${s%/*}/swiftc" ] && "$$s" --version 2>/dev/null | grep -q 'Swift version' && { echo "$$s"; break; }; done)
endif
ifeq ($(SWIFT),)
ifneq ($(filter-out help deps cloud cloud-down cloud-check clean,$(or $(MAKECMDGOALS),help)),)
$(error No Swift compiler found: install Swift 6.2 or newer, or name it with SWIFT=/path/to/swift)
endif
endif
export SWIFT
export KARBOR_WARNINGS_AS_ERRORS ?= 1

PREFIX ?= /usr/local
DESTDIR ?=
PYTHON := /usr/bin/python3
PYTEST := $(PYTHON) -m pytest -q Tests/Acceptance
BUILD := $(SWIFT) build --explicit-target-dependency-import-check error
RELEASE := -c release --static-swift-stdlib --product karbor-protection
# thread or address, and the rooms that it looks at where ROOMS names none.
SANITIZER ?= thread
SANITIZED := LoopTests HTTPTransportTests KeystoneTests OpenStackTests TaskGraphTests EngineTests PluginsTests BanksTests

# How many worlds `make simulate` makes; SEED=n shows one of them.
SEEDS ?= 20000

.PHONY: help deps build release check lint format test unit simulate sanitize acceptance crash faults cloud cloud-down cloud-check demo bench install clean

help:
	@echo 'make demo        protect and restore a real volume on a cloud of this machine'
	@echo 'make check       the quick gate before each commit: format, house rules, warnings, unit tests'
	@echo 'make test        all tests: of every room, and against a real cloud'
	@echo 'make unit        unit tests; make unit ROOMS="KeystoneTests LoopTests" those of some rooms'
	@echo 'make simulate    the daemon in simulated worlds, with crashes; make simulate SEEDS=500; make simulate SEED=17'
	@echo 'make acceptance  tests against a real cloud; make build, make release: the programs alone'
	@echo 'make crash       the daemon killed at 300 random instants, nothing lost or done twice; make crash KILLS=50 SEED=1'
	@echo 'make faults      each fault of a service at each call of an operation'
	@echo 'make sanitize    the rooms with threads under the thread sanitizer; SANITIZER=address under that one; ROOMS="…"'
	@echo 'make bench       the figures, each judged by its limit; make bench FIGURES="cost latency" some of them'
	@echo 'make install     binary, unit and configuration below $$(DESTDIR) (PREFIX=$(PREFIX))'
	@echo 'make cloud       a real Keystone and Cinder on loopback; make cloud-down stops it'
	@echo 'make cloud-check whether it does what the tests rely on, and survives being killed while it starts'

# Debian packages that the build needs.
deps:
	@Tests/Tools/install-packages libcurl4-openssl-dev libsystemd-dev libsqlite3-dev pkg-config zlib1g-dev

build: deps
	$(BUILD)

release: deps
	$(BUILD) $(RELEASE)

check: lint unit

lint:
	$(SWIFT) format lint --strict --parallel --recursive Sources Tests Package.swift
	Tests/Tools/house-rules

format:
	$(SWIFT) format --in-place --parallel --recursive Sources Tests Package.swift

# Fewer worlds than `make simulate` makes: 20,000 take eleven minutes on two busy cores.
test: SEEDS = 5000
test: unit simulate faults acceptance

# With warnings as errors.
unit: deps
	$(BUILD) --build-tests
	Tests/Tools/unit $(ROOMS)

# In a release build: there are many of them.
simulate: deps
	$(BUILD) -c release --product karbor-simulator
	"$$($(BUILD) -c release --show-bin-path)/karbor-simulator" $(if $(SEED),--seed $(SEED),--seeds $(SEEDS))

sanitize: export TSAN_OPTIONS := suppressions=$(CURDIR)/Tests/Tools/thread.suppressions
sanitize: deps
	$(SWIFT) build --build-tests --sanitize=$(SANITIZER) --scratch-path .build-$(SANITIZER)
	Tests/Tools/unit $(or $(ROOMS),$(SANITIZED)) -- --sanitize=$(SANITIZER) --scratch-path .build-$(SANITIZER)

acceptance: build cloud
	@Tests/Tools/install-packages python3-pytest python3-pytest-xdist python3-prometheus-client
	export KARBOR_BINARY="$$($(BUILD) --show-bin-path)/karbor-protection"; \
	$(PYTEST) -n 4 --dist loadgroup -m 'not alone' && $(PYTEST) -m alone

# Against a stub of Keystone and Cinder. KARBOR_BINARY: another daemon than the debug build.
crash: build
	@Tests/Tools/install-packages python3
	@KARBOR_BINARY="$${KARBOR_BINARY:-$$($(BUILD) --show-bin-path)/karbor-protection}" \
	Tests/Crash/run $(if $(KILLS),--kills $(KILLS)) $(if $(SEED),--seed $(SEED))

faults: build
	@Tests/Tools/install-packages python3
	@Tests/Stub/check
	@KARBOR_BINARY="$${KARBOR_BINARY:-$$($(BUILD) --show-bin-path)/karbor-protection}" Tests/Crash/faults

cloud:
	Tests/Cloud/up

cloud-down:
	Tests/Cloud/down

# The second command has a folder and ports of its own; it kills first starts after so many seconds.
cloud-check: cloud
	Tests/Cloud/check
	Tests/Cloud/check-kills 1 4

demo: release
	@Tests/Tools/install-packages python3
	@KARBOR_BINARY="$$($(BUILD) $(RELEASE) --show-bin-path)/karbor-protection" Tests/Demo/run

bench: release cloud
	@Tests/Tools/install-packages python3 python3-venv util-linux strace
	$(BUILD) -c release --static-swift-stdlib --product karbor-benchmarks
	@bin="$$($(BUILD) $(RELEASE) --show-bin-path)"; \
	KARBOR_BINARY="$$bin/karbor-protection" KARBOR_BENCHMARKS="$$bin/karbor-benchmarks" Tests/Benchmarks/run $(FIGURES)

# Existing configuration is left as it is.
install: release
	install -D -s -m 0755 "$$($(BUILD) $(RELEASE) --show-bin-path)/karbor-protection" \
	  $(DESTDIR)$(PREFIX)/bin/karbor-protection
	install -d -m 0755 $(DESTDIR)/etc/karbor
	install -d -m 0750 $(DESTDIR)/etc/karbor/providers.d
	install -D -m 0644 etc/karbor/karbor.conf.sample $(DESTDIR)/etc/karbor/karbor.conf.sample
	for f in etc/karbor/providers.d/*.conf; do \
	  t=$(DESTDIR)/$$f; [ -e "$$t" ] || install -m 0640 "$$f" "$$t"; done
	install -d $(DESTDIR)/lib/systemd/system
	sed 's|/usr/bin/karbor-protection|$(PREFIX)/bin/karbor-protection|' systemd/karbor-protection.service \
	  > $(DESTDIR)/lib/systemd/system/karbor-protection.service
ifeq ($(DESTDIR),)
	getent passwd karbor >/dev/null || useradd --system --user-group --home-dir /var/lib/karbor --shell /usr/sbin/nologin karbor
	chgrp -R karbor /etc/karbor
	install -d -o karbor -g karbor -m 0750 /var/lib/karbor
endif

clean:
	rm -rf .build .build-*
