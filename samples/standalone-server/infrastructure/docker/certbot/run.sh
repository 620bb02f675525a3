#!/bin/sh
# Gets the certificate of INSIGHTDESK_HOST (several with commas) for ACME_EMAIL, and renews it: looks twice a day, for ever; with "once" one time,
# and ends with what came of it. ACME_SERVER is another authority than Let's Encrypt, ACME_CONFIG another cli.ini.
# A failure ends nothing: the old certificate stays, and CertificateExpiring tells when that goes on.
set -u
here=$(cd "$(dirname "$0")" && pwd)
: "${INSIGHTDESK_HOST:?the name that the certificate is for}" "${ACME_EMAIL:?the address that the authority writes to}"
# nginx does not start without a certificate, and without nginx there is none to get.
"$here/deploy.sh" placeholder || exit 1
look() {
  certbot certonly --config "${ACME_CONFIG:-$here/cli.ini}" ${ACME_SERVER:+--server "$ACME_SERVER"} \
    --email "$ACME_EMAIL" --domains "$INSIGHTDESK_HOST" --keep-until-expiring --expand "$@"
}
if [ "${1:-}" = once ]; then
  shift
  look "$@"
  exit
fi
trap 'exit 0' TERM INT
while :; do
  look || echo "certbot: no certificate this time; the old one stays" >&2
  # Not all at the same minute; in the background, so that a signal ends it at once. The first one may come before nginx is up.
  if [ -e "${TLS_DIRECTORY:-/etc/nginx/tls}/placeholder" ]; then pause=60; else pause=$((39600 + $(od -An -N2 -tu2 /dev/urandom) % 7200)); fi
  sleep $pause &
  wait $!
done
