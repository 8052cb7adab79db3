#!/bin/bash
# A private espeak-ng, which speaks the flows' texts: DESTINATION/bin/espeak-ng.
#
#   install-espeak.sh DESTINATION
set -euo pipefail
. "$(dirname "$(realpath "$0")")/private-packages.sh"

begin "${1:?usage: install-espeak.sh DESTINATION}"
read_lists "${codename:-sid}" || unavailable "the package lists of ${codename:-sid} can't be read"
[ "$(candidate_major espeak-ng)" -ge 1 ] || unavailable "no espeak-ng in ${codename:-sid} of this machine's archive"
unpack espeak-ng

echo "keeping what it needs"
KEPT_FOLDER=espeak-ng-data keep_libraries_of "$tree/usr/bin/espeak-ng"
find "$tree/usr/bin" -mindepth 1 ! -name espeak-ng -delete
rm -rf "$tree"/{usr/sbin,usr/libexec,bin,sbin} "$tree"/usr/share

mkdir "$work/bin"
cat >"$work/bin/espeak-ng" <<WRAPPER
#!/bin/sh
root=\$(dirname "\$(dirname "\$(readlink -f "\$0")")")/root
lib=\$root/$libraries
exec "\$lib/$loader" --inhibit-cache --library-path "\$lib" "\$root/usr/bin/espeak-ng" --path="\$lib" "\$@"
WRAPPER
chmod +x "$work/bin/espeak-ng"
"$work/bin/espeak-ng" --version
finish
