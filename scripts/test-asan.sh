#!/usr/bin/env bash
# Builds the addon with AddressSanitizer and UndefinedBehaviorSanitizer (native/build/Debug), runs its tests with it and
# looks for memory that it leaks. Usage: scripts/test-asan.sh [vitest argument...]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

node scripts/build-native.js configure --debug
node scripts/build-native.js build --debug

export LIVE_WEBRTC_ADDON="$PWD/native/build/Debug/live_webrtc.node"
export UBSAN_OPTIONS=print_stacktrace=1
reports=$PWD/.cache/asan
rm -rf "$reports"
mkdir -p "$reports"
preload=$("${CC:-gcc}" -print-file-name=libasan.so)

# Everything but leaks. A finding aborts the process, and so the test.
printf '\nTests with sanitizers\n'
ASAN_OPTIONS=detect_leaks=0:abort_on_error=1 LD_PRELOAD=$preload \
  node node_modules/vitest/vitest.mjs run --project unit src/native --testTimeout 120000 "$@"

# Leaks. Node itself leaves memory behind when it ends, so only leaks whose stack passes through the addon count; whole
# stacks need the slow unwinder, hence one program instead of all tests.
printf '\nLeaks\n'
export ASAN_OPTIONS=detect_leaks=1:fast_unwind_on_malloc=0:malloc_context_size=25:log_path=$reports/report
export LSAN_OPTIONS=exitcode=0
for scenario in churn threads; do
  LD_PRELOAD=$preload node --import tsx src/native/testing/exit-scenarios.ts "$scenario"
done
shopt -s nullglob # Without any leak there is no report.
# One leak is one paragraph of a report. Our stack frames name a file below native/, from where the compiler ran.
leaks=$(awk -v RS= '/leak of/ && (/ \.\.\/src\// || /live_webrtc\.node/)' "$reports"/report.* /dev/null)
if [[ -n $leaks ]]; then
  printf 'The addon leaks:\n%s\n' "$leaks"
  exit 1
fi
printf 'The addon leaks nothing.\n'
