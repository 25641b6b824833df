#!/usr/bin/env bash
# Installs what it needs (Debian 12), builds, tests. One argument picks a kind, none runs what CI does
# (all but bench; fuzz for a minute).
#   build                        Release, into build/
#   unit                         all unit tests, in parallel
#   simulation                   2,000 seeds; each rule switched off and each planted bug is caught
#   e2e [NAME...]                agents, stand-in Jiras, folders and bundles as real processes
#   clients                      foreign Jira clients drive the stand-in
#   traffic CHECKER              e2e's recorded REST traffic against Atlassian's own descriptions
#   sanitize                     unit tests, 200 seeds and 50 issues end to end under ASan and UBSan
#   fuzz SECONDS                 damaged input of every kind against the sanitized program
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

sanitize() {
  local status=0
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

fuzz() {  # SECONDS, split between the programs
  local programs program log share status=0
  mapfile -t programs < <(find build-sanitize/tests/fuzz -name 'fuzz_*' -type f -executable | sort)
  [ "${#programs[@]}" -gt 0 ] || { echo "no fuzz program was built" >&2; return 1; }
  share=$(awk -v seconds="$1" -v programs="${#programs[@]}" 'BEGIN { print seconds / programs }')
  log=$(mktemp)
  for program in "${programs[@]}"; do
    "$program" "$share" | tee -a "$log" || status=1
  done
  awk -v programs="${#programs[@]}" '
    / executions, none failed$/ { executions += $2; ++held }
    END { printf "fuzz: %d executions; %d of %d programs held\n", executions, held, programs }
  ' "$log"
  rm -f "$log"
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
}

usage() {
  sed -n '2,18s/^# \{0,1\}//p' tests/run.sh >&2
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
      [ "$#" = 2 ] || usage
      kind fuzz run_sanitized fuzz "$2"
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
