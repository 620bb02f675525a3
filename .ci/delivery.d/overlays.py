"""overlays.py CHECKOUT STAGING PRODUCTION: what was rendered differs only where it may, and keeps the rules below."""
import pathlib
import re
import sys

import yaml

root = pathlib.Path(sys.argv[1])
rendered = [{(d["kind"], d["metadata"]["name"]): d for d in yaml.safe_load_all(pathlib.Path(f).read_text())} for f in sys.argv[2:]]
staging, production = rendered
faults = []

# Replicas, resources, hosts, secret names, the allow-list; and the name of the environment, from which Sentry and the log have theirs.
ALLOWED = [
    r"Deployment/[^/]+/spec/replicas",
    r"HorizontalPodAutoscaler/[^/]+/spec/(min|max)Replicas",
    r"(Deployment|Job|CronJob)/.*/resources/(requests|limits)/(cpu|memory)",
    r"ConfigMap/insightdesk/data/(APP_URL|API_URL|MAIL_FROM)",
    r"ConfigMap/insightdesk/data/APP_ENV",
    r"Ingress/insightdesk/spec/rules/0/host",
    r"Ingress/insightdesk/metadata/annotations/alb\.ingress\.kubernetes\.io~inbound-cidrs",
    r"ExternalSecret/[^/]+/spec/dataFrom/0/extract/key",
]


def leaves(value, path):
    if isinstance(value, dict) and value:
        for k, v in value.items():
            yield from leaves(v, f"{path}/{str(k).replace('/', '~')}")
    elif isinstance(value, list) and value:
        for i, v in enumerate(value):
            yield from leaves(v, f"{path}/{i}")
    else:
        yield path, value


flat = [{p: v for k, d in r.items() for p, v in leaves(d, "/".join(k))} for r in rendered]
differences = sorted(p for p in flat[0].keys() | flat[1].keys() if flat[0].get(p) != flat[1].get(p))
for p in differences:
    if not any(re.fullmatch(a, p) for a in ALLOWED):
        faults.append(f"{p}: staging has {flat[0].get(p)}, production {flat[1].get(p)}")
for a in ALLOWED[3:]:
    if not any(re.fullmatch(a, p) for p in differences):
        faults.append(f"staging and production do not differ in {a}, where they have to or need not be allowed to")

