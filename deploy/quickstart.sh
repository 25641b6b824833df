#!/usr/bin/env bash
# From a bare Debian 12 to two projects in step: installs what is missing, builds, and runs the main
# job in build/demo: two stand-in Jiras (HQ with a small project, FIELD empty), two agents paired
# over a drop folder or mail, changes both ways and a conflict.
#   deploy/quickstart.sh           ends with everything stopped
#   deploy/quickstart.sh --mail    the same over mail: a private Exim and Dovecot instead of the folder
#   deploy/quickstart.sh --keep    leaves both Jiras and both agents running, to play with
#   deploy/quickstart.sh --stop    stops what --keep left running
set -euo pipefail
cd "$(dirname "$(realpath "$0")")/.."
. deploy/packages.sh

demo=$PWD/build/demo
keep=
carrier=folder
step="starting"

say() {
  step=$1
  printf '\n== %s\n' "$1"
}

# Shows a command as a person would type it, then runs it in one site's folder.
at() {  # SITE COMMAND...
  local site=$1
  shift
  local word line=
  for word in "${@//$demo\//}"; do
    case $word in *' '*) word="\"$word\"" ;; esac
    line+=" $word"
  done
  printf '%s$%s\n' "$site" "$line"
  (cd "$demo/$site" && PATH=$PWD/../..:$PATH "$@")
}

stop_all() {
  local file pid
  if [ -s "$demo/mail.folder" ]; then
    tests/support/mail/stop.sh "$(cat "$demo/mail.folder")"
    rm -f "$demo/mail.folder"
  fi
  for file in "$demo"/*.pid; do
    [ -e "$file" ] || continue
    pid=$(cat "$file")
    # Only what this script started: the number may belong to somebody else by now.
    if [ "$(readlink "/proc/$pid/cwd" 2>/dev/null)" = "$demo" ] ||
       [[ "$(readlink "/proc/$pid/cwd" 2>/dev/null)" == "$demo"/* ]]; then
      kill "$pid" 2>/dev/null || true
      while kill -0 "$pid" 2>/dev/null && [ "$(cut -d' ' -f3 "/proc/$pid/stat" 2>/dev/null)" != Z ]; do
        sleep 0.1
      done
    fi
    rm -f "$file"
  done
}

failed() {
  local status=$?
  trap - EXIT
  if [ "$status" != 0 ]; then
    printf '\nquickstart: failed while %s. Logs: build/demo/*.log, build/demo/*/agent.log\n' "$step" >&2
    tail -n 5 "$demo"/*/agent.log 2>/dev/null >&2 || true
    stop_all
  elif [ -z "$keep" ]; then
    stop_all
  fi
  exit "$status"
}

start_jira() {  # SITE PROJECT OPTION...
  local site=$1 project=$2 tries=0
  shift 2
  (cd "$demo" && exec setsid ../jira-standin --port 0 --project "$project" \
    --state "$demo/$site-jira.json" "$@" >"$demo/$site.url" 2>"$demo/$site-jira.log" </dev/null) &
  echo $! >"$demo/$site-jira.pid"
  until [ -s "$demo/$site.url" ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || return 1
    sleep 0.1
  done
}

# Outside the sources: as root the servers run as nobody, who may not see them.
start_mail() {
  local folder
  folder=$(mktemp -d "${TMPDIR:-/tmp}/valise-demo-mail.XXXXXX")
  chmod 755 "$folder"
  echo "$folder" >"$demo/mail.folder"
  tests/support/mail/start.sh "$folder" >"$demo/mail.env"
}

mail_value() {  # NAME
  sed -n "s/^$1=//p" "$demo/mail.env"
}

# The mailbox of a site, as its administrator would write it down.
use_mail() {  # SITE MAILBOX PEER'S-MAILBOX PASSWORD
  (umask 077 && echo "$4" >"$demo/$1/mail-password")
  cat >>"$demo/$1/channel.toml" <<EOF

[carrier.mail]
smtp = "smtps://localhost:$(mail_value MAIL_SMTPS_PORT)"
imap = "imaps://localhost:$(mail_value MAIL_IMAPS_PORT)"
user = "$2"
password_file = "mail-password"
ca_file = "$(mail_value MAIL_CA)"
from = "$2"
to = "$3"
EOF
}

start_agent() {  # SITE
  printf '%s$ valise run &\n' "$1"
  (cd "$demo/$1" && exec setsid ../../valise run >>agent.log 2>&1 </dev/null) &
  echo $! >"$demo/$1-agent.pid"
}

stop_agent() {  # SITE
  local pid
  pid=$(cat "$demo/$1-agent.pid")
  kill "$pid"
  wait "$pid" || true
}

code_of() {  # SITE
  (cd "$demo/$1" && ../../valise pair show) | sed -n 's/^code: *//p'
}

