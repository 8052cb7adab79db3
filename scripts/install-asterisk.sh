#!/bin/bash
# A private Asterisk, pruned to what a modules.conf loads: about 15 s and 50 MB.
#
#   install-asterisk.sh DESTINATION MODULES_CONF
set -euo pipefail
. "$(dirname "$(realpath "$0")")/private-packages.sh"

modules_conf=$(realpath "${2:?usage: install-asterisk.sh DESTINATION MODULES_CONF}")
least_major=20
begin "$1"

# Debian's stable releases carry no Asterisk; testing and unstable do.
suites=(forky sid)
[ "$distribution" = ubuntu ] && suites=("$codename")
found=''
for suite in "${suites[@]}"; do
  read_lists "$suite" || continue
  if [ "$(candidate_major asterisk)" -ge "$least_major" ]; then found=$suite; break; fi
done
[ -n "$found" ] || unavailable "no Asterisk $least_major or later in ${suites[*]} of this machine's archive"

unpack asterisk asterisk-core-sounds-en-gsm asterisk-moh-opsound-gsm
# What the sound package's own installation would have done; without it there are no prompts.
ln -sfn en_US_f_Allison "$tree/usr/share/asterisk/sounds/en"

echo "keeping what the configuration loads"
modules=$lib/asterisk/modules
awk -F= '/^(pre)?load *=/ {gsub(/[ >]/, "", $2); print $2}' "$modules_conf" | sort -u >"$work/listed"
find "$modules" -name '*.so' -printf '%f\n' | sort | comm -23 - "$work/listed" | (cd "$modules" && xargs -r rm -f)
rm "$work/listed"
KEPT_FOLDER=asterisk keep_libraries_of "$tree/usr/sbin/asterisk" "$modules"/*.so
find "$tree/usr/sbin" -type f ! -name asterisk -delete
rm -rf "$tree"/usr/bin "$tree"/usr/share/asterisk/{conf,phoneprov,firmware}

"$lib/$loader" --inhibit-cache --library-path "$lib" "$tree/usr/sbin/asterisk" -V
finish
