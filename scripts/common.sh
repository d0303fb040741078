# shellcheck shell=bash
# What start.sh and test.sh share: they bring a fresh Debian to where npm can build. To be sourced from the
# repository's root.

# die MESSAGE: says what is wrong and ends the script.
die() {
  printf '%s: %s\n' "$(basename "$0")" "$1" >&2
  exit 1
}

# require_node: ends the script unless Node 20.19 or newer and npm are there.
require_node() {
  local advice='install Node.js 20.19 or newer with npm (https://nodejs.org, or your distribution), then run this again'
  command -v node >/dev/null || die "no node found: $advice"
  command -v npm >/dev/null || die "no npm found: $advice"
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
    die "Node.js $(node --version) is too old: $advice"
}

# require_packages PACKAGE...: installs the Debian packages that are missing; without the right to do so, or without
# apt, says which to install and ends the script.
require_packages() {
  local package missing=()
  for package in "$@"; do
    [[ $(dpkg-query -W -f='${db:Status-Abbrev}' "$package" 2>/dev/null) == ii* ]] || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  if ! command -v apt-get >/dev/null; then
    die "this system has no apt: install what Debian calls ${missing[*]} by hand, then run this again"
  elif ((EUID != 0)); then
    die "missing packages; run: sudo apt-get install -y --no-install-recommends ${missing[*]}"
  fi
  printf 'Installing %s\n' "${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq </dev/null
  apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null >/dev/null
}

# require_compiler: python3, make and a C++ compiler, from Debian's packages where they are missing.
require_compiler() {
  local missing=()
  command -v python3 >/dev/null || missing+=(python3)
  command -v make >/dev/null || missing+=(make)
  command -v "${CXX:-g++}" >/dev/null || missing+=(g++)
  ((${#missing[@]} == 0)) || require_packages "${missing[@]}"
}

# install_modules: npm ci, unless it has run with this lock file and this Node before.
install_modules() {
  local stamp=node_modules/.installed-from wanted
  wanted="$(sha256sum <package-lock.json) $(node --version)"
  [[ -f $stamp && $(<"$stamp") == "$wanted" ]] && return 0
  npm ci --include=dev
  printf '%s\n' "$wanted" >"$stamp"
}
