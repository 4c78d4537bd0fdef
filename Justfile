# Recipes for people who work on orgraph; .ci/run and pre-commit call the same scripts.

export PATH := justfile_directory() / ".venv/bin:" + env("PATH")

# List the recipes
default:
    @just --list

# Make the virtual environment, and have every commit checked
install:
    python3 -m venv .venv
    .venv/bin/pip install -e '.[all,dev]'
    .venv/bin/pre-commit install

# Format, lint, types, import contracts
check:
    .ci/check

# Format, and mend what can be mended
fix:
    ruff check --fix .
    ruff format .

# Run the tests, or some: just test tests/metrics -k span
test *args="-n auto":
    python -m pytest {{ args }}

# Import spoilt files: just fuzz --seed 7 --seconds 600, or --count 1000
fuzz *args:
    python tests/fuzz {{ args }}

# Time the main jobs beside other engines, in two minutes, or some: just bench kernel_suite
bench *args:
    python tests/bench {{ args }}

# The same with up to 10^7 units and 10^8 members, which takes an hour and 4 GB of disk
bench-full *args:
    python tests/bench --full {{ args }}

# Build the example and print its answers
demo dir="orgraph-demo":
    orgraph demo {{ dir }}

# Write anew what is generated: the schema of structures, the text of every --help, the examples' pages
generate:
    python -m orgraph.model.language.json_schema
    python tests/cli/test_help.py
    python tests/examples/make_pages.py

# Everything, as the server does it; replaces .venv and orgraph-demo
ci:
    bash .ci/run
