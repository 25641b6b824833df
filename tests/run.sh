#!/usr/bin/env bash
# Installs what it needs (Debian 12), builds, tests. One argument picks a kind, none runs what CI does
# (all but bench; fuzz for a minute, what reads mail for a minute each).
#   build                        Release, into build/
#   unit                         all unit tests, in parallel
#   simulation                   2,000 seeds; each rule switched off and each planted bug is caught
#   e2e [NAME...]                agents, stand-in Jiras, folders and bundles as real processes
#   clients                      foreign Jira clients drive the stand-in
#   traffic CHECKER              e2e's recorded REST traffic against Atlassian's own descriptions
#   sanitize                     unit tests, 200 seeds and 50 issues end to end under ASan and UBSan
#   fuzz SECONDS [NAME...]       damaged input of every kind against the sanitized program; those
#                                named (mime, imap, base64, jira, …) have SECONDS each
#   real-project [--carrier folder|shuttle|mail] FILE   a whole project crosses; both Jiras are compared
#   bench [NAME]                 figures, no verdict
# Test data that is no part of the project is looked for in $VALISE_SHARED, else ../shared; what
# needs it is skipped, and says so, when it is not there. The last line is a summary; exit status 0
# only if everything held.
# shellcheck disable=SC2317  # kinds are called by name, through kind()
set -euo pipefail
start=$PWD
cd "$(dirname "$(realpath "$0")")/.."
. deploy/packages.sh

shared=${VALISE_SHARED:-../shared}
dump=$shared/jira/samples/real-project.jsonl.gz
checker=$shared/jira/tools/check_traffic.py
jobs=$(nproc)
passed=0 failed=0 skipped=0 failures=() last=0
sanitized_log=
simulation_seeds=${VALISE_SEEDS:-2000}

configure() {  # FOLDER CMAKE-OPTION...
  local folder=$1
  shift
  local options=(-G Ninja "$@")
  if command -v ccache >/dev/null; then
    options+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache -DCMAKE_C_COMPILER_LAUNCHER=ccache)
  fi
  cmake -S . -B "$folder" "${options[@]}" && cmake --build "$folder" -j "$jobs"
}

build() {
  ensure_packages "${kBuildPackages[@]}" && configure build -DCMAKE_BUILD_TYPE=Release
}

build_sanitized() {
  ensure_packages "${kBuildPackages[@]}" && configure build-sanitize -DSANITIZE=ON \
    -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG="-O1 -g1"
}

unit() {
  ensure_packages "${kMailPackages[@]}" || echo "without them mail_server_test is skipped"
  [ ! -f "$checker" ] || ensure_packages python3-jsonschema  # a test of the stand-in asks it, too
  ctest --test-dir build --output-on-failure -j "$jobs"
}

# The seeds are split over two processes; each prints the seed that fails and how to replay it.
simulation() {
  local half=$((simulation_seeds / 2)) status=0
  build/simulate --first 1 --seeds "$half" &
  local first=$!
  build/simulate --first $((half + 1)) --seeds $((simulation_seeds - half)) || status=1
  wait "$first" || status=1
  build/simulate --prove || status=1
  return "$status"
}

e2e() {
  ensure_packages "${kMailPackages[@]}" || echo "without them the tests over mail are skipped"
  /usr/bin/python3 tests/e2e/run.py --build build "$@"
}

clients() {
  ensure_packages python3-jira
  # A Node.js that is not Debian's brings npm along and conflicts with Debian's.
  command -v node >/dev/null && command -v npm >/dev/null || ensure_packages nodejs npm
  tests/clients/run.sh build/jira-standin build/traffic/clients.jsonl
}

traffic() {  # CHECKER
  local file status=0 count=0
  ensure_packages python3-jsonschema
  for file in build/traffic/*.jsonl; do
    [ -s "$file" ] || continue
    count=$((count + 1))
    printf '%s: ' "$file"
    /usr/bin/python3 "$1" "$file" --base-path /jira || status=1
  done
  for file in build/traffic/*.jsonl.faulted; do
    [ -s "$file" ] || continue
    printf '%s: %s exchanges spoilt by injected faults, not checked\n' "$file" "$(wc -l <"$file")"
  done
  if [ "$count" = 0 ]; then
    echo "traffic: nothing recorded under build/traffic; run tests/run.sh e2e first" >&2
    status=1
  fi
  return "$status"
}

# The longest build, begun behind what mostly waits, with what the machine has left. sanitize() waits
# for it, and says what failed by building again.
begin_sanitized_build() {
  sanitized_log=$(mktemp)
  (
    renice -n 19 "$BASHPID" >/dev/null
    build_sanitized || true
    touch "$sanitized_log.done"
  ) >"$sanitized_log" 2>&1 &
}

sanitize() {
  local status=0
  while [ -n "$sanitized_log" ] && [ ! -e "$sanitized_log.done" ]; do sleep 1; done
  build_sanitized
  export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0:strict_string_checks=1
  export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
  ctest --test-dir build-sanitize --output-on-failure -j "$jobs" || status=1
  build-sanitize/simulate --first 1 --seeds 100 &
  local first=$!
  build-sanitize/simulate --first 101 --seeds 100 || status=1
  wait "$first" || status=1
  /usr/bin/python3 tests/e2e/run.py --build build-sanitize fifty || status=1
  return "$status"
}

fuzz() {  # SECONDS [NAME...]: those named have SECONDS each; without a name all share them
  local seconds=$1 programs name status=0 log
  shift
  mapfile -t programs < <(
    if [ "$#" = 0 ]; then
      find build-sanitize/tests/fuzz -name 'fuzz_*' -type f -executable | sort
    else
      printf 'build-sanitize/tests/fuzz/fuzz_%s\n' "$@"
    fi)
  [ "${#programs[@]}" -gt 0 ] || { echo "no fuzz program was built" >&2; return 1; }
  if [ "$#" = 0 ]; then
    seconds=$(awk -v seconds="$seconds" -v programs="${#programs[@]}" -v jobs="$jobs" \
      'BEGIN { print seconds * jobs / programs }')
  fi
  log=$(mktemp -d)
  # Each into a file of its own: two at a time would mix their lines.
  printf '%s\n' "${programs[@]}" |
    xargs -P "$jobs" -I '{}' sh -c '"$1" "$2" >"$3/${1##*/}" 2>&1' - '{}' "$seconds" "$log" ||
    status=1
  for name in "${programs[@]##*/}"; do cat "$log/$name"; done
  awk -v programs="${#programs[@]}" '
    / executions, none failed$/ { executions += $2; ++held }
    END { printf "fuzz: %d executions; %d of %d programs held\n", executions, held, programs }
  ' "$log"/*
  rm -rf "$log"
  return "$status"
}

