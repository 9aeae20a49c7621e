#!/usr/bin/env bash
# Makes a Debian package of both programs in dist/out. Needs dpkg-deb.
set -euo pipefail
cd "$(dirname "$0")/.."
version=${1#v}
case $version in [0-9]*.[0-9]*) ;; *) version=0~$version ;; esac
version=${version//-/+}
arch=$(dpkg --print-architecture)
root=$(mktemp -d)
chmod 755 "$root"
trap 'rm -rf "$root"' EXIT

install -D -m 755 bin/pickstation "$root/usr/bin/pickstation"
install -D -m 755 bin/pickcentral "$root/usr/bin/pickcentral"
install -D -m 644 dist/udev/60-pickstation.rules "$root/usr/lib/udev/rules.d/60-pickstation.rules"
for unit in pickstation@.service pickcentral.service; do
  install -D -m 644 "dist/systemd/$unit" "$root/usr/lib/systemd/system/$unit"
done
install -D -m 644 dist/systemd/pickstation.sysusers "$root/usr/lib/sysusers.d/pickstation.conf"
install -D -m 644 dist/pickstation.toml "$root/usr/share/doc/pickstation/examples/pickstation.toml"
install -D -m 644 dist/lang/vi.toml "$root/usr/share/pickstation/lang/vi.toml"
for f in README.md ARCHITECTURE.md THIRD_PARTY.md LICENSE docs/*.md; do
  install -D -m 644 "$f" "$root/usr/share/doc/pickstation/$f"
done
mkdir -p "$root/DEBIAN"
cat > "$root/DEBIAN/control" <<CONTROL
Package: pickstation
Version: $version
Architecture: $arch
Maintainer: Pickstation <maintainers@pickstation.invalid>
Depends: libc6
Section: misc
Priority: optional
Description: scan station of a warehouse bench, and its central order API
 Reads serial barcode scanners to confirm picking, verifies packing, prints
 waybills and customs labels, works offline on SQLite and syncs every step.
CONTROL
cat > "$root/DEBIAN/postinst" <<'POSTINST'
#!/bin/sh
set -e
if [ "$1" = configure ] && [ -d /run/systemd/system ]; then
  systemd-sysusers pickstation.conf
  systemctl daemon-reload
  udevadm control --reload
fi
POSTINST
chmod 755 "$root/DEBIAN/postinst"
mkdir -p dist/out
dpkg-deb --root-owner-group --build "$root" "dist/out/pickstation_${version}_${arch}.deb"
