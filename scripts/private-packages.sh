# Sourced by the install-*.sh beside it: unpacks Debian or Ubuntu packages, with everything they depend on down to the C
# library they were built for, into a folder of ours. apt gets a state of its own, so the machine's packages, package
# lists and /etc stay as they are; no root, no chroot. What is unpacked runs through its own loader.
#
# Progress goes to stdout, one line a step. Exit code 3: it can't be had here.

unavailable() { echo "$*" >&2; exit 3; }

# begin DESTINATION: a work folder that becomes DESTINATION when everything is in place (finish), else vanishes.
begin() {
  local tool
  for tool in apt-get apt-cache dpkg-deb dpkg tar awk; do
    command -v "$tool" >/dev/null || unavailable "no $tool: it is built from Debian or Ubuntu packages"
  done
  architecture=$(dpkg --print-architecture)
  case $architecture in
    amd64) libraries=usr/lib/x86_64-linux-gnu loader=ld-linux-x86-64.so.2 ;;
    arm64) libraries=usr/lib/aarch64-linux-gnu loader=ld-linux-aarch64.so.1 ;;
    *) unavailable "nothing is prepared for the architecture $architecture" ;;
  esac
  destination=$(realpath -m "$1")
  mkdir -p "$(dirname "$destination")"
  work=$(mktemp -d "$destination.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  chmod 755 "$work"
  tree=$work/root
  lib=$tree/$libraries
  apt=$work/apt
  mkdir -p "$apt"/{lists/partial,cache/archives/partial,state,parts} "$work/packages/partial" "$tree"
  # An empty package state: apt then selects the whole closure, the C library included.
  : >"$apt/state/status"
  : >"$apt/preferences"
  apt_options=(
    -q
    -o Dir::Etc::sourcelist="$apt/sources.list" -o Dir::Etc::sourceparts="$apt/parts"
    -o Dir::Etc::preferences="$apt/preferences" -o Dir::Etc::preferencesparts="$apt/parts"
    -o Dir::State="$apt/state" -o Dir::State::Lists="$apt/lists" -o Dir::State::status="$apt/state/status"
    -o Dir::Cache="$apt/cache" -o Dir::Cache::Archives="$work/packages" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=
    -o APT::Architecture="$architecture" -o APT::Architectures="$architecture" -o APT::Install-Recommends=false
    -o APT::Sandbox::User="$(id -un)" -o APT::Update::Post-Invoke= -o APT::Update::Post-Invoke-Success=
    -o Debug::NoLocking=1 -o Acquire::Languages=none -o Acquire::Retries=2
  )
  read_release
}

# Sets distribution (debian or ubuntu), codename, archive, components, keyring.
read_release() {
  local id='' id_like='' file
  codename=''
  [ -f /etc/os-release ] &&
    eval "$(. /etc/os-release; printf 'id=%q id_like=%q codename=%q' "${ID:-}" "${ID_LIKE:-}" "${VERSION_CODENAME:-}")"
  case " $id $id_like " in
    *" ubuntu "*) distribution=ubuntu components='main universe' keyring=/usr/share/keyrings/ubuntu-archive-keyring.gpg ;;
    *) distribution=debian components=main keyring=/usr/share/keyrings/debian-archive-keyring.gpg ;;
  esac
  archive=$(archives_of_this_machine | head -n 1)
  [ -n "$archive" ] || unavailable "no Debian or Ubuntu archive among this machine's apt sources"
  [ -f "$keyring" ] || unavailable "no $keyring: packages could not be verified"
}

# The Debian or Ubuntu archives among the machine's own sources, in either of apt's two notations.
archives_of_this_machine() {
  local file
  for file in /etc/apt/sources.list.d/*.sources; do
    [ -f "$file" ] && awk '/^URIs:/ && $2 ~ /(debian|ubuntu)(-ports)?\/?$/ {print $2}' "$file"
  done
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [ -f "$file" ] && awk '$1 == "deb" {for (i = 2; i <= NF; i++) if ($i ~ /:\/\/.*(debian|ubuntu)(-ports)?\/?$/) print $i}' "$file"
  done
  true
}

# read_lists SUITE
read_lists() {
  echo "reading the package lists of $1"
  echo "deb [signed-by=$keyring] $archive $1 $components" >"$apt/sources.list"
  apt-get "${apt_options[@]}" update >"$work/apt.log" 2>&1 || { tail -n 5 "$work/apt.log" >&2; return 1; }
}

# candidate_major PACKAGE: the first number of the version that would be installed, 0 for none.
candidate_major() {
  apt-cache "${apt_options[@]}" policy "$1" |
    awk '/Candidate:/ {sub(/^[0-9]+:/, "", $2); split($2, part, /[.]/); major = part[1] + 0} END {print major + 0}'
}

# unpack PACKAGE...: with all that they depend on, without what only a whole system needs.
unpack() {
  local name package excluded=(--exclude='./etc/*' --exclude='./var/*' --exclude='./lib/systemd*' --exclude='./usr/lib/systemd*')
  echo "downloading $1 and the libraries it was built with"
  apt-get "${apt_options[@]}" -y --download-only install "$@" >"$work/apt.log" 2>&1 || { tail -n 5 "$work/apt.log" >&2; exit 1; }
  echo "unpacking"
  for name in doc man locale i18n perl perl5 snmp mibs lintian info bug misc zoneinfo libthai gnupg keyrings ca-certificates; do
    excluded+=(--exclude="./usr/share/$name/*")
  done
  for package in "$work"/packages/*.deb; do
    dpkg-deb --fsys-tarfile "$package" | tar -x -C "$tree" --no-same-owner --no-same-permissions "${excluded[@]}"
  done
  # Releases before the merger of /lib and /usr/lib kept libraries in both.
  if [ -d "$tree/lib" ] && [ ! -L "$tree/lib" ]; then cp -a "$tree/lib/." "$tree/usr/lib/" && rm -rf "$tree/lib"; fi
  (cd "$work/packages" && sha256sum -- *.deb) | awk '{print $2, $1}' >"$work/packages.txt"
}

# keep_libraries_of PROGRAM...: only what these need, and the name services that are loaded without being linked.
# KEPT_FOLDER is the one folder under the libraries that stays.
keep_libraries_of() {
  local program
  {
    for program in "$@"; do "$lib/$loader" --inhibit-cache --library-path "$lib" --list "$program"; done |
      awk '/=> \// {print $3}' | sort -u | xargs readlink -f
    ls "$lib"/ld-linux* "$lib"/libnss_* "$lib"/libresolv* | xargs readlink -f
  } | sort -u >"$work/needed"
  find "$lib" -maxdepth 1 -type f | sort | comm -23 - "$work/needed" | xargs -r rm -f
  find "$lib" -mindepth 1 -maxdepth 1 -type d ! -name "${KEPT_FOLDER:?}" -exec rm -rf {} +
  find "$lib" -maxdepth 1 -xtype l -delete
}

# finish: DESTINATION appears at once. Another installation may have been faster: the same name means the same content.
finish() {
  rm -rf "$apt" "$work/packages" "$work/apt.log" "$work/needed"
  printf '%s\n%s\n' "$libraries" "$loader" >"$work/layout.txt"
  mv -T "$work" "$destination" 2>/dev/null || [ -f "$destination/layout.txt" ]
}
