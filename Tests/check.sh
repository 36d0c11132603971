#!/usr/bin/env bash
# What can be checked without building: the formatting, the layout of the sources, that each test expects something, the shell
# scripts, the version, and the pages. Run it before a commit; `ln -s ../../Tests/check.sh .git/hooks/pre-commit` makes git do
# so. Help texts need built programs: HelpTests check that none has a line of more than 100 columns.
set -euo pipefail
cd "$(git rev-parse --show-toplevel 2>/dev/null || dirname "$0")"
[ -e Package.swift ] || cd ..

source Tests/prerequisites.sh
require python3 shellcheck

echo "== Formatting"
swift format lint --strict --parallel --recursive Package.swift Sources executors manager-lite Tests

echo "== Layout of the sources"
Tests/check-sources.py

echo "== Tests that expect nothing"
Tests/check-expectations.py

echo "== Shell scripts"
mapfile -t scripts < <(git ls-files -- '*.sh' .ci/run systemd/debian/postinst systemd/debian/postrm systemd/debian/prerm)
shellcheck --severity=warning --external-sources "${scripts[@]}"

echo "== Version"
systemd/version.sh --check

echo "== Pages"
Tests/check-pages.py
