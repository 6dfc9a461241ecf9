# The front door.
#   make            set everything up, judge your exercises, show the board
#   make watch      check on every save
#   make hint EX=04 · make check EX=04 · make grade EX=04 · make reset EX=04
#   make book       build the book into build/book/html
#   make test       prove the workbook itself
#   make help       all targets

.DEFAULT_GOAL := board
tool := build/promissory
ctest := ctest --no-tests=error
jobs := $(shell nproc)

.PHONY: board
board: tool kits ## set everything up, judge your exercises, show the board
	@$(tool) status

.PHONY: setup
setup: ## install the Debian packages that are missing
	@cmake/setup.sh $(if $(filter setup,$(MAKECMDGOALS)),--again)

.PHONY: tool
tool: setup
	@cmake/quietly.sh "building the tool" cmake --preset tool
	@cmake/quietly.sh "building the tool" cmake --build --preset tool --target promissory

# The one-second loop and the editor use the check flavour: clangd reads its compile commands.
.PHONY: kits
kits: setup
	@cmake/quietly.sh "building the test kit (check)" cmake --preset check
	@cmake/quietly.sh "building the test kit (check)" cmake --build --preset check --target kit prelude
	@cmake/quietly.sh "building the test kit (plain)" cmake --preset plain
	@cmake/quietly.sh "building the test kit (plain)" cmake --build --preset plain --target kit prelude
	@cmake/quietly.sh "writing compile_commands.json" cmake -P cmake/CompileCommands.cmake

.PHONY: watch check grade hint reset next doctor
watch: tool kits ## check on every save
	@$(tool) watch
check grade: tool kits ## EX=04: the visible tests · the whole verdict
	@$(tool) $@ $(EX)
hint reset: tool ## EX=04: the next hint · the files as they were given
	@$(tool) $@ $(EX)
next: tool kits ## name the next exercise and the line to edit
	@$(tool) next
doctor: ## is everything here that a truthful verdict needs?
	@cmake/setup.sh --list && $(MAKE) -s tool && $(tool) doctor

.PHONY: book
book: setup ## build the book into build/book/html
ifneq ($(wildcard book/Makefile),)
	@cmake/quietly.sh "building the book" $(MAKE) -C book html
	@echo "build/book/html/index.html"
else
	@echo "book/html/index.html"
endif

.PHONY: pictures
pictures: tool kits ## draw the README's terminal pictures and the book's curves again
	@book/pictures.sh

.PHONY: handout
handout: tool ## a tarball for a class: no solutions, no hidden tests, no mutants
	@cmake/quietly.sh "building the classroom edition of the book" $(MAKE) -C book classroom
	@$(tool) handout

.PHONY: bench
bench: setup ## what your future costs beside the standard library's
	@cmake/quietly.sh "building the benchmarks" cmake --preset bench
	@cmake/quietly.sh "building the benchmarks" cmake --build --preset bench --target benchmarks
	@cmake/quietly.sh "building the benchmarks" cmake --preset explore
	@cmake/quietly.sh "building the benchmarks" cmake --build --preset explore --target explorer_bench
	@for bench in build/bench/tests/benchmarks/*_bench; do cmake/compare.sh $$bench; done
	@if [ -x build/bench/tests/benchmarks/group_commit ]; then build/bench/tests/benchmarks/group_commit; fi
	@build/explore/explorer_bench --gtest_brief=1

.PHONY: detection
detection: setup ## who finds the wrong programs how fast: explorer, stress, TSan; writes tests/explorer/detection.md
	@cmake/quietly.sh "building the explorer" cmake --preset explore
	@cmake/quietly.sh "building the explorer" cmake --build --preset explore --target kit prelude
	@tests/explorer/tests/detection/detection.sh build/explore

.PHONY: evidence
evidence: tool kits ## who sees which bug of the hunt, 50 runs of each; writes tests/bug-hunt/evidence/table.md
	@tests/bug-hunt/evidence/evidence.sh

.PHONY: test
test: setup ## prove the workbook itself: tool, references, mutants, book, handout
	@cmake/prove.sh

.PHONY: test-full
test-full: setup ## make test, and what takes too long for every day
	@cmake/prove.sh --full

.PHONY: lint
lint: tool kits ## clang-tidy and clang-format over everything
	@cmake/lint.sh

.PHONY: format
format: ## clang-format everything in place
	@find exercises solutions tests grading -name '*.[ch]pp' | xargs clang-format -i

.PHONY: clean
clean: ## remove build/; your exercises, hints and scores stay
	@rm -rf build compile_commands.json

.PHONY: help
help: ## this list
	@awk -F': .*## ' '/^[a-z -]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile
