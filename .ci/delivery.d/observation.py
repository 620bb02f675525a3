"""Starts what is observed, a Prometheus with the kit's own rules, and looks at what it sees.

observation.py INFRASTRUCTURE BIN EXPORTERS: runs a PostgreSQL with a standby, a Redis (whose protocol and INFO Valkey kept), nginx and
the exporters, and plays back the metrics of a server as recorded in server-metrics.prom, with counters that grow. Then:
every target of prometheus.yml is up, every rule evaluates, every panel's query has an answer, and Watchdog arrives in Alertmanager.
"""
import copy
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
import urllib.parse
import urllib.request

import yaml

INFRASTRUCTURE, BIN = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
MONITORING = INFRASTRUCTURE / "monitoring"
RECORDED = pathlib.Path(__file__).with_name("server-metrics.prom")
POSTGRES = next(iter(sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))), None)
TOKEN = "a-token-for-this-check-only"
# Panels that nothing could fill here, each with the reason. One that gets an answer all the same fails: its line is to go.
MAY_BE_EMPTY = {}
scratch = pathlib.Path(tempfile.mkdtemp(prefix="insightdesk-observation."))
processes = []


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def start(name, *command, **environment):
    log = open(scratch / f"{name}.log", "wb")
    process = subprocess.Popen(
        [str(c) for c in command], stdout=log, stderr=log, stdin=subprocess.DEVNULL,
        env={**os.environ, **environment}, start_new_session=True)
    processes.append((name, process))


def get(url, timeout=5):
    with urllib.request.urlopen(url, timeout=timeout) as answer:
        return answer.read().decode()


def until(what, seconds, test):
    end, last = time.monotonic() + seconds, None
    while time.monotonic() < end:
        try:
            if test():
                return
        except OSError as e:
            last = e
        time.sleep(0.2)
    raise SystemExit(f"After {seconds} s {what} was still not so ({last}); logs: "
                     + "\n".join(f"{p.name}: {p.read_text(errors='replace')[-600:]}" for p in scratch.glob("*.log")))


class Recorded(http.server.BaseHTTPRequestHandler):
    """The recorded server: only with the token, as the real one. Everything cumulative grows with time, so that rates are rates."""
    began = time.monotonic()

    def do_GET(self):
        if self.headers.get("Authorization") != "Bearer " + TOKEN:
            self.send_response(401)
            self.end_headers()
            return
        factor = 1 + (time.monotonic() - Recorded.began)
        lines = []
        for line in RECORDED.read_text().splitlines():
            name, value = re.match(r"([a-z_]+)", line).group(1), float(line.rsplit(" ", 1)[1])
            if name.endswith(("_total", "_count", "_sum", "_bucket")):
                value *= factor
            lines.append(f"{line.rsplit(' ', 1)[0]} {value}")
        body = ("\n".join(lines) + "\n").encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


class Page(http.server.BaseHTTPRequestHandler):
    """What the probe from outside asks."""

    def do_GET(self):
        self.send_response(200)
        self.end_headers()

    def log_message(self, *arguments):
        pass


def serve(handler, tls=False):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    if tls:
        key, certificate = scratch / "tls.key", scratch / "tls.crt"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "90", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def run_as_nobody(*command):
    # PostgreSQL does not run as root.
    prefix = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.getuid() == 0 else []
    subprocess.run(prefix + [str(c) for c in command], check=True, stdout=subprocess.DEVNULL,
                   stderr=open(scratch / "postgres.log", "ab"), stdin=subprocess.DEVNULL, cwd=scratch / "pg")


def postgres():
    home = scratch / "pg"
    home.mkdir()
    scratch.chmod(0o755)
    if os.getuid() == 0:
        os.chown(home, 65534, 65534)
    primary, standby = free_port(), free_port()
    run_as_nobody(POSTGRES / "initdb", "-D", home / "1", "-U", "postgres", "-A", "trust", "-N")
    run_as_nobody(POSTGRES / "pg_ctl", "-D", home / "1", "-l", home / "1.log", "-w", "-o",
                  f"-p {primary} -k {home} -c fsync=off -c listen_addresses=127.0.0.1", "start")
    for sql in ("create table a_table as select generate_series(1, 1000) as n", "delete from a_table where n < 500"):
        run_as_nobody("psql", "-h", "127.0.0.1", "-p", primary,
                      "-U", "postgres", "-qc", sql)
    run_as_nobody(POSTGRES / "pg_basebackup", "-D", home / "2", "-h", "127.0.0.1", "-p", primary, "-U", "postgres", "-R", "-C", "-S",
                  "standby_1", "-c", "fast")
    run_as_nobody(POSTGRES / "pg_ctl", "-D", home / "2", "-l", home / "2.log", "-w", "-o",
                  f"-p {standby} -k {home} -c fsync=off -c listen_addresses=127.0.0.1", "start")
    return primary, standby


def stop_postgres():
    for data in ("1", "2"):
        if (scratch / "pg" / data / "postmaster.pid").exists():
            run_as_nobody(POSTGRES / "pg_ctl", "-D", scratch / "pg" / data, "-m", "immediate", "-W", "stop")


