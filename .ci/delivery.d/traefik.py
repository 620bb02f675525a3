"""traefik.py DOCKER COMMAND TRAEFIK: the edge by Traefik, before servers that say what they were asked, with a certificate from Pebble.

COMMAND is what docker compose config makes of the service edge, as JSON. Only addresses, names of other containers and places of files are replaced.
"""
import http.client
import http.server
import json
import os
import pathlib
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

DOCKER, EDGE, TRAEFIK = pathlib.Path(sys.argv[1]), json.loads(pathlib.Path(sys.argv[2]).read_text()), sys.argv[3]
HOST = EDGE["environment"]["INSIGHTDESK_HOST"]
scratch = pathlib.Path(tempfile.mkdtemp(prefix="insightdesk-traefik."))
processes, faults, checked = [], [], 0


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Upstream(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        length = int(self.headers.get("Content-Length") or 0)
        self.rfile.read(length)
        body = json.dumps({"name": self.server.name, "path": self.path, "headers": {k.lower(): v for k, v in self.headers.items()}}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Powered-By", "something 1.2")
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *arguments):
        pass


def upstream(name):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
    server.name = name
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def run(name, *command, **environment):
    process = subprocess.Popen([str(c) for c in command], stdout=open(scratch / f"{name}.out", "wb"), stderr=subprocess.STDOUT, env={**os.environ, **environment})
    processes.append(process)
    return process


def log(name):
    return (scratch / f"{name}.out").read_text(errors="replace")


def ask(method, path, headers=None, body=None, tls=True, address="127.0.0.1", host=HOST):
    if tls:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        connection = http.client.HTTPSConnection("127.0.0.1", ports["https"], context=context, timeout=10, source_address=(address, 0))
        # The name goes into the handshake, too.
        connection.sock = context.wrap_socket(socket.create_connection(("127.0.0.1", ports["https"]), 10, (address, 0)), server_hostname=host)
    else:
        connection = http.client.HTTPConnection("127.0.0.1", ports["http"], timeout=10, source_address=(address, 0))
    try:
        connection.request(method, path, body=body, headers={"Host": host, **(headers or {})})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode(errors="replace")
    finally:
        connection.close()


def issuer():
    said = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{ports['https']}", "-servername", HOST], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    return subprocess.run(["openssl", "x509", "-noout", "-issuer"], input=said.stdout, capture_output=True, text=True).stdout


def expect(what, condition, found=""):
    global checked
    checked += 1
    if not condition:
        faults.append(f"{what}: {found}")


def until(condition, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if condition():
                return True
        except OSError:
            pass
        time.sleep(0.1)
    return False


def replaced(text, replacements):
    for old, new in replacements:
        if old not in text:
            raise SystemExit(f"{old} is not there any more: mend this check")
        text = text.replace(old, new)
    return text


ports = {n: free_port() for n in ("http", "https", "inside", "acme", "management", "dns", "challenges")}


def authority():
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                    "-keyout", scratch / "ca.key", "-out", scratch / "ca.crt"], check=True, capture_output=True)
    (scratch / "pebble.json").write_text(json.dumps({"pebble": {
        "listenAddress": f"127.0.0.1:{ports['acme']}", "managementListenAddress": f"127.0.0.1:{ports['management']}", "certificate": str(scratch / "ca.crt"),
        "privateKey": str(scratch / "ca.key"), "httpPort": ports["http"], "tlsPort": ports["https"], "ocspResponderURL": "", "externalAccountBindingRequired": False}}))
    run("dns", "pebble-challtestsrv", "-defaultIPv6", "", "-defaultIPv4", "127.0.0.1", "-dns01", f"127.0.0.1:{ports['dns']}", "-management", f"127.0.0.1:{ports['challenges']}",
        "-http01", "", "-https01", "", "-tlsalpn01", "")
    run("pebble", "pebble", "-config", scratch / "pebble.json", "-dnsserver", f"127.0.0.1:{ports['dns']}", PEBBLE_VA_NOSLEEP="1", PEBBLE_WFE_NONCEREJECT="0")
    if not until(lambda: socket.create_connection(("127.0.0.1", ports["acme"]), 0.5).close() is None):
        raise SystemExit("Pebble does not listen: " + log("pebble"))


