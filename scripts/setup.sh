#!/usr/bin/env bash
# Installs from Debian's packages what building (run) or testing (test) needs and the
# machine lacks. Where it may not install, it names what is missing and stops.
set -euo pipefail

need=()
want() { command -v "$1" >/dev/null 2>&1 || need+=("$2"); }

command -v go >/dev/null 2>&1 || { echo "go is missing: install Go 1.26 or newer (https://go.dev/dl)" >&2; exit 3; }
want gcc gcc
want git git
[ -e /usr/include/stdlib.h ] || need+=(libc6-dev)
if [ "${1:-run}" = test ]; then
  want zbarimg zbar-tools
  want pdftoppm poppler-utils
  want gs ghostscript
  want mutool mupdf-tools
  want qpdf qpdf
  want dmtxread dmtx-utils
  want tmux tmux
  want ippeveprinter cups-ipp-utils
  want dbus-daemon dbus-daemon
  # Debian keeps the server's programs out of the path.
  command -v initdb >/dev/null 2>&1 || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || need+=(postgresql)
  want psql postgresql-client
fi
[ ${#need[@]} -eq 0 ] && exit 0

sudo=""
if [ "$(id -u)" != 0 ]; then
  sudo="sudo -n"
  if ! $sudo true 2>/dev/null; then
    echo "missing: ${need[*]}" >&2
    echo "install them: sudo apt-get install ${need[*]}" >&2
    exit 3
  fi
fi
command -v apt-get >/dev/null 2>&1 || { echo "missing: ${need[*]} (Debian's names); install them with your package manager" >&2; exit 3; }
echo "installing: ${need[*]}"
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get install -y -qq --no-install-recommends "${need[@]}" >/dev/null 2>&1 || {
  $sudo apt-get update -qq
  $sudo apt-get install -y -qq --no-install-recommends "${need[@]}" >/dev/null
}