look() {
  /usr/bin/python3 -B deploy/demo/look.py "$(cat "$demo/hq.url")" DOME "$(cat "$demo/field.url")" SITE "$@"
}

while [ "$#" -gt 0 ]; do
  case $1 in
    --keep) keep=yes ;;
    --mail) carrier=mail ;;
    --stop) stop_all; exit ;;
    *) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 64 ;;
  esac
  shift
done
trap failed EXIT
begin=$SECONDS

say "installing packages"
ensure_packages "${kBuildPackages[@]}"
[ "$carrier" = folder ] || ensure_packages "${kMailPackages[@]}"

say "building"
cmake -S . -B build -G Ninja -DCMAKE_BUILD_TYPE=Release -DBUILD_TESTING=ON >/dev/null
cmake --build build --target valise jira-standin

say "starting two Jiras that cannot reach each other"
stop_all
rm -rf "$demo"
mkdir -p "$demo/hq" "$demo/field"
start_jira hq DOME --seed "$PWD/deploy/demo/dome.jsonl"
start_jira field SITE --schema-from "$PWD/deploy/demo/dome.jsonl" --first-id 50000
for site in hq field; do
  (umask 077 && echo valise-token >"$demo/$site/jira-token")
  echo "$site: $(cat "$demo/$site.url")"
done

hq_carrier=(--outbox ../to-field --inbox ../to-hq)
field_carrier=(--outbox ../to-hq --inbox ../to-field)
if [ "$carrier" = mail ]; then
  say "starting a mail system with a mailbox for each site"
  start_mail
  hq_carrier=() field_carrier=()
fi

say "setting both sites up"
at hq valise init --site hq --peer field --jira-url "$(cat "$demo/hq.url")" --project DOME \
  --token-file jira-token --from-jira "${hq_carrier[@]}" --yes
say "agreeing on people: an alias each in the contract, an account each in either binding"
sed -i 's/^\[people\]$/[people]\nalice = "Alice Adams"\nbob = "Bob Brown"\ncarol = "Carol Clark"/' "$demo/hq/contract.toml"
printf '\n[bind.users]\nalice = "alice"\nbob = "bob"\ncarol = "carol"\n' >>"$demo/hq/channel.toml"
at field valise init --site field --join --jira-url "$(cat "$demo/field.url")" --project SITE \
  --token-file jira-token "${field_carrier[@]}" --yes 2>/dev/null || [ $? = 2 ]

say "pairing them: an invitation, a reply, one code to compare"
at hq valise pair invite --out ../invitation.txt
at field valise pair join ../invitation.txt --out ../reply.txt
at hq valise pair finish ../reply.txt
printf 'field$ valise map suggest >>channel.toml\n'
(cd "$demo/field" && ../../valise map suggest >>channel.toml)
sed -i 's/^# \(alice\|bob\|carol\) = "".*/\1 = "\1"/' "$demo/field/channel.toml"
at hq valise pair verify --code "$(code_of field)"
at field valise pair verify --code "$(code_of hq)"
# A demonstration does not wait half a minute between two looks.
sed -i 's/^\[jira\]$/[jira]\npoll_every = "1s"/' "$demo"/*/channel.toml
if [ "$carrier" = mail ]; then
  use_mail hq agent-a@a.test agent-b@b.test pw-a
  use_mail field agent-b@b.test agent-a@a.test pw-b
  # 2 and 78: what this Jira would hold or refuse is listed; the demonstration shows it and goes on.
  for site in hq field; do
    at "$site" valise check-config --live || case $? in 2 | 78) ;; *) exit 1 ;; esac
  done
else
  for site in hq field; do at "$site" valise check-config; done
fi

say "syncing the first time"
start_agent hq
start_agent field
look wait

say "working at FIELD: an edit, a transition, a comment, a new issue"
look work
look wait

say "editing one field at both sites while neither hears the other"
stop_agent hq
stop_agent field
look conflict
start_agent hq
start_agent field
look wait

say "what happened, side by side"
look table
for site in hq field; do
  at "$site" valise status || [ $? = 2 ]
done
at hq valise explain DOME-1 || [ $? = 2 ]

say "done in $((SECONDS - begin)) s"
look end
if [ -n "$keep" ]; then
  echo "Both Jiras and both agents are still running; stop them with: deploy/quickstart.sh --stop"
  echo "A Jira answers at: curl -H 'Authorization: Bearer alice-token' $(cat "$demo/field.url")/rest/api/2/search"
else
  echo "Everything is stopped. Look into build/demo: hq/ and field/ (channel.toml, contract.toml, agent.log),"
  [ "$carrier" = mail ] || echo "to-field/ and to-hq/ (the drop folder)."
  echo "With --keep it all goes on running."
fi