real_project() {
  case " $* " in *' mail '*) ensure_packages "${kMailPackages[@]}" ;; esac
  /usr/bin/python3 tests/e2e/real_project.py --build build "$@"
}

bench() {
  build/bench "$@"
}

# kind NAME COMMAND...: one count, one time. Never fails itself: in a condition (`kind … || true`)
# errexit would be off inside.
kind() {
  local name=$1 begin=$SECONDS
  shift
  printf '=== %s\n' "$name"
  last=0
  set +e
  (set -e; "$@")
  last=$?
  set -e
  if [ "$last" = 0 ]; then
    passed=$((passed + 1))
    printf -- '--- %s: passed in %s s\n' "$name" $((SECONDS - begin))
  else
    failed=$((failed + 1))
    failures+=("$name")
    printf -- '--- %s: FAILED in %s s\n' "$name" $((SECONDS - begin))
  fi
}

skip() {  # NAME WHY
  skipped=$((skipped + 1))
  printf '=== %s\n--- %s: skipped: %s\n' "$1" "$1" "$2"
}

finish() {
  [ "${#failures[@]}" = 0 ] || printf 'failed: %s\n' "${failures[*]}"
  local rest=
  [ "$skipped" = 0 ] || rest=", $skipped skipped"
  printf 'valise: %s passed, %s failed%s\n' "$passed" "$failed" "$rest"
  [ "$failed" = 0 ]
  exit
}

everything() {
  kind build build
  [ "$last" = 0 ] || finish
  kind unit unit
  kind simulation simulation
  rm -rf build/traffic
  begin_sanitized_build
  kind e2e e2e
  kind clients clients
  if [ -f "$checker" ]; then
    kind traffic traffic "$checker"
  else
    skip traffic "test data absent: $checker"
  fi
  if [ -f "$dump" ]; then
    kind real-project real_project "$dump"
    kind real-project-shuttle real_project --carrier shuttle "$dump"
    kind real-project-mail real_project --carrier mail "$dump"
  else
    skip real-project "test data absent: $dump"
    skip real-project-shuttle "test data absent: $dump"
    skip real-project-mail "test data absent: $dump"
  fi
  kind sanitize sanitize
  kind fuzz fuzz 60
  kind fuzz-mail fuzz 60 mime imap base64
}

usage() {
  sed -n '2,17s/^# \{0,1\}//p' tests/run.sh >&2
  exit 64
}

# A file as named by the caller, whose folder was another one.
from_start() {
  (cd "$start" && realpath -- "$1")
}

# Kinds that need the program build it first.
run_built() {
  local log
  log=$(mktemp)
  build >"$log" 2>&1 || { tail -50 "$log"; rm -f "$log"; echo "the build failed"; return 1; }
  rm -f "$log"
  "$@"
}

run_sanitized() {
  build_sanitized >/dev/null
  "$@"
}

one() {
  case $1 in
    build) kind build build ;;
    unit | simulation | clients) kind "$1" run_built "$1" ;;
    e2e) kind e2e run_built "$@" ;;
    traffic)
      [ "$#" = 2 ] || usage
      kind traffic traffic "$(from_start "$2")"
      ;;
    sanitize) kind sanitize sanitize ;;
    fuzz)
      [ "$#" -ge 2 ] || usage
      kind fuzz run_sanitized "$@"
      ;;
    real-project)
      [ "$#" -ge 2 ] || usage
      kind real-project run_built real_project "${@:2:$#-2}" "$(from_start "${!#}")"
      ;;
    bench) kind bench run_built "$@" ;;
    *) usage ;;
  esac
}

if [ "$#" = 0 ]; then
  everything
else
  one "$@"
fi
finish
