#!/bin/sh
# Drives a stand-in Jira with foreign clients: Debian's python3-jira and npm's jira-client.
#   run.sh PATH-OF-JIRA-STANDIN [TRAFFIC.jsonl]
# Builds nothing. npm's client is installed into a temporary folder; where npm or its registry
# cannot be had, that part fails, unless SKIP_NPM=1 says it may be left out.
set -eu
standin=$(realpath "$1")
here=$(dirname "$(realpath "$0")")
record=$(realpath -m "${2:-/dev/null}")
work=$(mktemp -d)
pid=
cleanup() {
  [ -z "$pid" ] || kill "$pid" 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT INT TERM

[ "$record" != /dev/null ] || record=$work/traffic.jsonl
"$standin" --port 0 --project CLI --record "$record" >"$work/url" &
pid=$!
tries=0
until [ -s "$work/url" ]; do
  tries=$((tries + 1))
  [ "$tries" -lt 100 ] || { echo "clients: the stand-in did not start" >&2; exit 1; }
  sleep 0.1
done
url=$(cat "$work/url")

status=0
/usr/bin/python3 "$here/python_jira.py" "$url" CLI || status=1
if [ "${SKIP_NPM:-0}" = 1 ]; then
  echo "jira-client: skipped: SKIP_NPM=1"
else
  # npm asks its own list of authorities; a site behind an inspecting proxy has its own in Debian's.
  export NODE_EXTRA_CA_CERTS="${NODE_EXTRA_CA_CERTS:-/etc/ssl/certs/ca-certificates.crt}"
  cp "$here/package.json" "$here/jira_client.mjs" "$work/"
  if (cd "$work" && npm install --no-save --no-package-lock --no-audit --no-fund --loglevel=error \
      jira-client@8.2.2 >"$work/npm.log" 2>&1); then
    (cd "$work" && node jira_client.mjs "$url" CLI) || status=1
  else
    echo "jira-client: cannot be installed:" >&2
    tail -5 "$work/npm.log" >&2
    status=1
  fi
fi
echo "clients: $(wc -l <"$record") exchanges recorded, exit $status"
exit $status
