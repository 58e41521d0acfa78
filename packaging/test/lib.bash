# shellcheck shell=bash
# What the parts of the test share. Sourced by them and by inside, which runs as root in
# namespaces of its own. From run: TEMP_DIR is for what is thrown away, OUT for what is
# kept, ARCH is Debian's name of this machine.
. "$(dirname "${BASH_SOURCE[0]}")/../../.ci/lib.bash"
: "${TEMP_DIR:?start packaging/test/run}" "${OUT:?}" "${ARCH:?}"

results=$OUT/results
packages=$root/build/packages
built=$root/build/packaging
version=$("$built/describe" version)
tester=1000 # the user who uses what was installed
unpacked=$TEMP_DIR/unpacked # the files of each .deb of this version

# record OUTCOME WORDS: a line of the report.
record() {
  printf '%-12s %s\n' "$1" "$2" | tee -a "$results" >&2
}

# step NAME COMMAND...: does it and reports it. Its words are kept, and shown when it fails.
step() {
  local title=$1 log
  shift
  log=$OUT/$(printf '%s' "$title" | tr -cs 'A-Za-z0-9.\n' '-').log
  if ("$@") >"$log" 2>&1; then
    record ok "$title"
    return 0
  fi
  record FAILED "$title"
  sed 's/^/    /' "$log" | tail -n 25 >&2
  return 1
}

# check NAME COMMAND...: a step after which the part goes on in any case.
check() { step "$@" || true; }

# must NAME COMMAND...: a step without which its part can't go on.
must() { step "$@" || exit 1; }

unverified() { record "not verified" "$1: $2"; }

# same A B: two files hold the same; else what differs is shown.
same() { diff -u "$1" "$2"; }

# says TEXT COMMAND...: the command's output has that text in it.
says() {
  local text=$1 output
  shift
  output=$("$@" 2>&1) || { printf '%s\n(it failed)\n' "$output"; return 1; }
  case $output in
    *"$text"*) ;;
    *) printf 'wanted: %s\ngot: %s\n' "$text" "$output"; return 1 ;;
  esac
}

absent() {
  local path status=0
  for path in "$@"; do
    if [ -e "$path" ] || [ -L "$path" ]; then
      printf 'still there: %s\n' "$path"
      status=1
    fi
  done
  return "$status"
}

# debs now|before: the packages of this version, or of the version before.
debs() {
  local dir=$packages number=$version
  if [ "$1" = before ]; then dir=$OUT/before number=0.0.1; fi
  printf '%s\n' "$dir/restante_$number-1_$ARCH.deb" "$dir/restante-popfetch_$number-1_$ARCH.deb" \
    "$dir/restante-postoffice_$number-1_$ARCH.deb"
}

# unpack_debs fills $unpacked/NAME/ once.
unpack_debs() {
  local deb
  [ ! -d "$unpacked" ] || return 0
  mkdir -p "$unpacked"
  for deb in $(debs now); do
    dpkg-deb -x "$deb" "$unpacked/$(dpkg-deb -f "$deb" Package)"
  done
}

# tree DIR: path, mode and SHA-256 of each file below it, sorted.
tree() {
  (cd "$1" && find . -type f -printf '%P\t%m\n' | sort | while IFS=$'\t' read -r path mode; do
    printf '%s\t%s\t%s\n' "$path" "$mode" "$(sha256sum <"$path" | cut -d ' ' -f 1)"
  done)
}

# mail PROFILE: the SHA-256 of each message, sorted, after every octet was checked.
# It runs this version's popfetch outside of any chroot.
mail() {
  local popfetch=$built/linux-$ARCH/programs/popfetch profile=$1 dir id
  dir=$(mktemp -d "$TEMP_DIR/mail.XXXXXX")
  cp -a "$profile" "$dir/profile" # it is only looked at
  "$popfetch" --profile "$dir/profile" verify --deep >&2 || return 1
  "$popfetch" --profile "$dir/profile" mailboxes --json | sed -n 's/^ *"id": \([0-9]*\),$/\1/p' >"$dir/ids"
  while read -r id; do
    "$popfetch" --profile "$dir/profile" export --format eml "$id" "$dir/export.$id" >&2 || return 1
    sed -n 's/.*"sha256":"\([0-9a-f]*\)".*/\1/p' "$dir/export.$id/manifest"
  done <"$dir/ids" | sort
  rm -rf "$dir"
}

# kept NAME PROFILE BEFORE: the messages are those that the file BEFORE names, and some.
kept() {
  check "$1" kept_mail "$2" "$3"
}
kept_mail() {
  mail "$1" >"$TEMP_DIR/now" || return 1
  [ -s "$2" ] || { echo "there was no mail to begin with"; return 1; }
  printf '%s messages\n' "$(wc -l <"$TEMP_DIR/now")"
  same "$2" "$TEMP_DIR/now"
}

# private PROFILE: folders are 0700 and files 0600, all of the user's own.
private() {
  find "$1" -printf '%m %U %p\n'
  ! find "$1" \( -type d ! -perm 0700 -o -type f ! -perm 0600 -o ! -user "$tester" \) -print | grep .
}
