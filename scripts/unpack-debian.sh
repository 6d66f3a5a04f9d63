#!/usr/bin/env bash
# Unpacks packages of a Debian release into a folder, from the mirror that apt knows: nothing is installed, and
# neither apt's lists nor its sources change. Does nothing if the folder is there.
#
#     scripts/unpack-debian.sh FOLDER RELEASE PACKAGE…
set -euo pipefail
destination=$1
release=$2
shift 2
[[ -d $destination ]] && exit
mirror=$(apt-get indextargets --format '$(REPO_URI)' | grep --max-count=1 --extended-regexp '/debian/?$') || {
    echo "$0: apt-get knows no Debian mirror" >&2
    exit 1
}
mkdir -p "$(dirname "$destination")"
apt=$(mktemp -d "$(dirname "$destination")/apt.XXXXXX")
mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/root"
echo "deb [arch=amd64] $mirror $release main" >"$apt/sources.list"
cat >"$apt/apt.conf" <<CONF
Dir::Etc::SourceList "$apt/sources.list";
Dir::Etc::SourceParts "-";
Dir::State::Lists "$apt/lists";
Dir::Cache "$apt/cache";
APT::Sandbox::User "$(id --user --name)";
CONF
apt-get --config-file="$apt/apt.conf" --quiet=2 update
(cd "$apt" && apt-get --config-file="$apt/apt.conf" --quiet=2 download "$@")
for package in "$apt"/*.deb; do
    dpkg-deb --extract "$package" "$apt/root"
done
# Last, so that an interrupted run is not taken for a complete one.
mv "$apt/root" "$destination"
rm -rf "$apt"
