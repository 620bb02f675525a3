"""compose.py CHECKOUT COMPOSE STACK SECRETS BACKUP CERTBOT TRAEFIK KONG: what docker compose config and docker stack config make of the files keeps the rules below."""
import json
import pathlib
import re
import sys

import yaml

root = pathlib.Path(sys.argv[1])
compose, stack = json.loads(pathlib.Path(sys.argv[2]).read_text()), yaml.safe_load(pathlib.Path(sys.argv[3]).read_text())
made = {p.name for p in pathlib.Path(sys.argv[4]).iterdir()}
faults = []
# The last two are of the release that comes.
known = set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", (root / ".env.example").read_text(), re.M)) | {"MANAGEMENT_PORT", "DRAIN_DELAY"}
OURS = ("api", "web", "worker", "migrate")
# What only others know: scripts/secrets.sh says so.
BY_HAND = {"smtp_user", "smtp_pass", "alert_smtp_password", "pagerduty_routing_key"}


def seconds(text):
    return sum(int(n) * {"s": 1, "m": 60}[u] for n, u in re.findall(r"(\d+)([sm])", str(text)))


backup, certbot, traefik, kong = (json.loads(pathlib.Path(each).read_text()) for each in sys.argv[5:9])
for name, file in (("compose", compose), ("stack", stack), ("compose with backups", backup), ("compose with certbot", certbot),
                   ("compose with traefik", traefik), ("compose with kong", kong)):
    for service, s in file["services"].items():
        where = f"{name}: {service}"
        if not re.search(r":v?[0-9]+\.[0-9]+[^:]*$", s["image"]):
            faults.append(f"{where} runs no certain image: {s['image']}")
        if not s.get("logging", {}).get("options", {}).get("max-size"):
            faults.append(f"{where} fills the disk with its log")
        secrets = {x["source"] for x in s.get("secrets", [])}
        for variable, value in (s.get("environment") or {}).items():
            if variable.endswith("_FILE") and str(value).startswith("/run/secrets/") and value.rsplit("/", 1)[1] not in secrets:
                faults.append(f"{where} reads {value}, which it is not given")
            if re.search("PASS|SECRET|TOKEN|KEY", variable) and not variable.endswith("_FILE"):
                faults.append(f"{where} has the secret {variable} in the file")
        if service not in OURS:
            continue
        for variable in s["environment"]:
            if variable.removesuffix("_FILE") not in known:
                faults.append(f"{where}: {variable} is no setting of .env.example")
        if not (s.get("read_only") and s.get("user") == "10001:10001" and s.get("cap_drop") == ["ALL"]):
            faults.append(f"{where} may write to its image or has rights that it does not need")
        settings = s["environment"]
        if seconds(s["stop_grace_period"]) <= seconds(settings["DRAIN_DELAY"]) + 2 * seconds(settings["SHUTDOWN_GRACE"]):
            faults.append(f"{where} is killed before it has drained")
        if settings["APP_ENV"] != "production":
            faults.append(f"{where} is not production")
        if service == "web" and any("DATABASE" in v for v in settings):
            faults.append(f"{where} gets at the database, which it does not need")
    wanted = {"api": 3, "web": 3, "worker": 2}
    found = {r: file["services"][r].get("deploy", {}).get("replicas") for r in wanted}
    if found != wanted:
        faults.append(f"{name}: the shape is {found}, not {wanted}")
    for service, s in file["services"].items():
        if s.get("ports") and service not in ("edge", "grafana"):
            faults.append(f"{name}: {service} is open to the outside")

for service in OURS[:3]:
    s = stack["services"][service]
    if s["deploy"]["update_config"].get("order") != "start-first" or s["deploy"]["update_config"].get("failure_action") != "rollback":
        faults.append(f"stack: {service} stops before its successor has started, or does not go back")
for name, secret in stack["secrets"].items():
    if not secret.get("external"):
        faults.append(f"stack: the secret {name} is in a file")
