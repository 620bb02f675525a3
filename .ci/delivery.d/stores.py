"""stores.py CHECKOUT RENDERED CRDS: production with PostgreSQL and Valkey inside the cluster, as kustomize renders it: its own rules of pods and
networks, and the resources of CloudNativePG by the operator's definitions, in which no unknown field passes."""
import pathlib
import re
import sys

import jsonschema
import yaml

root, rendered, crds = map(pathlib.Path, sys.argv[1:])
resources = {(d["kind"], d["metadata"]["name"]): d for d in yaml.safe_load_all(rendered.read_text())}
faults = []


# -------- Valkey
stateful = resources["StatefulSet", "valkey"]["spec"]
pod = stateful["template"]["spec"]
labels = stateful["template"]["metadata"]["labels"]
container = pod["containers"][0]
hosts = [f"valkey-{n}.valkey" for n in range(stateful["replicas"])]
if stateful["replicas"] != 6 or container["args"] != ["3", *hosts]:
    faults.append(f"Valkey: {stateful['replicas']} pods are told of {container['args']}")
if stateful["podManagementPolicy"] != "Parallel":
    faults.append("Valkey: the first pod waits for the next ones to become ready, which wait for it")
service = resources["Service", stateful["serviceName"]]["spec"]
if service["clusterIP"] != "None" or not service["publishNotReadyAddresses"]:
    faults.append("Valkey: the pods do not find each other by name before they are ready")
if not service["selector"].items() <= labels.items():
    faults.append("Valkey: the Service is of no pod")
if resources["PodDisruptionBudget", "valkey"]["spec"]["maxUnavailable"] != 1:
    faults.append("Valkey: a primary and its replica may be evicted at once")
if pod.get("automountServiceAccountToken") is not False:
    faults.append("Valkey mounts a token for the cluster")
if not pod["securityContext"].get("runAsNonRoot") or pod["securityContext"].get("seccompProfile") != {"type": "RuntimeDefault"}:
    faults.append("Valkey may run as root or without seccomp")
context = container["securityContext"]
if (context["readOnlyRootFilesystem"], context["allowPrivilegeEscalation"], context["capabilities"]) != (True, False, {"drop": ["ALL"]}):
    faults.append("Valkey may write to its image or gain rights")
if not re.search(r":[0-9]+\.[0-9]+\.[0-9]+$", container["image"]):
    faults.append(f"Valkey runs no certain image: {container['image']}")
for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
    if probe not in container:
        faults.append(f"Valkey has no {probe}")
if "cluster_state" in str(container["livenessProbe"]):
    faults.append("Valkey: pods are killed for what others do")
configs = {v["name"]: v["configMap"]["name"] for v in pod["volumes"] if "configMap" in v}
script = resources["ConfigMap", configs["script"]]["data"]["node.sh"]
if script != (root / "samples/standalone-server/infrastructure/docker/valkey/node.sh").read_text():
    faults.append("Valkey: kubernetes/components/valkey/node.sh is another one than docker/valkey/node.sh")
secrets = {n for k, n in resources if k == "ExternalSecret"}
for v in pod["volumes"]:
    if "secret" in v and v["secret"]["secretName"] not in secrets:
        faults.append(f"Valkey reads the secret {v['secret']['secretName']}, which nothing makes")
limit = int(re.fullmatch(r"(\d+)Mi", container["resources"]["limits"]["memory"]).group(1))
if limit < 256 * 1.25:
    faults.append("Valkey is killed before it refuses to take more")

# -------- Networks
policies = {n: r["spec"] for (k, n), r in resources.items() if k == "NetworkPolicy"}
if policies.get("deny-all") != {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}:
    faults.append("pods may talk to everything")


def members(selector):
    return set(selector.get("matchLabels", {}).values()) | {v for e in selector.get("matchExpressions", []) for v in e["values"]}


def peers(policy, direction, side, port):
    return {m for rule in policies[policy].get(direction, []) if any(p["port"] == port for p in rule["ports"])
            for f in rule[side] if "podSelector" in f and "namespaceSelector" not in f for m in members(f["podSelector"])}


def ends(policy):
    return members(policies[policy]["podSelector"])


if peers("valkey", "ingress", "from", "valkey") != {"api", "worker", "valkey"} or peers("valkey", "ingress", "from", "bus") != {"valkey"}:
    faults.append("Valkey is reached by others than servers and its own nodes")
if ends("to-valkey") != {"api", "worker"} or peers("to-valkey", "egress", "to", "valkey") != ends("valkey"):
    faults.append("servers do not get at Valkey, or others do")
if peers("postgres", "ingress", "from", 5432) != {"api", "worker", "migrate", "backup", "postgres"}:
    faults.append(f"PostgreSQL is reached by {sorted(peers('postgres', 'ingress', 'from', 5432))}")
if ends("to-postgres") != {"api", "worker", "migrate", "backup"} or peers("to-postgres", "egress", "to", 5432) != ends("postgres"):
    faults.append("servers do not get at PostgreSQL, or others do")

# -------- PostgreSQL
cluster = resources["Cluster", "postgres"]["spec"]
if cluster["instances"] < 2:
    faults.append("PostgreSQL has no replica")
if cluster["bootstrap"]["initdb"]["secret"]["name"] not in secrets:
    faults.append("PostgreSQL: nothing makes the secret of its owner")
if resources["ScheduledBackup", "postgres"]["spec"]["cluster"]["name"] != "postgres" or resources["ScheduledBackup", "postgres"]["spec"]["method"] not in {
        {"volumeSnapshot": "volumeSnapshot"}.get(k) for k in cluster["backup"]}:
    faults.append("PostgreSQL: the backup is of another cluster, or in a way that is not configured")


def strict(schema):
    """The schema, in which what is not named is refused; a cluster drops it."""
    if isinstance(schema, dict):
        schema = {k: strict(v) for k, v in schema.items()}
        if "properties" in schema and schema.get("type") == "object" and not schema.get("x-kubernetes-preserve-unknown-fields"):
            schema.setdefault("additionalProperties", False)
        if schema.pop("x-kubernetes-int-or-string", False):
            schema.pop("type", None)
    elif isinstance(schema, list):
        schema = [strict(v) for v in schema]
    return schema


validated = 0
for kind, file in (("Cluster", "clusters"), ("ScheduledBackup", "scheduledbackups")):
    definition = yaml.safe_load((crds / f"postgresql.cnpg.io_{file}.yaml").read_text())["spec"]["versions"]
    [version] = [v for v in definition if v["name"] == "v1"]
    schema = strict(version["schema"]["openAPIV3Schema"])
    schema["properties"]["metadata"] = {"type": "object"}
    for (k, name), resource in resources.items():
        if k == kind:
            validated += 1
            for error in jsonschema.Draft7Validator(schema).iter_errors(resource):
                faults.append(f"{kind} {name}: {'/'.join(map(str, error.absolute_path))}: {error.message}")
if validated != 2:
    faults.append(f"{validated} resources of CloudNativePG were looked at")
for fault in faults:
    print(fault, file=sys.stderr)
print(f"{len(resources)} resources with PostgreSQL and Valkey inside; {validated} valid by CloudNativePG's definitions")
sys.exit(1 if faults else 0)
