# The commands people use. What they do stands in deploy/scripts/.
# `exec` makes the script make's own child, so that a signal to make reaches it.
.PHONY: help demo test screens bench fmt lint clean-run

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

demo: ## the whole service with sample data: make demo [PORT=18080] [DRIVER=oidc|oauth2|jis] [ACCESS=portal|transition|local] [KEEP=1]
	@exec deploy/scripts/demo

test: ## everything CI demands: make test [ARGS="-E 'test(linking)'"]
	@exec deploy/scripts/test $(ARGS)

screens: ## the pictures of docs/screens/, taken anew by the browser tests
	@exec deploy/scripts/screens

bench: ## the benchmarks: make bench [ARGS=...]
	@exec deploy/scripts/bench $(ARGS)

fmt: ## formats the code
	@exec cargo fmt --all

lint: ## formatting and lints, without tests
	@cargo fmt --all --check
	@exec cargo clippy --locked --workspace --all-targets --features simulator -- -D warnings

clean-run: ## stops what still runs under .run/ and removes its data
	@for folder in .run/*/; do \
	  [ ! -d "$$folder" ] || deploy/scripts/services clean "$$(basename "$$folder")" || exit; \
	done
