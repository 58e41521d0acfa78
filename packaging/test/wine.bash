# shellcheck shell=bash disable=SC2154 # tester is of lib.bash, wine_dir of the part
# Wine in a chroot of its own, for both kinds of program: the installer is one of 32 bits.
# After chroot.bash.

prefix=$TEMP_DIR/wine-files/prefix # seen inside as /files/prefix
drive=$prefix/drive_c

wine_packages=(
  wine wine32 wine64 libgl1 libgl1-mesa-dri libxcomposite1 libxcursor1 libxfixes3 libxi6 libxinerama1
  libxrandr2 libxrender1 libxxf86vm1 fonts-liberation
)

# wine_machine prints the chroot's folder: made once, kept as long as the base, and never
# written to by what is tested.
wine_machine() {
  local from dir
  from=$(base) || return 1
  dir=$(dirname "$from")/wine-$(basename "$from")
  if [ ! -d "$dir" ] || [ "$from" -nt "$dir" ]; then
    rm -rf --one-file-system "$dir" "$dir.new"
    cp -a "$from" "$dir.new" || return 1
    connect "$dir.new"
    {
      within "$dir.new" dpkg --add-architecture i386 && apt_update "$dir.new" && apt_install "$dir.new" "${wine_packages[@]}" &&
        within "$dir.new" apt-get clean && within "$dir.new" useradd --create-home --uid "$tester" tester
    } >&2 || return 1
    mkdir -p "$dir.new/files"
    touch "$dir.new"
    mv "$dir.new" "$dir"
  fi
  printf '%s\n' "$dir"
}

# furnish_wine DIR: /tmp is the part's own, and /files is $TEMP_DIR/wine-files.
furnish_wine() {
  mkdir -p "$TEMP_DIR/wine-files"
  chown "$tester:$tester" "$TEMP_DIR/wine-files"
  mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" && mount -t tmpfs -o mode=1777 tmpfs "$1/tmp" &&
    mkdir -p "$1/tmp/.X11-unix" /tmp/.X11-unix && mount --bind /tmp/.X11-unix "$1/tmp/.X11-unix" &&
    mount --bind "$TEMP_DIR/wine-files" "$1/files"
}

wine_environment=(HOME=/home/tester USER=tester PATH=/usr/lib/wine:/usr/bin:/bin LC_ALL=C.UTF-8 WINEPREFIX=/files/prefix WINEDEBUG=-all)

# under_wine SCRIPT [ARGUMENT]...: a script of sh inside, with no display and a network of
# nothing but loopback. It ends when all that it started under Wine has ended, for only
# then the registry is written.
under_wine() {
  local script=$1
  shift
  # shellcheck disable=SC2016 # the inner shells expand
  unshare --net sh -c 'ip link set lo up && exec "$@"' alone \
    timeout 600 chroot --userspec="$tester:$tester" "$wine_dir" env -i "${wine_environment[@]}" \
    sh -c "$script"'
      status=$?
      timeout 120 wineserver -w || { wineserver -k; echo "what was started did not end"; status=1; }
      exit "$status"' sh "$@"
}

# key FILE NAME: the registry's section of that name, empty if there is none.
key() {
  awk -v name="[$(printf '%s' "$2" | sed 's/\\/\\\\\\\\/g')]" 'index($0, "[") == 1 { on = index(tolower($0), tolower(name)) == 1 } on' "$prefix/$1.reg"
}
registered() {
  local words
  words=$(key "$1" "$2")
  printf '%s\n' "$words"
  case $words in *"$3"*) [ -n "$words" ] ;; *) echo "wanted: $3"; return 1 ;; esac
}
unregistered() {
  ! key "$1" "$2" | grep .
}

# wine_tour PROGRAM PROFILE PICTURES: the short tour by real clicks of a Windows program.
wine_tour() {
  local wrapper=$TEMP_DIR/enter-wine
  rm -rf "$TEMP_DIR/wine-files/tour"
  install -d -o "$tester" -g "$tester" "$TEMP_DIR/wine-files/tour"
  cat >"$wrapper" <<EOF
#!/bin/bash
# The tour speaks of paths outside.
arguments=()
while [ \$# -gt 0 ]; do
  case \$1 in
    --landmarks) ln -sf "$TEMP_DIR/wine-files/tour/landmarks" "\$2" && arguments+=(--landmarks 'Z:\\files\\tour\\landmarks') && shift ;;
    --profile) arguments+=(--profile '$2') && shift ;;
    *) arguments+=("\$1") ;;
  esac
  shift
done
# With no desktop Wine shows its tray as a window above others: out of the way with it.
(for i in {1..240}; do
  sleep 0.5
  xdotool search --name '^Wine System Tray\$' windowmove 1000 775 2>/dev/null
done) &
exec chroot --userspec=$tester:$tester "$wine_dir" env -i $(printf '%q ' "${wine_environment[@]}") DISPLAY="\$DISPLAY" \\
  LIBGL_ALWAYS_SOFTWARE=1 FYNE_SCALE=1 wine '$1' "\${arguments[@]}"
EOF
  cat >"$TEMP_DIR/wineserver" <<EOF
#!/bin/bash
exec chroot --userspec=$tester:$tester "$wine_dir" env -i $(printf '%q ' "${wine_environment[@]}") timeout 60 wineserver "\$@"
EOF
  chmod 755 "$wrapper" "$TEMP_DIR/wineserver"
  # The tour's end takes the display away, and with it what Wine still runs.
  # shellcheck disable=SC2016 # the inner shell expands
  unshare --net sh -c 'ip link set lo up; "$@"; status=$?; "$0" -k; exit "$status"' "$TEMP_DIR/wineserver" \
    env SHOTS="$3" .ci/tour "$wrapper" "$drive/$4" short
}
