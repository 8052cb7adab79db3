#!/bin/bash
# PostgreSQL's own pg_dump, pg_restore and psql of the built-in database's version, which few distributions carry:
# DESTINATION/bin/pg_dump and so on.
#
#   install-postgres-client.sh DESTINATION
set -euo pipefail
. "$(dirname "$(realpath "$0")")/private-packages.sh"

major=18
package=postgresql-client-$major
begin "${1:?usage: install-postgres-client.sh DESTINATION}"
case $distribution in
  debian) suites=(forky sid) ;;
  *) suites=("$codename") ;;
esac
for suite in "${suites[@]}"; do
  [ -n "$suite" ] && read_lists "$suite" || continue
  [ "$(candidate_major "$package")" -ge "$major" ] && break
done
[ "$(candidate_major "$package")" -ge "$major" ] || unavailable "no $package in this machine's archive"
unpack "$package"

echo "keeping what it needs"
programs=$tree/usr/lib/postgresql/$major/bin
KEPT_FOLDER=none keep_libraries_of "$programs"/{pg_dump,pg_restore,psql}
find "$programs" -mindepth 1 ! -name pg_dump ! -name pg_restore ! -name psql -delete
rm -rf "$tree"/{usr/sbin,usr/libexec,bin,sbin} "$tree"/usr/{bin,share}

mkdir "$work/bin"
for program in pg_dump pg_restore psql; do
  cat >"$work/bin/$program" <<WRAPPER
#!/bin/sh
root=\$(dirname "\$(dirname "\$(readlink -f "\$0")")")/root
lib=\$root/$libraries
exec "\$lib/$loader" --inhibit-cache --library-path "\$lib" "\$root/usr/lib/postgresql/$major/bin/$program" "\$@"
WRAPPER
  chmod +x "$work/bin/$program"
  "$work/bin/$program" --version
done
finish
