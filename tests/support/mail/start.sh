#!/usr/bin/env bash
# start.sh DIR: a private mail system on loopback for tests and the demonstration: Exim (submission)
# and Dovecot (IMAP, LMTP). Touches nothing outside DIR. Runs unprivileged: as the caller, or as
# nobody when the caller is root. Writes DIR/env with ports and CA file, and prints it.
# Packages: exim4-daemon-light dovecot-imapd dovecot-lmtpd openssl iproute2 procps (deploy/packages.sh).
#   MAIL_SIZE_LIMIT   message_size_limit of Exim; default 26214400, a typical gateway
#   MAIL_QUOTA        Dovecot's quota a user, like 1M; default none
#   MAIL_USERS        ADDRESS:PASSWORD ...; default "agent-a@a.test:pw-a agent-b@b.test:pw-b human@b.test:pw-h"
#   MAIL_OAUTH=1      IMAP takes XOAUTH2 and OAUTHBEARER, too: HS256 tokens, see token.py
#   MAIL_FSYNC        never, optimized or always; default never: fast
#   MAIL_FILTER       program that each mail passes on its way to the mailbox: footer, strip, rewrite
#   MAIL_TLS_HOSTS=:  no STARTTLS    MAIL_AUTH_HOSTS=:  no AUTH    MAIL_AUTH_MECHS  Dovecot's
#   MAIL_RUN_AS       default nobody, only when root
#   MAIL_CHAOS        percentages of bad luck while DIR/exim/chaos is there, like
#                     "rcpt=5 data=5 hold=20 twice=20 bounce=2": 451 after RCPT, 451 after DATA, held
#                     for a while (so that others overtake it), delivered twice, bounced
# Faults on request, while it runs:
#   to tempfail@fault.test -> 451   reject@ -> 550   slow@ -> 3 s   greylist@ -> 451 once
#   to bounce@fault.test   -> a DSN (RFC 3464) comes back to the sender
#   header X-Test: dup     -> delivered twice    DIR/exim/hold -> deliveries wait until it is gone
#   DIR/exim/nodata        -> 451 after DATA
set -euo pipefail
DIR=${1:-$(mktemp -d "${TMPDIR:-/tmp}/mail.XXXXXX")}
mkdir -p "$DIR"; DIR=$(readlink -f "$DIR")
SIZE=${MAIL_SIZE_LIMIT:-26214400}
# shellcheck disable=SC2016  # for Exim to expand
SECURE_ONLY='${if eq{$tls_in_cipher}{}{}{*}}'
AUTH_HOSTS=${MAIL_AUTH_HOSTS:-$SECURE_ONLY}
chance() {  # NAME: an Exim condition that holds so often
  local word percent=0
  for word in ${MAIL_CHAOS:-}; do [ "${word%%=*}" != "$1" ] || percent=${word#*=}; done
  # shellcheck disable=SC2016
  printf '${if and{{exists{%s/exim/chaos}}{<{${randint:100}}{%s}}}}' "$DIR" "$percent"
}
USERS=${MAIL_USERS:-agent-a@a.test:pw-a agent-b@b.test:pw-b human@b.test:pw-h}
EXIM=$(command -v exim4 || echo /usr/sbin/exim4)
DOVECOT=$(command -v dovecot || echo /usr/sbin/dovecot)
[ -x "$EXIM" ] && [ -x "$DOVECOT" ] || { echo "exim4 or dovecot missing: apt-get install exim4-daemon-light dovecot-imapd dovecot-lmtpd" >&2; exit 69; }
[ -e "$DIR/env" ] && { echo "$DIR already in use" >&2; exit 73; }

if [ "$(id -u)" = 0 ]; then
  RU=${MAIL_RUN_AS:-nobody}; RG=$(id -gn "$RU")
  as() { setpriv --reuid="$RU" --regid="$RG" --clear-groups --no-new-privs -- "$@"; }
else
  RU=$(id -un); RG=$(id -gn)
  as() { "$@"; }
fi

# free loopback ports, outside the ephemeral range (32768..60999) so that no client socket takes one
PORTS=()
free_port() {
  local p
  while :; do
    p=$((20000 + RANDOM % 12000))
    [[ " ${PORTS[*]-} " == *" $p "* ]] && continue
    [ -z "$(ss -Hltn "sport = :$p")" ] && { PORTS+=("$p"); REPLY=$p; return; }
  done
}
free_port; P_SUB=$REPLY      # submission: AUTH after STARTTLS
free_port; P_SMTPS=$REPLY    # submissions: implicit TLS
free_port; P_IMAP=$REPLY     # IMAP with STARTTLS
free_port; P_IMAPS=$REPLY    # IMAP with implicit TLS

mkdir -p "$DIR"/{tls,exim/spool,exim/log,dovecot/run,dovecot/state,mail}

# --- private CA and one server certificate -------------------------------------------------------
( cd "$DIR/tls"
  openssl ecparam -name prime256v1 -genkey -noout -out ca.key
  openssl req -x509 -new -key ca.key -subj "/CN=mail test CA" -days 2 -out ca.pem \
     -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
  openssl ecparam -name prime256v1 -genkey -noout -out server.key
  openssl req -new -key server.key -subj "/CN=localhost" -out server.csr
  openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out server.pem \
     -extfile <(printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n')
) >"$DIR/tls/log" 2>&1

# --- users ---------------------------------------------------------------------------------------
: >"$DIR/dovecot/passwd"; : >"$DIR/exim/passwd"; : >"$DIR/exim/domains"
for u in $USERS; do
  printf '%s:{PLAIN}%s::::::\n' "${u%%:*}" "${u#*:}" >>"$DIR/dovecot/passwd"
  printf '%s:%s\n' "${u%%:*}" "${u#*:}" >>"$DIR/exim/passwd"
  a=${u%%:*}; printf '%s\n' "${a#*@}" >>"$DIR/exim/domains"
done

# --- Dovecot -------------------------------------------------------------------------------------
QUOTA=
[ -n "${MAIL_QUOTA:-}" ] && QUOTA="
mail_plugins = \$mail_plugins quota
protocol imap {
  mail_plugins = \$mail_plugins imap_quota
}
plugin {
  quota = count:User quota
  quota_vsizes = yes
  quota_rule = *:storage=$MAIL_QUOTA
}"
OAUTH=; MECHS=${MAIL_AUTH_MECHS:-plain login scram-sha-1 scram-sha-256}
if [ -n "${MAIL_OAUTH:-}" ]; then
  MECHS="$MECHS xoauth2 oauthbearer"
  mkdir -p "$DIR/dovecot/keys/default/HS256"
  openssl rand -hex 32 | tr -d '\n' >"$DIR/dovecot/jwt-secret"
  base64 -w0 "$DIR/dovecot/jwt-secret" >"$DIR/dovecot/keys/default/HS256/default"
  cat >"$DIR/dovecot/oauth2.conf.ext" <<E
introspection_mode = local
local_validation_key_dict = fs:posix:prefix=$DIR/dovecot/keys/
username_attribute = email
E
  OAUTH="
passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = $DIR/dovecot/oauth2.conf.ext
}"
fi
cat >"$DIR/dovecot/dovecot.conf" <<E
base_dir = $DIR/dovecot/run
state_dir = $DIR/dovecot/state
log_path = $DIR/dovecot/log
protocols = imap lmtp
listen = 127.0.0.1
default_internal_user = $RU
default_internal_group = $RG
default_login_user = $RU
default_client_limit = 400
default_process_limit = 50
default_vsz_limit = 1G
first_valid_uid = 1
first_valid_gid = 1
ssl = required
ssl_cert = <$DIR/tls/server.pem
ssl_key = <$DIR/tls/server.key
ssl_min_protocol = TLSv1.2
disable_plaintext_auth = yes
auth_mechanisms = $MECHS
auth_failure_delay = 0
mail_max_userip_connections = 50
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%u $DIR/dovecot/passwd
}
userdb {
  driver = static
  args = uid=$RU gid=$RG home=$DIR/mail/%u
}
mail_location = maildir:~/Maildir
mailbox_list_index = yes
mail_fsync = ${MAIL_FSYNC:-never}
namespace inbox {
  inbox = yes
  separator = /
  mailbox Sent {
    auto = create
    special_use = \\Sent
  }
}
service anvil {
  chroot =
  # no delay of logins after a failed one (a test of a wrong password would slow the next tests by 2..15 s)
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service imap-login {
  chroot =
  service_count = 0
  inet_listener imap {
    port = $P_IMAP
  }
  inet_listener imaps {
    port = $P_IMAPS
    ssl = yes
  }
}
service stats {
  chroot =
}
service lmtp {
  unix_listener lmtp {
    mode = 0600
  }
}
lmtp_save_to_detail_mailbox = no
protocol lmtp {
  postmaster_address = postmaster@mail.test
}$QUOTA$OAUTH
E

# --- Exim ----------------------------------------------------------------------------------------
cat >"$DIR/exim/exim.conf" <<E
primary_hostname = mail.test
exim_user = $RU
exim_group = $RG
spool_directory = $DIR/exim/spool
log_file_path = $DIR/exim/log/%slog
pid_file_path = $DIR/exim/exim.pid
process_log_path = $DIR/exim/process.info
never_users =
keep_environment =
add_environment = PATH=/usr/bin:/bin
local_interfaces = 127.0.0.1
daemon_smtp_ports = $P_SUB : $P_SMTPS
tls_on_connect_ports = $P_SMTPS
tls_advertise_hosts = ${MAIL_TLS_HOSTS:-*}
tls_certificate = $DIR/tls/server.pem
tls_privatekey = $DIR/tls/server.key
auth_advertise_hosts = $AUTH_HOSTS
message_size_limit = $SIZE
smtp_accept_max = 100
smtp_accept_queue_per_connection = 0
smtp_accept_max_per_connection = 0
smtp_receive_timeout = 60s
queue_run_max = 2
remote_max_parallel = 2
host_lookup =
rfc1413_query_timeout = 0s
check_spool_space = 0
check_spool_inodes = 0
deliver_drop_privilege = true
domainlist our_domains = lsearch;$DIR/exim/domains
acl_smtp_rcpt = rcpt
acl_smtp_data = data
dsn_advertise_hosts = *
begin acl
rcpt:
  deny   message = authentication required
         !authenticated = *
  defer  condition = $(chance rcpt)
         message = 4.3.2 by chance, try again
  defer  local_parts = tempfail
         domains = fault.test
         message = 4.3.0 try again later
  deny   local_parts = reject
         domains = fault.test
         message = 5.1.1 no such user
  defer  local_parts = greylist
         domains = fault.test
         condition = \${if exists{$DIR/exim/grey-\${hash_20:\$sender_address}}{no}{\${run{/usr/bin/touch $DIR/exim/grey-\${hash_20:\$sender_address}}{yes}{yes}}}}
         message = 4.7.1 greylisted, try again
  warn   local_parts = slow
         domains = fault.test
         delay = 3s
  accept domains = fault.test
  deny   message = unknown domain, no relay
         !domains = +our_domains
  deny   message = no such user here
         condition = \${if eq{\${lookup{\$local_part@\$domain}lsearch{$DIR/exim/passwd}{1}{0}}}{0}}
  accept
data:
  defer  condition = $(chance data)
         message = 4.3.2 by chance after DATA, try again
  defer  condition = \${if exists{$DIR/exim/nodata}}
         message = 4.3.1 insufficient system storage
  accept
begin routers
hold:
  driver = redirect
  condition = \${if exists{$DIR/exim/hold}}
  allow_defer
  data = :defer: held by test
hold_some:
  driver = redirect
  domains = +our_domains
  condition = $(chance hold)
  allow_defer
  data = :defer: held by chance
bounce_some:
  driver = redirect
  domains = +our_domains
  condition = \${if !eq{\$sender_address}{}{$(chance bounce)}{no}}
  allow_fail
  data = :fail: 552 5.2.2 mailbox is full, by chance
bounce:
  driver = redirect
  domains = fault.test
  local_parts = bounce
  allow_fail
  data = :fail: 552 5.2.2 mailbox is full
blackhole:
  driver = redirect
  domains = fault.test
  data = :blackhole:
dup:
  driver = accept
  domains = +our_domains
  condition = \${if eq{\$h_X-Test:}{dup}{yes}{$(chance twice)}}
  transport = dovecot_again
  unseen
local:
  driver = accept
  domains = +our_domains
  transport = dovecot
begin transports
dovecot_again:
  driver = lmtp
  socket = $DIR/dovecot/run/lmtp
dovecot:
  driver = lmtp
  socket = $DIR/dovecot/run/lmtp
  batch_max = 20
  timeout = 60s
${MAIL_FILTER:+  transport_filter = $MAIL_FILTER}
begin retry
*  *  F,1h,2s
begin rewrite
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = \${if and{{!eq{\$auth2}{}}{eq{\$auth3}{\${lookup{\$auth2}lsearch{$DIR/exim/passwd}}}}}}
  server_set_id = \$auth2
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = \${if and{{!eq{\$auth1}{}}{eq{\$auth2}{\${lookup{\$auth1}lsearch{$DIR/exim/passwd}}}}}}
  server_set_id = \$auth1
E

[ "$(id -u)" = 0 ] && chown -R "$RU:$RG" "$DIR"
chmod 600 "$DIR"/tls/*.key "$DIR"/*/passwd 2>/dev/null || true

# stdio detached: a caller that reads our output through a pipe must not wait for the daemons
as "$DOVECOT" -c "$DIR/dovecot/dovecot.conf" </dev/null >"$DIR/dovecot/start.log" 2>&1 || { cat "$DIR/dovecot/start.log" >&2; exit 70; }
as "$EXIM" -C "$DIR/exim/exim.conf" -bd -q2s </dev/null >"$DIR/exim/start.log" 2>&1 || { cat "$DIR/exim/start.log" >&2; "$(dirname "$0")/stop.sh" "$DIR" --keep; exit 70; }

up() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
for _ in $(seq 1 100); do
  ok=1; for p in "${PORTS[@]}"; do up "$p" || ok=0; done
  [ -S "$DIR/dovecot/run/lmtp" ] || ok=0
  [ $ok = 1 ] && break
  sleep 0.05
done
[ $ok = 1 ] || { echo "mail servers did not come up; see $DIR/dovecot/log $DIR/exim/log" >&2; "$(dirname "$0")/stop.sh" "$DIR" || true; exit 70; }

cat >"$DIR/env" <<E
MAIL_DIR=$DIR
MAIL_HOST=localhost
MAIL_SUBMISSION_PORT=$P_SUB
MAIL_SMTPS_PORT=$P_SMTPS
MAIL_IMAP_PORT=$P_IMAP
MAIL_IMAPS_PORT=$P_IMAPS
MAIL_CA=$DIR/tls/ca.pem
MAIL_SPOOL=$DIR/exim/spool/input
E
chmod 644 "$DIR/env"
cat "$DIR/env"
