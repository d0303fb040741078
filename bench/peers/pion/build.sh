#!/usr/bin/env bash
# Builds the Pion peer from Debian's packages, without any download: apt-get install golang-go \
# golang-github-pion-webrtc.v3-dev. Argument: the program to write.
set -euo pipefail
output=$(realpath -m "${1:?the program to write}")
source=$(dirname "$(realpath "$0")")
# Debian's sources are a GOPATH. Import paths with a version resolve there only for code that lies in one too.
path=$(mktemp -d)
trap 'rm -rf "$path"' EXIT
mkdir -p "$path/src/pion-peer"
cp "$source/main.go" "$source/go.mod" "$path/src/pion-peer/"
cd "$path/src/pion-peer"
GO111MODULE=off GOPATH="$path:/usr/share/gocode" go build -o "$output" .
