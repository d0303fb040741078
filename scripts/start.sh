#!/usr/bin/env bash
# Installs what is missing, builds, and starts the server with the settings of .env.local where that file exists.
# The server takes this process's place, so a signal to it (Ctrl+C, systemd, a container) reaches the server itself.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/common.sh
source scripts/common.sh

require_node
require_compiler
install_modules
npm run build

# Node reads the file, not the shell: a value such as ROOM_TOKENS=a:1;b:2 needs no quotes. The environment outranks it.
settings=()
[[ ! -f .env.local ]] || settings=(--env-file=.env.local)
exec node "${settings[@]}" --enable-source-maps dist/main.js
