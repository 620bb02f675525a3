#!/bin/sh
# Certbot's deploy hook: gives nginx the certificate in RENEWED_LINEAGE, if it is good. With the argument placeholder it makes one that is signed by itself,
# where there is none. TLS_OWNER (101:101, the user of nginx's image) alone may read the key.
set -eu
umask 077
tls=${TLS_DIRECTORY:-/etc/nginx/tls}
fail() { echo "certificate: $*" >&2; exit 1; }
give() { # certificate, key
  # Two files cannot be replaced at once. In between nginx has a key that does not fit, which nginx.sh finds before it loads anything.
  cp "$1" "$tls/.crt.part"
  cp "$2" "$tls/.key.part"
  chmod 644 "$tls/.crt.part"
  chmod 600 "$tls/.key.part"
  chown "${TLS_OWNER:-101:101}" "$tls/.crt.part" "$tls/.key.part"
  mv "$tls/.key.part" "$tls/tls.key"
  mv "$tls/.crt.part" "$tls/tls.crt"
}
if [ "${1:-}" = placeholder ]; then
  [ ! -s "$tls/tls.crt" ] || exit 0
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 7 -subj /CN=placeholder -keyout "$work/key" -out "$work/crt" 2>/dev/null
  give "$work/crt" "$work/key"
  : >"$tls/placeholder"
  exit
fi
: "${RENEWED_LINEAGE:?the directory of the new certificate, by certbot}"
certificate=$RENEWED_LINEAGE/fullchain.pem key=$RENEWED_LINEAGE/privkey.pem
[ "$(openssl x509 -in "$certificate" -noout -pubkey)" = "$(openssl pkey -in "$key" -pubout)" ] || fail "the key in $RENEWED_LINEAGE is not that of its certificate; the old one stays"
openssl x509 -in "$certificate" -noout -checkend 86400 >/dev/null || fail "the certificate in $RENEWED_LINEAGE ends within a day; the old one stays"
give "$certificate" "$key"
rm -f "$tls/placeholder"
echo "certificate: $(openssl x509 -in "$certificate" -noout -enddate)"
