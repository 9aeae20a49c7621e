#!/bin/sh
# Makes the fonts of labels/fonts again from the Debian packages they come from. The files are in the repository; this is
# for adding characters or taking a newer release.
#
#   scripts/fonts/build.sh [OUTPUT_FOLDER]
#
# Needs: apt-get install python3-fonttools fonts-noto-cjk fonts-noto-core fonts-droid-fallback
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/../../labels/fonts}
exec /usr/bin/python3 "$here/build.py" "$out"
