#!/bin/sh
# Installs Restante for one user, or with --prefix for all, and removes it again.
#
#   ./install.sh                       into ~/.local
#   ./install.sh --prefix /usr/local   for every user, as root
#   ./install.sh --uninstall           removes what an install put there; the mail stays
set -eu
umask 022

prefix=${HOME:-}/.local
action=install
while [ $# -gt 0 ]; do
  case $1 in
    --prefix)
      [ $# -ge 2 ] || { echo "install.sh: --prefix needs a folder" >&2; exit 2; }
      prefix=$2
      shift
      ;;
    --prefix=*) prefix=${1#--prefix=} ;;
    --uninstall) action=uninstall ;;
    *)
      sed -n 's/^# \{0,1\}//; 2,6p' "$0"
      [ "$1" = --help ] || exit 2
      exit 0
      ;;
  esac
  shift
done
case $prefix in
  /.local) echo "install.sh: HOME is not set; name a folder with --prefix" >&2; exit 2 ;;
  /*) ;;
  *) prefix=$(pwd)/$prefix ;;
esac

here=$(cd "$(dirname "$0")" && pwd)
# What was installed, a path a line; the list itself is not on it. It lies beside the
# profile of the mail and not in it.
list=$prefix/share/restante-installed.txt

# refresh tells the desktop of new or gone entries, where it wants to be told.
refresh() {
  if command -v update-desktop-database >/dev/null; then
    update-desktop-database -q "$prefix/share/applications" 2>/dev/null || true
  fi
  if [ -f "$prefix/share/icons/hicolor/icon-theme.cache" ] && command -v gtk-update-icon-cache >/dev/null; then
    gtk-update-icon-cache -q -t "$prefix/share/icons/hicolor" 2>/dev/null || true
  fi
}

remove() {
  while IFS= read -r path; do
    case $path in
      bin/* | share/*) rm -f "$prefix/$path" ;;
    esac
  done <"$list"
  rm -f "$list"
  rmdir "$prefix/share/doc/restante" 2>/dev/null || true
}

if [ "$action" = uninstall ]; then
  [ -f "$list" ] || { echo "install.sh: nothing of Restante is installed in $prefix" >&2; exit 1; }
  remove
  refresh
  echo "Restante is removed from $prefix."
  echo "Your mail stays in ${XDG_DATA_HOME:-${HOME:-~}/.local/share}/restante; delete that folder if you want it gone."
  exit 0
fi

[ ! -f "$list" ] || remove # files of an older version that are no longer wanted
mkdir -p "$prefix/share"
cd "$here"
find bin share -type f | sort >"$list"
while IFS= read -r path; do
  mkdir -p "$prefix/$(dirname "$path")"
  # Beside it and then in its place, so that a running program keeps its own.
  cp "$path" "$prefix/$path.new"
  mv -f "$prefix/$path.new" "$prefix/$path"
done <"$list"
# The menu may not look into this bin: the entry names the program in full.
entry=$prefix/share/applications/app.restante.Restante.desktop
sed "s|^Exec=restante |Exec=\"$prefix/bin/restante\" |" "$entry" >"$entry.new"
mv -f "$entry.new" "$entry"
refresh
echo "Restante is installed in $prefix: find it in the menu, or run $prefix/bin/restante"
case :$PATH: in
  *":$prefix/bin:"*) ;;
  *) echo "To run it by name, add $prefix/bin to PATH." ;;
esac
