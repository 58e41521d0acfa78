# What the scripts of this folder share. Sourced, never run.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${XDG_CACHE_HOME:-${HOME:?HOME is not set: set it to a folder that may be written to}/.cache}/restante

say() { printf '%s\n' "$*" >&2; }
die() {
  say "$(basename "$0"): $*"
  exit 1
}

# The lowest Go that builds this module, and the one that is fetched if there is none.
go_lowest() { awk '$1 == "go" { print "go" $2; exit }' "$root/go.mod"; }
go_wanted() { awk '$1 == "toolchain" { print $2; exit }' "$root/go.mod"; }

# go_usable GO: is this Go new enough? It is asked inside the module, so that a Go
# that fetches newer toolchains by itself answers with the one it would use.
go_usable() {
  local have
  have=$(cd "$root" && GOFLAGS='' "$1" env GOVERSION 2>/dev/null) || return 1
  [ "$(printf '%s\n' "$(go_lowest)" "$have" | sort -V | head -n 1)" = "$(go_lowest)" ]
}

# go_path prints the Go to use, or fails if setup has yet to bring one.
go_path() {
  local candidate
  for candidate in "$(command -v go || true)" /usr/local/go/bin/go "$cache/$(go_wanted)/bin/go"; do
    if [ -x "$candidate" ] && go_usable "$candidate"; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done
  return 1
}