def main():
    authority()
    gateway, web = upstream("gateway"), upstream("web")
    dynamic = scratch / "dynamic"
    dynamic.mkdir()
    # Of Traefik's dynamic files all are taken; names of other containers are replaced.
    for file in sorted((DOCKER / "traefik/dynamic").iterdir()):
        shutil.copy(file, dynamic)
    routes = dynamic / "routes.yml"
    routes.write_text(replaced(routes.read_text(), [("http://gateway:8080", f"http://127.0.0.1:{gateway}"), ("http://web:3000", f"http://127.0.0.1:{web}")]))
    command = replaced("\n".join(EDGE["command"]), [
        ("http.address=:8080", f"http.address=127.0.0.1:{ports['http']}"), ("https.address=:8443", f"https.address=127.0.0.1:{ports['https']}"),
        ("inside.address=:8081", f"inside.address=127.0.0.1:{ports['inside']}"), ("/etc/traefik/dynamic", str(dynamic)), ("/acme/acme.json", str(scratch / "acme.json")),
        ("https://acme-v02.api.letsencrypt.org/directory", f"https://localhost:{ports['acme']}/dir")]).split("\n")
    traefik = run("traefik", TRAEFIK, *command, INSIGHTDESK_HOST=HOST, LEGO_CA_CERTIFICATES=str(scratch / "ca.crt"))
    if not until(lambda: "Pebble" in issuer(), 40):
        raise SystemExit(f"no certificate from the authority, but {issuer()!r}: {log('traefik')[-2000:]}")
    expect("the key is only Traefik's", (scratch / "acme.json").stat().st_mode & 0o077 == 0, oct((scratch / "acme.json").stat().st_mode))
    errors = [line for line in log("traefik").splitlines() if '"level":"error"' in line]
    expect("Traefik understands all of it", not errors, errors[:3])

    status, headers, _ = ask("GET", "/tickets?x=1", tls=False)
    expect("plain HTTP is sent to HTTPS", status in (301, 308) and headers.get("Location") == f"https://{HOST}/tickets?x=1", (status, headers))
    status, headers, body = ask("GET", "/?x=1")
    expect("pages come from web", status == 200 and json.loads(body)["name"] == "web", (status, body))
    for name in ("Strict-Transport-Security", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy"):
        expect(f"answers have {name}", name in headers, headers)
    expect("what a server is made of is not told", "X-Powered-By" not in headers and "Server" not in headers, headers)
    status, _, body = ask("GET", "/api/v1/tickets", {"X-Forwarded-For": "198.51.100.7", "X-Real-Ip": "198.51.100.7", "X-Forwarded-Proto": "http", "X-Forwarded-Host": "evil", "X-Request-Id": "forged"})
    seen = json.loads(body)["headers"] if status == 200 else {}
    expect("the API is the gateway's", status == 200 and json.loads(body)["name"] == "gateway", (status, body))
    expect("what a client says of its address is replaced", seen.get("x-forwarded-for") == "127.0.0.1" and "198.51" not in json.dumps(seen), seen)
    expect("the scheme and host are the edge's", seen.get("x-forwarded-proto") == "https" and "evil" not in json.dumps(seen) and seen.get("host") == HOST, seen)
    expect("an id that a client made up goes no further", "x-request-id" not in seen, seen)
    for path in ("/metrics", "/metrics/x", "/health", "/health/started"):
        status, _, body = ask("GET", path)
        expect(f"{path} stays inside", status in (404, 503) and "gateway" not in body, (path, status, body))
    for path in ("/health/live", "/health/ready"):
        status, _, body = ask("GET", path)
        expect(f"{path} is answered", status == 200 and json.loads(body)["name"] == "gateway", (status, body))
    try:
        status = ask("GET", "/", host="other.example.com")[0]
    except ssl.SSLError:
        status = 421
    expect("another name is not served", status in (404, 421), status)

    # From other addresses, each counted for itself; at once, for one after the other is slower than the limit.
    def many(method, path, address, count):
        statuses = []

        def one():
            statuses.append(ask(method, path, address=address)[0])
        threads = [threading.Thread(target=one) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return statuses
    # Over connections that stay: handshakes are slower than the limit.
    statuses = []

    def keeps_asking():
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        connection = http.client.HTTPSConnection("127.0.0.1", ports["https"], context=context, timeout=10)
        connection.sock = context.wrap_socket(socket.create_connection(("127.0.0.1", ports["https"]), 10, ("127.0.0.8", 0)), server_hostname=HOST)
        for _ in range(60):
            connection.request("GET", "/", headers={"Host": HOST})
            answer = connection.getresponse()
            answer.read()
            statuses.append(answer.status)
        connection.close()
    threads = [threading.Thread(target=keeps_asking) for _ in range(10)]
    since = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    speed = int(len(statuses) / (time.monotonic() - since))
    expect("who asks too fast is told so", 429 in statuses and statuses.count(200) >= 100, (sorted(set(statuses)), f"{speed} a second"))
    statuses = many("POST", "/api/v1/auth/login", "127.0.0.9", 40)
    expect("logins are counted apart, and sooner", 429 in statuses and 15 <= statuses.count(200) <= 25, (statuses.count(200), sorted(set(statuses))))
    expect("others are not counted with them", ask("GET", "/", address="127.0.0.10")[0] == 200)

    entries = [json.loads(line) for line in log("traefik").splitlines() if '"DownstreamStatus"' in line]
    expect("the log of requests is JSON, and has no query", entries and "x=1" not in json.dumps(entries) and "198.51" not in json.dumps(entries), entries[:2])
    metrics = http.client.HTTPConnection("127.0.0.1", ports["inside"], timeout=5)
    metrics.request("GET", "/metrics")
    expect("Traefik has metrics, inside", "traefik_entrypoint_requests_total" in metrics.getresponse().read().decode())

    # Files that change are taken at once.
    allow = dynamic / "allow-list.yml"
    allow.write_text(replaced(allow.read_text(), [('["0.0.0.0/0", "::/0"]', '["127.0.0.5/32"]')]))
    expect("another address gets 403", until(lambda: ask("GET", "/", address="127.0.0.6")[0] == 403), ask("GET", "/", address="127.0.0.6")[0])
    expect("and at the API", ask("GET", "/api/v1/tickets", address="127.0.0.6")[0] == 403)
    expect("who is on the list gets in", ask("GET", "/", address="127.0.0.5")[0] == 200)
    shutil.copy(DOCKER / "traefik/maintenance.yml", dynamic)
    until(lambda: ask("GET", "/", address="127.0.0.5")[0] == 503)
    for path in ("/", "/api/v1/tickets", "/api/v1/auth/login"):
        status, headers, _ = ask("GET", path, address="127.0.0.5")
        expect(f"maintenance for {path}", status == 503 and headers.get("Retry-After") == "300" and "X-Frame-Options" in headers, (status, headers))
    expect("health is answered during maintenance", ask("GET", "/health/live", address="127.0.0.5")[0] == 200)
    (dynamic / "maintenance.yml").unlink()
    expect("and it comes back", until(lambda: ask("GET", "/", address="127.0.0.5")[0] == 200))
    traefik.terminate()
    expect("a signal ends it in order", traefik.wait(30) == 0, traefik.returncode)


try:
    main()
finally:
    for process in processes:
        process.terminate()
    for process in processes:
        process.wait(30)
    shutil.rmtree(scratch, ignore_errors=True)
for fault in faults:
    print(fault, file=sys.stderr)
print(f"{checked} expectations of Traefik as the edge, with a certificate from Pebble")
sys.exit(1 if faults else 0)
