#!/usr/bin/env bash
# Sends a mail as a customer would, waits until it is a ticket, closes that, and tells Uptime Kuma: mail-round-trip.sh, every quarter of an hour. When it does not
# tell, the push monitor there alarms. In a tenant and with a mailbox of its own, or the tickets are in somebody's way.
#   ROUND_TRIP_SMTP       smtp://host:port or smtps://…, the server that takes mail for the mailbox    ROUND_TRIP_TO, ROUND_TRIP_FROM   the addresses
#   ROUND_TRIP_SMTP_LOGIN_FILE   one line user:password, where it wants one (then by TLS)              ROUND_TRIP_API                   https://desk.example.com
#   ROUND_TRIP_TOKEN_FILE        an API token that may read and change tickets                         ROUND_TRIP_TIMEOUT               seconds, 300
#   ROUND_TRIP_PUSH_URL_FILE     the push address that Uptime Kuma shows; who knows it may tell lies
set -euo pipefail
umask 077
fail() { echo "mail-round-trip: $*" >&2; exit 1; }
for name in ROUND_TRIP_SMTP ROUND_TRIP_TO ROUND_TRIP_FROM ROUND_TRIP_API ROUND_TRIP_TOKEN_FILE; do [ -n "${!name:-}" ] || fail "$name is missing"; done
[[ $ROUND_TRIP_TO$ROUND_TRIP_FROM =~ ^[^[:space:]\<\>\"]+$ ]] || fail "ROUND_TRIP_TO and ROUND_TRIP_FROM are addresses, without a name"
timeout=${ROUND_TRIP_TIMEOUT:-300}
[[ $timeout =~ ^[1-9][0-9]*$ ]] || fail "ROUND_TRIP_TIMEOUT has to be a number of seconds, such as 300: $timeout"
for tool in curl python3; do command -v "$tool" >/dev/null || fail "$tool is missing"; done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Secrets are given to curl in files: its arguments are everybody's.
[ -r "$ROUND_TRIP_TOKEN_FILE" ] || fail "ROUND_TRIP_TOKEN_FILE cannot be read: $ROUND_TRIP_TOKEN_FILE"
printf 'header = "Authorization: Bearer %s"\n' "$(cat "$ROUND_TRIP_TOKEN_FILE")" >"$work/api"
api() { curl --silent --show-error --fail --max-time 20 --config "$work/api" "$@"; }

subject="Round trip $(date -u +%Y%m%dT%H%M%SZ) $(od -An -N6 -tx1 /dev/urandom | tr -d ' \n')"
printf 'From: <%s>\r\nTo: <%s>\r\nSubject: %s\r\nDate: %s\r\nMessage-ID: <%s@round-trip.invalid>\r\n\r\nThis mail watches the way of mails. Nobody has to answer it.\r\n' \
  "$ROUND_TRIP_FROM" "$ROUND_TRIP_TO" "$subject" "$(LC_ALL=C date -uR)" "${subject##* }" >"$work/mail"
: >"$work/smtp"
if [ -n "${ROUND_TRIP_SMTP_LOGIN_FILE:-}" ]; then printf 'user = "%s"\nssl-reqd\n' "$(sed 's/[\\"]/\\&/g' "$ROUND_TRIP_SMTP_LOGIN_FILE")" >"$work/smtp"; fi
since=$(date +%s%N)
curl --silent --show-error --max-time 60 --config "$work/smtp" --url "$ROUND_TRIP_SMTP" --mail-from "$ROUND_TRIP_FROM" --mail-rcpt "$ROUND_TRIP_TO" --upload-file "$work/mail" \
  || fail "the mail server does not take the mail"
ticket=''
while :; do
  # What cannot be asked now may be asked in a moment, as long as there is time.
  if api "$ROUND_TRIP_API/api/v1/tickets?filter%5Bchannel%5D=email&sort=-createdAt&limit=50&fields=id,subject" >"$work/tickets" 2>"$work/error"; then
    ticket=$(python3 -c 'import json, sys; print(next((t["id"] + " " + str(t["version"]) for t in json.load(sys.stdin)["items"] if t["subject"] == sys.argv[1]), ""))' "$subject" <"$work/tickets") \
      || fail "$ROUND_TRIP_API does not answer as the API does"
  fi
  [ -z "$ticket" ] || break
  [ $((($(date +%s%N) - since) / 1000000000)) -lt "$timeout" ] || fail "after $timeout s the mail is no ticket$(sed 's/^/; /' "$work/error")"
  sleep 2
done
took=$((($(date +%s%N) - since) / 1000000))
api --request PATCH --header 'Content-Type: application/json' --header "If-Match: \"${ticket##* }\"" --data '{"status":"closed"}' --output "$work/closed" \
  "$ROUND_TRIP_API/api/v1/tickets/${ticket%% *}" || fail "the ticket cannot be closed"
if [ -n "${ROUND_TRIP_PUSH_URL_FILE:-}" ]; then
  url=$(cat "$ROUND_TRIP_PUSH_URL_FILE")
  printf 'url = "%s?status=up&msg=OK&ping=%s"\n' "${url%%\?*}" "$took" >"$work/push"
  curl --silent --show-error --fail --max-time 20 --config "$work/push" --output /dev/null || fail "Uptime Kuma does not take the answer"
fi
echo "mail-round-trip: a ticket after $took ms"
