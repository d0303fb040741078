#!/usr/bin/env bash
# Installs what the tests need and runs them all, the longest and most timing-sensitive ones alone on the machine.
# Every step runs even where an earlier one failed; the last line counts: N passed, N failed.
# Usage: scripts/test.sh [step...]   runs these steps only (their names stand at the end of this file).
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
# shellcheck source=scripts/common.sh
source scripts/common.sh

results=.cache/test-results
passed=0
failed=0
failures=()
remarks=()
running=()

# count PASSED FAILED NAME
count() {
  passed=$((passed + $1))
  failed=$((failed + $2))
  (($2 == 0)) || failures+=("$3")
}

# check NAME COMMAND...: a step that counts as one test.
check() {
  local name=$1 started=$SECONDS
  shift
  wanted "$name" || return 0
  printf '\n== %s\n' "$name"
  if "$@" </dev/null; then count 1 0 "$name"; else count 0 1 "$name"; fi
  printf '== %s took %d s\n' "$name" $((SECONDS - started))
}

# beside NAME COMMAND...: as check, but at the same time as the others of its kind and all else, until `together`, and
# behind all else that wants a core. For steps that compute more than they wait.
beside() {
  local name=$1
  shift
  wanted "$name" || return 0
  (
    started=$SECONDS status=0
    nice "$@" </dev/null >"$results/$name.log" 2>&1 || status=1
    printf '== %s took %d s\n' "$name" $((SECONDS - started)) >>"$results/$name.log"
    exit $status
  ) &
  running+=("$name" $!)
}

# together: waits for all that run beside each other, and shows what each one said.
together() {
  local name status
  set -- "${running[@]}"
  running=()
  while (($#)); do
    name=$1 status=0
    wait "$2" || status=1
    printf '\n== %s\n' "$name"
    cat "$results/$name.log"
    count $((1 - status)) $status "$name"
    shift 2
  done
}

# suite NAME VITEST_ARGUMENT...: a step that counts each of its tests. A test that fails is tried once more, as those
# that run in real time may meet a busy machine; the summary names each that needed it.
suite() {
  local name=$1 summary=$results/$1.txt status=0 good=0 bad=0 started=$SECONDS
  shift
  wanted "$name" || return 0
  printf '\n== %s\n' "$name"
  rm -f "$summary"
  TEST_SUMMARY=$summary npx vitest run "$@" --retry=1 --reporter=default --reporter=./scripts/summary-reporter.ts \
    </dev/null || status=$?
  if [[ -f $summary ]]; then
    read -r good bad <"$summary"
    mapfile -t -O "${#remarks[@]}" remarks < <(tail -n +2 "$summary" | sed "s/^/$name: /")
  fi
  # A file that cannot be loaded, or an error outside of any test, fails the step without a failed test.
  if ((status != 0 && bad == 0)); then bad=1; fi
  count "$good" "$bad" "$name"
  printf '== %s took %d s\n' "$name" $((SECONDS - started))
}

only=("$@")
wanted() {
  local name
  ((${#only[@]})) || return 0
  for name in "${only[@]}"; do [[ $name != "$1" ]] || return 0; done
  return 1
}

require_node
require_compiler
require_packages shellcheck iproute2 procps ffmpeg chromium python3-gi gir1.2-gstreamer-1.0 \
  gir1.2-gst-plugins-base-1.0 gir1.2-gst-plugins-bad-1.0 gstreamer1.0-plugins-base gstreamer1.0-plugins-good \
  gstreamer1.0-plugins-bad gstreamer1.0-plugins-ugly gstreamer1.0-nice gstreamer1.0-libav
install_modules || die 'npm ci failed'
npm run build || die 'the build failed'
mkdir -p "$results"

beside lint npm run lint
beside typecheck npm run typecheck
beside shellcheck shellcheck -x scripts/*.sh .ci/run
together
suite unit --project unit
suite server --project server
beside sanitizers scripts/test-asan.sh
beside node-lts npm run test:node -- 24
suite sim --project sim
suite fuzz --project fuzz
suite conformance --project conformance
together
suite e2e --project e2e
suite e2e-pages --project e2e-pages
check deploy npm run check:deploy
check bench npm run bench -- --smoke

printf '\n'
((${#remarks[@]} == 0)) || printf '%s\n' "${remarks[@]}"
((failed == 0)) || printf 'Failed: %s\n' "${failures[*]}"
printf '%d passed, %d failed\n' "$passed" "$failed"
((failed == 0))
