# shellcheck shell=bash disable=SC2154 # tester is of lib.bash
# Chroots for the parts of the test. The base is made by debootstrap from the machine's
# own apt sources, kept a week and never entered; each part works on a copy. It is root's,
# as what is in it is run as root.
chroots=/var/cache/restante-test

# apt_source prints where this machine gets its Debian or Ubuntu from, and which one.
apt_source() {
  local suite
  # shellcheck disable=SC1091
  suite=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")
  # shellcheck disable=SC2016 # these are apt's
  apt-get indextargets --format '$(REPO_URI) $(CODENAME)' 'Created-By: Packages' 'Component: main' |
    awk -v suite="$suite" '$2 == suite { print $1, $2; exit }'
}

# base prints the folder of the base, made if there is none.
base() {
  local mirror suite dir include=()
  read -r mirror suite < <(apt_source) || { echo "no apt source for this system's main packages" >&2; return 1; }
  dir=$chroots/$suite-$ARCH
  if [ -d "$dir" ] && [ -z "$(find "$dir" -maxdepth 0 -mtime +7)" ]; then
    printf '%s\n' "$dir"
    return 0
  fi
  case $mirror in https:*) include=(--include=ca-certificates) ;; esac
  rm -rf --one-file-system "$dir" "$dir.new"
  mkdir -p "$dir.new"
  # What debootstrap mounts is mounted in a namespace of its own.
  unshare --mount --propagation private debootstrap --variant=minbase "${include[@]}" "$suite" "$dir.new" "$mirror" >&2 || return 1
  connect "$dir.new"
  touch "$dir.new"
  mv "$dir.new" "$dir"
  printf '%s\n' "$dir"
}

# connect DIR: the chroot reaches the network as this machine does.
connect() {
  cp -L /etc/resolv.conf "$1/etc/resolv.conf"
  apt-config dump | grep -E '^Acquire::(http|https|ftp)::' >"$1/etc/apt/apt.conf.d/00-as-outside" || true
}

# machine NAME: a fresh chroot in $TEMP_DIR/NAME, with a user and the kernel's folders.
machine() {
  local from dir=$TEMP_DIR/$1
  from=$(base) || return 1
  cp -a "$from" "$dir" || return 1
  connect "$dir"
  furnish "$dir"
}

# furnish DIR: mounts what programs look for, in this namespace alone, and makes a user.
furnish() {
  local dir=$1
  mount -t proc proc "$dir/proc"
  mount --rbind /dev "$dir/dev"
  mkdir -p "$dir/tmp/.X11-unix" /tmp/.X11-unix
  mount --bind /tmp/.X11-unix "$dir/tmp/.X11-unix"
  chroot "$dir" id tester >/dev/null 2>&1 || chroot "$dir" useradd --create-home --uid "$tester" --shell /bin/sh tester
}

# within DIR COMMAND...: runs it as root in the chroot.
within() {
  local dir=$1
  shift
  chroot "$dir" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@"
}

# as_tester DIR COMMAND...: runs it as the user, with a network of nothing but loopback
# and no display.
as_tester() {
  local dir=$1
  shift
  unshare --net sh -c 'ip link set lo up && exec "$@"' alone \
    chroot --userspec="$tester:$tester" "$dir" env -i HOME=/home/tester USER=tester PATH=/usr/local/bin:/usr/bin:/bin LC_ALL=C.UTF-8 "$@"
}

apt_update() { within "$1" apt-get -q -o Acquire::Retries=3 update; }

# apt_install DIR PACKAGE...: with what they depend on and nothing that is only recommended.
apt_install() {
  local dir=$1
  shift
  within "$dir" apt-get -q -y -o Acquire::Retries=3 --no-install-recommends install "$@"
}

# supply DIR FOLDER DEB...: copies packages to /srv/FOLDER of the chroot.
supply() {
  local dir=$1/srv/$2
  shift 2
  mkdir -p "$dir"
  cp "$@" "$dir"
}

# tour DIR PROGRAM PROFILE PICTURES: the short tour by real clicks of a program in a chroot,
# started as its user, with a network of nothing but loopback. The display, and what clicks,
# are outside.
tour() {
  local dir=$1 program=$2 profile=$3 pictures=$4 wrapper=$TEMP_DIR/enter
  rm -rf "$dir/tmp/tour"
  install -d -o "$tester" -g "$tester" "$dir/tmp/tour"
  cat >"$wrapper" <<EOF
#!/bin/bash
# The tour speaks of paths outside, and its own folder is not for the user: the program
# writes where its controls are into a folder of the chroot.
arguments=()
while [ \$# -gt 0 ]; do
  if [ "\$1" = --landmarks ]; then
    ln -sf "$dir/tmp/tour/landmarks" "\$2"
    arguments+=(--landmarks /tmp/tour/landmarks)
    shift 2
  else
    arguments+=("\${1#"$dir"}")
    shift
  fi
done
exec chroot --userspec=$tester:$tester "$dir" env -i HOME=/home/tester USER=tester \\
  PATH=/usr/local/bin:/usr/bin:/bin LC_ALL=C.UTF-8 DISPLAY="\$DISPLAY" LIBGL_ALWAYS_SOFTWARE=1 FYNE_SCALE=1 \\
  $TOUR_ENVIRONMENT $program "\${arguments[@]}"
EOF
  chmod 755 "$wrapper"
  unshare --net sh -c 'ip link set lo up && exec "$@"' alone \
    env SHOTS="$pictures" .ci/tour "$wrapper" "$dir$profile" short
}
TOUR_ENVIRONMENT=
