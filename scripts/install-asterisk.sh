#!/bin/bash
# A private Asterisk for Debian and its relatives: apt resolves it with a state of its own, dpkg-deb unpacks it together with
# the C library it was built for, and it runs through that library's own loader. The machine's packages, apt lists and /etc
# stay as they are; no root, no chroot.
#
#   install-asterisk.sh DESTINATION MODULES_CONF
#
# DESTINATION appears only when everything is in place: root/ (the tree, pruned to what MODULES_CONF loads) and packages.txt
# (name and SHA-256 of every package). Progress goes to stdout, one line a step; exit 3: no source of Asterisk here.
set -euo pipefail

destination=$(realpath -m "${1:?usage: install-asterisk.sh DESTINATION MODULES_CONF}")
modules_conf=$(realpath "${2:?usage: install-asterisk.sh DESTINATION MODULES_CONF}")
wanted=(asterisk asterisk-core-sounds-en-gsm asterisk-moh-opsound-gsm)
least_major=20

unavailable() { echo "$*" >&2; exit 3; }

for tool in apt-get apt-cache dpkg-deb dpkg tar awk; do
  command -v "$tool" >/dev/null || unavailable "no $tool: the private Asterisk is built from Debian or Ubuntu packages"
done
architecture=$(dpkg --print-architecture)
case $architecture in
  amd64) libraries=usr/lib/x86_64-linux-gnu loader=ld-linux-x86-64.so.2 ;;
  arm64) libraries=usr/lib/aarch64-linux-gnu loader=ld-linux-aarch64.so.1 ;;
  *) unavailable "no private Asterisk for the architecture $architecture" ;;
esac

mkdir -p "$(dirname "$destination")"
work=$(mktemp -d "$destination.XXXXXX")
trap 'rm -rf "$work"' EXIT
apt=$work/apt
tree=$work/root
mkdir -p "$apt"/{lists/partial,cache/archives/partial,state,parts} "$work/packages/partial" "$tree"
# An empty package state: apt then selects the whole closure, the C library included.
: >"$apt/state/status"
: >"$apt/preferences"
chmod 755 "$work"

options=(
  -q
  -o Dir::Etc::sourcelist="$apt/sources.list" -o Dir::Etc::sourceparts="$apt/parts"
  -o Dir::Etc::preferences="$apt/preferences" -o Dir::Etc::preferencesparts="$apt/parts"
  -o Dir::State="$apt/state" -o Dir::State::Lists="$apt/lists" -o Dir::State::status="$apt/state/status"
  -o Dir::Cache="$apt/cache" -o Dir::Cache::Archives="$work/packages" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=
  -o APT::Architecture="$architecture" -o APT::Architectures="$architecture" -o APT::Install-Recommends=false
  -o APT::Sandbox::User="$(id -un)" -o APT::Update::Post-Invoke= -o APT::Update::Post-Invoke-Success=
  -o Debug::NoLocking=1 -o Acquire::Languages=none -o Acquire::Retries=2
)

