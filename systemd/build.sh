#!/usr/bin/env bash
# Builds the programs as packages have them, in .build/programs: as an ordinary user, for install.sh to install as root.
set -euo pipefail
cd "$(dirname "$0")/.."
source systemd/layout.sh

from=''
build_programs
echo "the programs are in $from"
