"""edge.py DOCKER NGINX: the edge and the gateway as configured, before servers that misbehave.

The configurations are the kit's; only names of other containers, ports and places of files are replaced.
"""
import http.client
import http.server
import json
import os
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

DOCKER, NGINX = pathlib.Path(sys.argv[1]), sys.argv[2]
scratch = pathlib.Path(tempfile.mkdtemp(prefix="insightdesk-edge."))
# The workers of nginx are somebody else.
scratch.chmod(0o755)
processes, faults, checked = [], [], 0


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Upstream(http.server.BaseHTTPRequestHandler):
    """Says what it was asked, and keeps it."""
    protocol_version = "HTTP/1.1"

    def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        sent = self.rfile.read(length)
        self.server.asked.append((self.command, self.path))
        if self.server.drops:
            # Gone after it has taken the request: who asked cannot know whether it was done.
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        body = json.dumps({"name": self.server.name, "path": self.path, "length": len(sent), "headers": dict(self.headers)}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PATCH = do_PUT = answer

    def log_message(self, *arguments):
        pass


def upstream(name, address="127.0.0.1", port=0, drops=False):
    server = http.server.ThreadingHTTPServer((address, port), Upstream)
    server.name, server.asked, server.drops = name, [], drops
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def adapted(file, replacements):
    text = file.read_text()
    # Understood from 1.25.1 on; it changes nothing that is tried here.
    version = tuple(map(int, re.search(r"nginx/([\d.]+)", subprocess.run([NGINX, "-v"], capture_output=True, text=True).stderr).group(1).split(".")))
    if version < (1, 25, 1) and "http2 on;" in text:
        replacements = [*replacements, ("http2 on;", "")]
    for old, new in replacements:
        if old not in text:
            raise SystemExit(f"{file.name} does not have {old} any more: mend this check")
        text = text.replace(old, new)
    return text


def start(name, text):
    config = scratch / f"{name}.conf"
    config.write_text(text)
    command = [NGINX, "-e", "stderr", "-c", str(config), "-g", "daemon off;"]
    test = subprocess.run([NGINX, "-t", "-e", "stderr", "-c", str(config)], capture_output=True, text=True)
    if test.returncode or "[warn]" in test.stderr:
        raise SystemExit(f"nginx -t {name}: {test.stderr}")
    process = subprocess.Popen(command, stdout=open(scratch / f"{name}.out", "wb"), stderr=open(scratch / f"{name}.log", "wb"))
    processes.append(process)
    return process


def wait(port):
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit("nginx does not listen: " + "".join(f.read_text() for f in scratch.glob("*.log")))


def ask(method, path, headers=None, body=None, tls=True, address="127.0.0.1"):
    if tls:
        context = ssl.create_default_context(cafile=scratch / "tls.crt")
        context.check_hostname = False
        connection = http.client.HTTPSConnection("127.0.0.1", ports["https"], context=context, timeout=10, source_address=(address, 0))
    else:
        connection = http.client.HTTPConnection("127.0.0.1", ports["http"], timeout=10, source_address=(address, 0))
    try:
        connection.request(method, path, body=body, headers={"Host": "app.example.com", **(headers or {})})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode(errors="replace")
    finally:
        connection.close()


def expect(what, condition, found=""):
    global checked
    checked += 1
    if not condition:
        faults.append(f"{what}: {found}")


ports = {n: free_port() for n in ("http", "https", "status", "gateway")}


def edge(allow_list, maintenance=False):
    (scratch / "allow-list.conf").write_text(allow_list)
    switch = scratch / "maintenance"
    switch.mkdir(exist_ok=True)
    (switch / "on").touch() if maintenance else (switch / "on").unlink(missing_ok=True)
    for name in ("headers.conf", "maintenance.html"):
        shutil.copy(DOCKER / "nginx" / name, scratch)
    mime = scratch / "mime.types"
    mime.write_text("types { text/html html; }")
    return adapted(DOCKER / "nginx/nginx.conf", [
        ("/tmp/", f"{scratch}/edge-"), ("/etc/nginx/mime.types", str(mime)), ("/etc/nginx/insightdesk", str(scratch)), ("/etc/nginx/tls", str(scratch)),
        ("listen 8080 ", f"listen 127.0.0.1:{ports['http']} "),
        ("listen 8443 ", f"listen 127.0.0.1:{ports['https']} "), ("listen 8081;", f"listen 127.0.0.1:{ports['status']};"),
        ("http://gateway:8080", f"http://127.0.0.1:{ports['gateway']}"), ("http://web:3000", f"http://127.0.0.1:{web.server_address[1]}")])


def main():
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=app.example.com",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", scratch / "tls.key", "-out", scratch / "tls.crt"],
                   check=True, capture_output=True)
    # Two servers under one name, as Docker's names have it: the second drops every request.
    port = free_port()
    good = upstream("good", "127.0.0.1", port)
    bad = upstream("bad", "127.0.0.2", port, drops=True)
    management = upstream("management")
    gateway = adapted(DOCKER / "nginx/gateway.conf", [
        ("listen 8080;", f"listen 127.0.0.1:{ports['gateway']};"), ("/tmp/", f"{scratch}/gateway-"),
        ("http://api:3001", "http://api"), ("http://api:8081", f"http://127.0.0.1:{management.server_address[1]}"),
        ("access_log off;", f"access_log off; upstream api {{ server 127.0.0.2:{port} max_fails=0; server 127.0.0.1:{port} max_fails=0; }}")])
    start("gateway", gateway)
    running = start("edge", edge((DOCKER / "nginx/allow-list.conf").read_text()))
    wait(ports["gateway"])
    wait(ports["https"])

    status, headers, _ = ask("GET", "/tickets?x=1", tls=False)
    expect("plain HTTP is sent to HTTPS", (status, headers.get("Location")) == (301, "https://app.example.com/tickets?x=1"), (status, headers))
    status, headers, body = ask("GET", "/")
    expect("pages come from web", status == 200 and json.loads(body)["name"] == "web", (status, body))
    for name in ("Strict-Transport-Security", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy"):
        expect(f"answers have {name}", name in headers, headers)
    expect("nginx does not tell its version", not re.search(r"\d", headers.get("Server", "")), headers)

    status, _, body = ask("GET", "/api/v1/tickets", {"X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "http", "X-Request-Id": "forged"})
    seen = {k.lower(): v for k, v in json.loads(body)["headers"].items()} if status == 200 else {}
    expect("what a client says of its address is replaced", seen.get("x-forwarded-for") == "127.0.0.1, 127.0.0.1", (status, seen))
    expect("the scheme is the edge's", seen.get("x-forwarded-proto") == "https", seen)
    expect("the request's id is the edge's", re.fullmatch("[0-9a-f]{32}", seen.get("x-request-id", "")) is not None, seen)
    expect("the host is the client's", seen.get("host") == "app.example.com", seen)

    for path in ("/metrics", "/metrics/x", "/health", "/health/started"):
        expect(f"{path} stays inside", ask("GET", path)[0] == 404, path)
    for path in ("/health/live", "/health/ready"):
        status, _, body = ask("GET", path)
        expect(f"{path} is answered from the management port", status == 200 and json.loads(body)["name"] == "management", (status, body))

    # One after the other meets the server that drops: a GET finds the other one, a POST is not sent twice.
    good.asked.clear()
    bad.asked.clear()
    statuses = [ask("GET", "/api/v1/tickets")[0] for _ in range(6)]
    expect("a GET that a server dropped is answered by another", statuses == [200] * 6 and bad.asked, (statuses, bad.asked))
    good.asked.clear()
    bad.asked.clear()
    statuses = [ask("POST", "/api/v1/tickets", {"Content-Type": "application/json"}, "{}")[0] for _ in range(6)]
    expect("a POST that a server dropped is not sent again", len(good.asked) + len(bad.asked) == 6 and 502 in statuses and bad.asked,
           (statuses, good.asked, bad.asked))

    good.asked.clear()
    bad.asked.clear()
    # Larger than what is kept in memory.
    answers = [ask("POST", "/api/v1/tickets", {"Idempotency-Key": f"k-{n}", "Content-Type": "application/json"}, "x" * 300_000) for n in range(6)]
    expect("a POST with an Idempotency-Key that a server dropped is sent whole to another",
           [(a[0], json.loads(a[2])["length"] if a[0] == 200 else 0) for a in answers] == [(200, 300_000)] * 6 and bad.asked, ([a[0] for a in answers], bad.asked))

    status, _, _ = ask("POST", "/api/v1/attachments", {"Content-Length": str(31 << 20)})
    expect("a body of 31 MB is refused", status == 413, status)
    time.sleep(1)
    statuses = [ask("GET", "/")[0] for _ in range(400)]
    expect("who asks too fast is told so", 429 in statuses and statuses[0] == 200, set(statuses))
    statuses = [ask("POST", "/api/v1/auth/login", {"Content-Type": "application/json"}, "{}", address="127.0.0.9")[0] for _ in range(30)]
    expect("logins are counted apart, and sooner", 429 in statuses[20:] and 429 not in statuses[:15], statuses)

    log = [json.loads(line) for line in (scratch / "edge.out").read_text().splitlines()] if (scratch / "edge.out").stat().st_size else []
    expect("the log is JSON and has no query", bool(log) and not any("x=1" in json.dumps(line) for line in log), log[:2])

    running.terminate()
    running.wait(10)
    running = start("edge", edge("allow 127.0.0.5;\ndeny all;\n"))
    wait(ports["https"])
    expect("who is on the list gets in", ask("GET", "/", address="127.0.0.5")[0] == 200)
    status, headers, _ = ask("GET", "/", address="127.0.0.6")
    expect("another address gets 403", status == 403 and "X-Frame-Options" in headers, (status, headers))
    expect("another address gets 403 at the API", ask("GET", "/api/v1/tickets", address="127.0.0.6")[0] == 403)

    running.terminate()
    running.wait(10)
    start("edge", edge("allow all;\n", maintenance=True))
    wait(ports["https"])
    for path in ("/", "/api/v1/tickets", "/api/v1/auth/login"):
        status, headers, body = ask("GET", path)
        expect(f"the maintenance page for {path}", status == 503 and "Back soon" in body and headers.get("Retry-After") == "300"
               and "X-Frame-Options" in headers, (status, headers, body[:80]))
    expect("health is answered during maintenance", ask("GET", "/health/live")[0] == 200)


web = upstream("web")
try:
    main()
finally:
    for process in processes:
        process.terminate()
    for process in processes:
        process.wait(10)
    shutil.rmtree(scratch, ignore_errors=True)
for fault in faults:
    print(fault, file=sys.stderr)
print(f"{checked} expectations of the edge and the gateway")
sys.exit(1 if faults else 0)
