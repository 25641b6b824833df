#!/usr/bin/env bash
# stop.sh DIR [--keep]: ends what start.sh DIR started; removes DIR unless --keep.
set -uo pipefail
DIR=$(readlink -f "$1"); KEEP=${2:-}
alive() { local st; st=$(awk '{sub(/^.*\) /, ""); print $1}' "/proc/$1/stat" 2>/dev/null) && [ -n "$st" ] && [ "$st" != Z ]; }   # a zombie counts as gone
pids=()
for f in "$DIR/exim/exim.pid" "$DIR/dovecot/run/master.pid"; do
  [ -r "$f" ] && p=$(cat "$f") && [ -n "$p" ] && kill -TERM "$p" 2>/dev/null && pids+=("$p")
done
gone() { local p; for p in "${pids[@]+"${pids[@]}"}"; do alive "$p" && return 1; done
  # short-lived Exim children (queue runners, deliveries) name the private config on their command line
  for p in $(pgrep -f -- "-C $DIR/exim/exim.conf"); do alive "$p" && return 1; done; return 0; }
for i in $(seq 1 200); do gone && break; sleep 0.02; done
for p in "${pids[@]+"${pids[@]}"}"; do alive "$p" && kill -KILL "$p"; done
[ "$KEEP" = --keep ] || rm -rf "$DIR"
exit 0
