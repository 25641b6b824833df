# Sourced by tests/run.sh and deploy/quickstart.sh: installs Debian packages that are missing.
# shellcheck shell=bash

# To build valise and its stand-in Jira.
# shellcheck disable=SC2034
kBuildPackages=(ca-certificates cmake g++ ninja-build pkg-config protobuf-compiler
  doctest-dev libarchive-dev libcli11-dev libcpp-httplib-dev libcurl4-openssl-dev libfmt-dev
  libhowardhinnant-date-dev libmimetic-dev libprotobuf-dev librapidcheck-dev libseccomp-dev libsodium-dev
  libsqlite3-dev libtomlplusplus-dev nlohmann-json3-dev zlib1g-dev python3 tzdata)

# For a private mail system of real servers (tests/support/mail). Their daemons are never started:
# install_quietly below.
# shellcheck disable=SC2034
kMailPackages=(exim4-daemon-light dovecot-imapd dovecot-lmtpd openssl iproute2 procps)

is_installed() {
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# A package that brings a daemon may not start it here: a policy of our own says so meanwhile, unless
# the machine has one.
install_quietly() (
  local as_root=() policy=/usr/sbin/policy-rc.d
  [ "$(id -u)" = 0 ] || as_root=(sudo -n)
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod 755 "$policy"
    # shellcheck disable=SC2064
    trap "${as_root[*]} rm -f $policy" EXIT
  fi
  "${as_root[@]}" apt-get -qq update
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -y \
    -o Dpkg::Use-Pty=0 --no-install-recommends install "$@" >/dev/null
)

# ensure_packages NAME...: installs what is missing; says what it would need when it may not.
ensure_packages() {
  local missing=() package
  for package in "$@"; do
    is_installed "$package" || missing+=("$package")
  done
  [ "${#missing[@]}" -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ] && ! sudo -n true 2>/dev/null; then
    echo "These Debian packages are missing; as root, type:" >&2
    echo "  apt-get install --no-install-recommends ${missing[*]}" >&2
    return 1
  fi
  echo "installing ${#missing[@]} Debian packages: ${missing[*]}"
  install_quietly "${missing[@]}"
}