# Settings exist, and are not given twice. The last two are of the release that comes.
known = set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", (root / ".env.example").read_text(), re.M)) | {"MANAGEMENT_PORT", "DRAIN_DELAY"}
pods = 0
for name, resources in (("staging", staging), ("production", production)):
    for key in resources["ConfigMap", "insightdesk"]["data"]:
        if key not in known:
            faults.append(f"{name}: {key} is no setting of .env.example")
        if re.search("SECRET|PASS|TOKEN|KEY|DATABASE_URL|VALKEY_URL", key):
            faults.append(f"{name}: {key} is a secret and does not belong in a ConfigMap")
    if any(k == "Secret" for k, _ in resources):
        faults.append(f"{name}: a Secret in Git")
    secrets = {n for k, n in resources if k == "ExternalSecret"}
    claims = {n for k, n in resources if k == "PersistentVolumeClaim"}
    workloads = {}
    for (kind, what), r in resources.items():
        spec = r["spec"] if "spec" in r else {}
        template = {"Deployment": spec, "Job": spec, "CronJob": spec.get("jobTemplate", {}).get("spec", {})}.get(kind, {}).get("template")
        if not template:
            continue
        pods += 1
        where = f"{name}: {kind} {what}"
        workloads[kind, what] = template["metadata"]["labels"]
        pod = template["spec"]
        if pod.get("automountServiceAccountToken") is not False:
            faults.append(f"{where} mounts a token for the cluster")
        if not pod["securityContext"].get("runAsNonRoot") or pod["securityContext"].get("seccompProfile") != {"type": "RuntimeDefault"}:
            faults.append(f"{where} may run as root or without seccomp")
        for c in pod["containers"]:
            context = c.get("securityContext", {})
            if (context.get("readOnlyRootFilesystem"), context.get("allowPrivilegeEscalation"), context.get("capabilities")) \
                    != (True, False, {"drop": ["ALL"]}):
                faults.append(f"{where} may write to its image or gain rights")
            if not re.search(r"(:[0-9]+\.[0-9]+\.[0-9]+|@sha256:[0-9a-f]{64})$", c["image"]):
                faults.append(f"{where} runs no certain image: {c['image']}")
            if not c["resources"].get("requests", {}).get("cpu") or not c["resources"].get("limits", {}).get("memory"):
                faults.append(f"{where} asks for no CPU or has no limit of memory")
            for source in c.get("envFrom", []):
                if "secretRef" in source and source["secretRef"]["name"] not in secrets:
                    faults.append(f"{where} reads the secret {source['secretRef']['name']}, which nothing makes")
                if "configMapRef" in source and ("ConfigMap", source["configMapRef"]["name"]) not in resources:
                    faults.append(f"{where} reads a ConfigMap that does not exist")
            if kind == "Deployment":
                probes = {p: c.get(p, {}).get("httpGet", {}).get("path") for p in ("startupProbe", "livenessProbe", "readinessProbe")}
                if probes != {"startupProbe": "/health/started", "livenessProbe": "/health/live", "readinessProbe": "/health/ready"}:
                    faults.append(f"{where} is not asked how it is: {probes}")
        for v in pod.get("volumes", []):
            if "persistentVolumeClaim" in v and v["persistentVolumeClaim"]["claimName"] not in claims:
                faults.append(f"{where} mounts a volume that nobody claims")
        if kind == "Deployment":
            data = resources["ConfigMap", "insightdesk"]["data"]
            drain, grace = (int(re.fullmatch(r"(\d+)s", data[k]).group(1)) for k in ("DRAIN_DELAY", "SHUTDOWN_GRACE"))
            if pod["terminationGracePeriodSeconds"] <= drain + 2 * grace:
                faults.append(f"{where} is killed before it has drained")
            if spec["strategy"]["rollingUpdate"]["maxUnavailable"] != 0:
                faults.append(f"{where} has less than it needs while it rolls out")
            if not spec["selector"]["matchLabels"].items() <= workloads[kind, what].items():
                faults.append(f"{where} does not select its own pods")

    def selects(selector):
        if not selector:
            return True
        return any(
            selector.get("matchLabels", {}).items() <= labels.items()
            and all(labels.get(e["key"]) in e["values"] for e in selector.get("matchExpressions", []))
            for labels in workloads.values())

    for (kind, what), r in resources.items():
        where = f"{name}: {kind} {what}"
        if kind == "HorizontalPodAutoscaler" and ("Deployment", r["spec"]["scaleTargetRef"]["name"]) not in resources:
            faults.append(f"{where} scales nothing")
        if kind == "PodDisruptionBudget" and not selects(r["spec"]["selector"]):
            faults.append(f"{where} protects nothing")
        if kind == "NetworkPolicy" and not selects(r["spec"]["podSelector"]):
            faults.append(f"{where} is about nothing")
        if kind == "Service" and not selects({"matchLabels": r["spec"]["selector"]}):
            faults.append(f"{where} leads nowhere")
        if kind == "Ingress":
            for path in r["spec"]["rules"][0]["http"]["paths"]:
                to = path["backend"]["service"]
                ports = {p["name"] for p in resources["Service", to["name"]]["spec"]["ports"]}
                if to["port"]["name"] not in ports:
                    faults.append(f"{where} leads to a port that {to['name']} has not")
                if to["port"]["name"] == "management":
                    faults.append(f"{where} shows the management port to all")
    for (kind, what), labels in workloads.items():
        component = labels["app.kubernetes.io/component"]
        if kind == "Deployment":
            if not any(k == "PodDisruptionBudget" and r["spec"]["selector"]["matchLabels"].items() <= labels.items()
                       for (k, _), r in resources.items()):
                faults.append(f"{name}: {what} has no PodDisruptionBudget")
            if not any(k == "Service" and r["spec"]["selector"].items() <= labels.items() for (k, _), r in resources.items()):
                faults.append(f"{name}: {what} has no Service, by which it is observed")
    policies = {n: r["spec"] for (k, n), r in resources.items() if k == "NetworkPolicy"}
    if policies.get("deny-all") != {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}:
        faults.append(f"{name}: pods may talk to everything")

    # Who may be reached from the load balancer, and who gets at the database.
    def members(spec):
        selector = spec["podSelector"]
        return set(selector.get("matchLabels", {}).values()) | {v for e in selector.get("matchExpressions", []) for v in e["values"]}

    def grants(direction, side, port):
        return {m for s in policies.values() for rule in s.get(direction, []) for m in members(s)
                if any("ipBlock" in f for f in rule[side]) and any(p["port"] == port for p in rule["ports"])}

    if grants("ingress", "from", "http") != {"api", "web"}:
        faults.append(f"{name}: from outside the cluster {sorted(grants('ingress', 'from', 'http'))} can be reached")
    if grants("egress", "to", 5432) != {"api", "worker", "migrate", "backup"}:
        faults.append(f"{name}: {sorted(grants('egress', 'to', 5432))} get at the database")

if flat[0]["Ingress/insightdesk/metadata/annotations/alb.ingress.kubernetes.io~inbound-cidrs"] == "0.0.0.0/0":
    faults.append("staging is open to all")
for fault in faults:
    print(fault, file=sys.stderr)
print(f"{len(staging)} resources, {len(differences)} differences, all allowed; {pods} kinds of pods")
sys.exit(1 if faults or not pods else 0)
