#!/bin/sh
# nginx that takes a new certificate by itself: nginx.sh ARGUMENTS OF NGINX. Looks every TLS_LOOK_EVERY seconds (30), and reloads when the certificate is another
# one and nginx finds it good; requests that are running are not disturbed. So nobody needs the right to signal it.
set -u
tls=${TLS_DIRECTORY:-/etc/nginx/tls}
seen() { cat "$tls/tls.crt" "$tls/tls.key" 2>/dev/null | cksum; }
# It may be started with certbot, which makes the first one.
n=0
until [ -s "$tls/tls.crt" ] && [ -s "$tls/tls.key" ]; do
  n=$((n + 1))
  [ $n -le 60 ] || { echo "nginx: there is no certificate in $tls" >&2; exit 1; }
  sleep 1
done
last=$(seen)
nginx "$@" &
nginx=$!
trap 'kill -QUIT $nginx' TERM QUIT INT
while kill -0 $nginx 2>/dev/null; do
  sleep "${TLS_LOOK_EVERY:-30}" &
  pause=$!
  # Ends at once on a signal, and when nginx itself ends at the latest after the pause.
  wait $pause || { kill $pause 2>/dev/null; break; }
  now=$(seen)
  [ "$now" != "$last" ] || continue
  if nginx "$@" -t 2>/tmp/nginx-test; then
    kill -HUP $nginx
    last=$now
    echo "nginx: took the new certificate" >&2
  else
    echo "nginx: the certificate in $tls is not good, the old one stays: $(head -n 1 /tmp/nginx-test)" >&2
  fi
done
wait $nginx