def exporters():
    """Starts all, and answers where each job of prometheus.yml finds its target here."""
    primary, standby = postgres()
    redis, nginx = free_port(), free_port()
    start("redis", BIN / "redis-server", "--port", redis, "--save", "", "--dir", scratch)
    (scratch / "nginx").mkdir()
    (scratch / "nginx.conf").write_text(
        f"daemon off; pid {scratch}/nginx/pid; error_log stderr; events {{}} http {{ access_log off;"
        + "".join(f" {kind}_temp_path {scratch}/nginx/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        + f" server {{ listen 127.0.0.1:{nginx}; location / {{ stub_status; }} }} }}")
    start("nginx", BIN / "nginx", "-c", scratch / "nginx.conf", "-e", "stderr")
    textfiles = scratch / "textfile"
    textfiles.mkdir()
    for kind in ("database", "blobs"):
        (textfiles / f"insightdesk_backup_{kind}.prom").write_text(
            f'insightdesk_backup_last_success_timestamp_seconds{{kind="{kind}"}} {time.time()}\n')
    ports = {n: free_port() for n in ("node", "primary", "standby", "valkey", "nginx", "blackbox", "prometheus", "alertmanager")}
    at = {n: f"127.0.0.1:{p}" for n, p in ports.items()}
    start("node-exporter", BIN / "prometheus-node-exporter", f"--web.listen-address={at['node']}",
          f"--collector.textfile.directory={textfiles}", "--no-collector.systemd")
    for name, port in (("primary", primary), ("standby", standby)):
        start(f"postgres-exporter-{name}", BIN / "prometheus-postgres-exporter", f"--web.listen-address={at[name]}",
              f"--extend.query-path={MONITORING}/exporters/postgres-queries.yaml",
              DATA_SOURCE_NAME=f"postgresql://postgres@127.0.0.1:{port}/postgres?sslmode=disable")
    start("redis-exporter", BIN / "prometheus-redis-exporter", "--redis.addr", f"redis://127.0.0.1:{redis}",
          "--web.listen-address", at["valkey"])
    start("nginx-exporter", BIN / "prometheus-nginx-exporter", f"-nginx.scrape-uri=http://127.0.0.1:{nginx}/",
          f"-web.listen-address={at['nginx']}")
    # The probe believes the certificate that was just made, and is otherwise the kit's.
    probes = yaml.safe_load((MONITORING / "exporters/blackbox.yml").read_text())
    (scratch / "blackbox.yml").write_text(yaml.safe_dump(probes))
    page = serve(Page, tls=True)
    start("blackbox-exporter", BIN / "prometheus-blackbox-exporter", f"--config.file={scratch}/blackbox.yml",
          f"--web.listen-address={at['blackbox']}", SSL_CERT_FILE=str(scratch / "tls.crt"))
    until("Redis answers", 10, lambda: socket.create_connection(("127.0.0.1", redis), 1).close() is None)
    with socket.create_connection(("127.0.0.1", redis), 1) as c:
        c.sendall(b"SET a_key a_value\r\n")
        c.recv(64)
    return at, page


def prometheus_config(at, page):
    """The kit's, with addresses of this machine, and every second."""
    config = yaml.safe_load((MONITORING / "prometheus/prometheus.yml").read_text())
    (scratch / "token").write_text(TOKEN)
    config["global"].update(scrape_interval="1s", scrape_timeout="1s", evaluation_interval="1s")
    (scratch / "rules").mkdir()
    for file in (MONITORING / "prometheus").glob(config["rule_files"][0]):
        rules = yaml.safe_load(file.read_text())
        for group in rules["groups"]:
            group.pop("interval", None)
        (scratch / "rules" / file.name).write_text(yaml.safe_dump(rules))
    config["alerting"]["alertmanagers"] = [{"static_configs": [{"targets": [at["alertmanager"]]}]}]
    servers = [f"127.0.0.1:{serve(Recorded)}"]
    here = {"node": [at["node"]], "valkey": [at["valkey"]], "nginx": [at["nginx"]], "prometheus": [at["prometheus"]],
            "alertmanager": [at["alertmanager"]], "blackbox": [f"https://127.0.0.1:{page}/health/live"]}
    for job in config["scrape_configs"]:
        name = job["job_name"]
        known = {k: job.pop(k) for k in list(job) if k.endswith("_sd_configs") or k == "static_configs"}
        if not known:
            raise SystemExit(f"The job {name} has no targets")
        if "authorization" in job:
            job["authorization"]["credentials_file"] = str(scratch / "token")
        if name == "postgres":
            job["static_configs"] = copy.deepcopy(known["static_configs"])
            for target, address in zip(job["static_configs"], (at["primary"], at["standby"]), strict=True):
                target["targets"] = [address]
        else:
            job["static_configs"] = [{"targets": here.get(name, servers)}]
        for relabel in job.get("relabel_configs", []):
            if relabel.get("replacement") == "blackbox-exporter:9115":
                relabel["replacement"] = at["blackbox"]
    (scratch / "prometheus.yml").write_text(yaml.safe_dump(config))
    return [job["job_name"] for job in config["scrape_configs"]]