# The first Debian or Ubuntu archive among the machine's own sources, in either of apt's two notations.
archive_of_this_machine() {
  local file
  for file in /etc/apt/sources.list.d/*.sources; do
    [ -f "$file" ] && awk '/^URIs:/ && $2 ~ /(debian|ubuntu)(-ports)?\/?$/ {print $2; exit}' "$file"
  done
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [ -f "$file" ] && awk '$1 == "deb" {for (i = 2; i <= NF; i++) if ($i ~ /:\/\/.*(debian|ubuntu)(-ports)?\/?$/) {print $i; exit}}' "$file"
  done
  true
}

id='' id_like='' codename=''
[ -f /etc/os-release ] && eval "$(. /etc/os-release; printf 'id=%q id_like=%q codename=%q' "${ID:-}" "${ID_LIKE:-}" "${VERSION_CODENAME:-}")"
archive=$(archive_of_this_machine | head -n 1)
[ -n "$archive" ] || unavailable "no Debian or Ubuntu archive among this machine's apt sources"
case " $id $id_like " in
  # Debian's stable releases carry no Asterisk; testing and unstable do.
  *" ubuntu "*) components='main universe' suites=("$codename") keyring=/usr/share/keyrings/ubuntu-archive-keyring.gpg ;;
  *) components=main suites=(forky sid) keyring=/usr/share/keyrings/debian-archive-keyring.gpg ;;
esac
[ -f "$keyring" ] || unavailable "no $keyring: packages could not be verified"

candidate_major() {
  apt-cache "${options[@]}" policy asterisk | awk '/Candidate:/ {sub(/^[0-9]+:/, "", $2); split($2, part, /[.]/); print part[1] + 0}'
}

found=''
for suite in "${suites[@]}"; do
  echo "reading the package lists of $suite"
  echo "deb [signed-by=$keyring] $archive $suite $components" >"$apt/sources.list"
  apt-get "${options[@]}" update >"$work/apt.log" 2>&1 || { tail -n 5 "$work/apt.log" >&2; continue; }
  if [ "$(candidate_major)" -ge "$least_major" ]; then found=$suite; break; fi
done
[ -n "$found" ] || unavailable "no Asterisk $least_major or later in the suites ${suites[*]} of this machine's archive"

echo "downloading Asterisk and the libraries it was built with"
apt-get "${options[@]}" -y --download-only install "${wanted[@]}" >"$work/apt.log" 2>&1 || { tail -n 5 "$work/apt.log" >&2; exit 1; }

echo "unpacking"
without=(doc man locale i18n perl perl5 snmp mibs lintian info bug misc zoneinfo libthai gnupg keyrings ca-certificates)
excluded=(--exclude='./etc/*' --exclude='./var/*' --exclude='./usr/bin/*' --exclude='./lib/systemd*' --exclude='./usr/lib/systemd*')
for name in "${without[@]}"; do excluded+=(--exclude="./usr/share/$name/*"); done
for package in "$work"/packages/*.deb; do
  dpkg-deb --fsys-tarfile "$package" | tar -x -C "$tree" --no-same-owner --no-same-permissions "${excluded[@]}"
done
(cd "$work/packages" && sha256sum -- *.deb) | awk '{print $2, $1}' >"$work/packages.txt"
# What the sound package's own installation would have done; without it there are no prompts.
ln -sfn en_US_f_Allison "$tree/usr/share/asterisk/sounds/en"

echo "keeping what the configuration loads"
lib=$tree/$libraries
modules=$lib/asterisk/modules
awk -F= '/^(pre)?load *=/ {gsub(/[ >]/, "", $2); print $2}' "$modules_conf" | sort -u >"$work/listed"
find "$modules" -name '*.so' -printf '%f\n' | sort | comm -23 - "$work/listed" | (cd "$modules" && xargs -r rm -f)
{
  for program in "$tree/usr/sbin/asterisk" "$modules"/*.so; do
    "$lib/$loader" --inhibit-cache --library-path "$lib" --list "$program"
  done | awk '/=> \// {print $3}' | sort -u | xargs readlink -f
  ls "$lib"/ld-linux* "$lib"/libnss_* "$lib"/libresolv* | xargs readlink -f
} | sort -u >"$work/needed"
find "$lib" -maxdepth 1 -type f | sort | comm -23 - "$work/needed" | xargs -r rm -f
find "$lib" -mindepth 1 -maxdepth 1 -type d ! -name asterisk -exec rm -rf {} +
find "$lib" -maxdepth 1 -xtype l -delete
find "$tree/usr/sbin" -type f ! -name asterisk -delete
rm -rf "$tree"/usr/share/asterisk/{conf,phoneprov,firmware}

"$lib/$loader" --inhibit-cache --library-path "$lib" "$tree/usr/sbin/asterisk" -V
rm -rf "$apt" "$work/packages" "$work/apt.log" "$work/listed" "$work/needed"
printf '%s\n%s\n' "$libraries" "$loader" >"$work/layout.txt"
# Another installation may have finished first: the same name means the same content.
mv -T "$work" "$destination" 2>/dev/null || [ -f "$destination/layout.txt" ]