if compose["services"]["api"]["depends_on"]["migrate"]["condition"] != "service_completed_successfully":
    faults.append("compose: api starts before the schema is there")
for service in ("postgres", "postgres-replica", "valkey-1", "valkey-2", "valkey-3", "gateway", "web", "worker"):
    if service not in compose["services"]:
        faults.append(f"compose: {service} is missing")
if "outside" in compose["services"]["postgres"]["networks"] or not compose["networks"]["inside"].get("internal"):
    faults.append("compose: the database gets to the outside")
for name, secret in compose["secrets"].items():
    if pathlib.Path(secret["file"]).name not in made | BY_HAND:
        faults.append(f"compose: scripts/secrets.sh does not make {name}")
trusted = {compose["services"][s]["environment"]["TRUSTED_PROXIES"] for s in ("api", "worker")}
if trusted != {compose["networks"]["inside"]["ipam"]["config"][0]["subnet"]}:
    faults.append(f"compose: {trusted} are trusted, which is not the network of the gateway")

# The nodes of the Valkey cluster differ in their number and their disk alone, and know of each other.
nodes = [f"valkey-{n}" for n in (1, 2, 3)]
for n, node in enumerate(nodes, 1):
    s = compose["services"][node]
    if s["command"] != [str(n), "3", *nodes]:
        faults.append(f"compose: {node} is node {s['command']}")
    if {v["target"]: v["source"] for v in s["volumes"]}.get("/data") != node:
        faults.append(f"compose: {node} does not keep who it is in a volume of its own")

# With backups PostgreSQL is started as without, and archives.
plain, archiving = compose["services"]["postgres"], backup["services"]["postgres"]
if archiving["command"][:len(plain["command"])] != plain["command"]:
    faults.append("compose: with docker-compose.backup.yml PostgreSQL has other settings")
if not {"archive_mode=on", "archive_timeout=60"} <= set(archiving["command"]):
    faults.append("compose: docker-compose.backup.yml does not archive")
if {s["source"] for s in archiving["secrets"]} != {s["source"] for s in plain["secrets"]} | {"backup_passphrase"}:
    faults.append("compose: with docker-compose.backup.yml PostgreSQL has other secrets")
if pathlib.Path(backup["secrets"]["backup_passphrase"]["file"]).name not in made:
    faults.append("compose: scripts/secrets.sh does not make backup_passphrase")

# With Certbot nginx is started by what looks for new certificates, where Certbot puts them.
mounts = {s: {v["target"]: v["source"] for v in certbot["services"][s]["volumes"]} for s in ("certbot", "edge")}
for target in ("/etc/nginx/tls", "/var/www/acme", "/insightdesk"):
    if len({m.get(target) for m in mounts.values()}) != 1 or not mounts["edge"].get(target):
        faults.append(f"compose: Certbot and the edge do not share {target}")
if certbot["services"]["edge"]["entrypoint"] != ["/insightdesk/nginx.sh"]:
    faults.append("compose: with docker-compose.certbot.yml the edge takes no new certificate")

# What Prometheus asks is there.
prometheus = yaml.safe_load((root / "samples/standalone-server/infrastructure/monitoring/prometheus/prometheus.yml").read_text())
targets = set()
for job in prometheus["scrape_configs"]:
    for sd in job.get("dns_sd_configs", []):
        targets |= set(sd["names"])
    for sd in job.get("static_configs", []):
        targets |= {t.split(":")[0] for t in sd["targets"]}
    for r in job.get("relabel_configs", []):
        if r.get("target_label") == "__address__":
            targets.add(r["replacement"].split(":")[0])
for target in targets - {"localhost"}:
    if target not in compose["services"]:
        faults.append(f"compose: Prometheus asks {target}, which is no service")
for fault in faults:
    print(fault, file=sys.stderr)
print(f"{len(compose['services'])} and {len(stack['services'])} services, {len(targets)} targets of Prometheus")
sys.exit(1 if faults else 0)