def main():
    faults = []
    at, page = exporters()
    jobs = prometheus_config(at, page)
    # The routes are the kit's; nobody outside is told.
    manager = yaml.safe_load((MONITORING / "alertmanager/alertmanager.yml").read_text())
    manager["global"] = {"resolve_timeout": "5m"}
    manager["receivers"] = [{"name": r["name"]} for r in manager["receivers"]]
    (scratch / "alertmanager.yml").write_text(yaml.safe_dump(manager))
    # Debian's looks for its templates below /usr/share, and is not installed: it gets a /usr/share of its own.
    start("alertmanager", "unshare", "--mount", *([] if os.getuid() == 0 else ["--map-root-user"]), "sh", "-c",
          'mount --bind "$0" /usr/share && exec "$@"', BIN.parent / "share", BIN / "prometheus-alertmanager", f"--config.file={scratch}/alertmanager.yml",
          f"--web.listen-address={at['alertmanager']}", f"--storage.path={scratch}/am", "--cluster.listen-address=")
    start("prometheus", BIN / "prometheus", f"--config.file={scratch}/prometheus.yml", f"--web.listen-address={at['prometheus']}",
          f"--storage.tsdb.path={scratch}/tsdb", "--log.level=warn", "--rules.alert.resend-delay=1s")
    base = f"http://{at['prometheus']}/api/v1/"

    def api(path, **parameters):
        return json.loads(get(base + path + "?" + urllib.parse.urlencode(parameters)))["data"]

    until("Prometheus answers", 30, lambda: api("query", query="1"))
    def not_up():
        return [f"{t['labels']['job']}: {t['scrapeUrl']}: {t['lastError']}"
                for t in api("targets")["activeTargets"] if t["health"] != "up"]

    try:
        until("every target is up", 40, lambda: len(api("targets")["activeTargets"]) == len(jobs) + 1 and not not_up())
    except SystemExit as e:
        raise SystemExit("\n".join([str(e), *not_up()])) from None
    # A rate needs two samples; rules stand on rules.
    def not_evaluated():
        return [f"{r['name']}: {r['health']} {r.get('lastError', '')}"
                for g in api("rules")["groups"] for r in g["rules"] if r["health"] != "ok"]

    try:
        until("rules have been evaluated", 30, lambda: not not_evaluated()
              and api("query", query="insightdesk:http_slow:ratio_rate3d")["result"])
    except SystemExit as e:
        raise SystemExit("\n".join([str(e), *not_evaluated()])) from None
    until("there is history", 20, lambda: any(float(s["value"][1]) > 6 for s in api(
        "query", query='count_over_time(insightdesk:http_requests:rate5m[5m])')["result"]))
    rules = [r for g in api("rules")["groups"] for r in g["rules"]]
    until("Watchdog is in Alertmanager", 30, lambda: any(
        a["labels"]["alertname"] == "Watchdog" and a["receivers"][0]["name"] == "dead-mans-switch"
        for a in json.loads(get(f"http://{at['alertmanager']}/api/v2/alerts"))))

    panels = 0
    for file in sorted((MONITORING / "grafana/dashboards").glob("*.json")):
        for panel in json.loads(file.read_text())["panels"]:
            for target in panel["targets"]:
                panels += 1
                query = target["expr"].replace("$__rate_interval", "1m")
                found = api("query", query=query)["result"]
                empty = not found or all(s["value"][1] == "NaN" for s in found)
                where = f"{file.name}: {panel['title']}: {target['expr']}"
                if empty and where not in MAY_BE_EMPTY:
                    faults.append("empty panel: " + where)
                if not empty and where in MAY_BE_EMPTY:
                    faults.append("has data, though it is said that it has none: " + where)
                unknown = set(re.findall(r"{{(\w+)}}", target["legendFormat"])) - {k for s in found for k in s["metric"]}
                if found and unknown:
                    faults.append(f"no label {', '.join(sorted(unknown))} for the legend of {where}")
    firing = {a["labels"]["alertname"] for a in api("alerts")["alerts"]}
    print(f"{len(jobs)} jobs up, {len(rules)} rules evaluated, {panels} queries of panels answered, firing or about to:"
          f" {', '.join(sorted(firing))}")
    # All of this machine is well but its disk and memory, of which nothing is known here.
    for alert in sorted(firing - {"Watchdog", "DiskSpaceLow", "HighMemory", "HighCpu"}):
        faults.append(f"{alert} fires though all is well: "
                      + json.dumps([a for a in api("alerts")["alerts"] if a["labels"]["alertname"] == alert]))
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if not POSTGRES or not shutil.which("psql"):
    print("There is no PostgreSQL in /usr/lib/postgresql: install postgresql", file=sys.stderr)
    pathlib.Path(os.environ.get("LEFT_OUT", os.devnull)).write_text("")
    sys.exit(3)
try:
    code = main()
finally:
    for _, each in reversed(processes):
        each.terminate()
    for _, each in processes:
        try:
            each.wait(5)
        except subprocess.TimeoutExpired:
            each.kill()
    stop_postgres()
    shutil.rmtree(scratch, ignore_errors=True)
sys.exit(code)
