"""logs.py CHECKOUT COMPOSE RENDERED LEZER: Alloy's pipeline, Loki's configuration, and the saved queries.

Neither Loki nor Alloy can be had here. Alloy's files are parsed, held against a list of what their components take, their references followed, and their
stages carried out on lines as Docker writes them. Of Loki's configuration the rules that matter here are held. Queries are parsed by LogQL's own
grammar (LEZER, whose output is a tree per query).
"""
import json
import pathlib
import re
import sys

import yaml

root, compose = pathlib.Path(sys.argv[1]), json.loads(pathlib.Path(sys.argv[2]).read_text())
rendered, trees = list(yaml.safe_load_all(pathlib.Path(sys.argv[3]).read_text())), json.loads(pathlib.Path(sys.argv[4]).read_text())
logs = root / "samples/standalone-server/infrastructure/monitoring/logs"
faults, checked = [], 0


def expect(what, condition):
    global checked
    checked += 1
    if not condition:
        faults.append(what)


# -------- Alloy's files. A block is (name, label, attributes, blocks); an attribute that is a reference or a call stays a string in a Code.
class Code(str):
    pass


TOKEN = re.compile(r'\s+|//[^\n]*|(?P<string>"(?:\\.|[^"\\])*")|(?P<number>-?\d+(?:\.\d+)?)|(?P<name>[A-Za-z_]\w*(?:\.\w+)*)|(?P<sign>[{}\[\](),=+])')


def tokens(text, where):
    at, found = 0, []
    while at < len(text):
        match = TOKEN.match(text, at)
        if not match:
            raise SystemExit(f"{where}: what is this? {text[at:at + 40]!r}")
        if match.lastgroup:
            found.append((match.lastgroup, match.group()))
        at = match.end()
    return found + [("end", "")]


class Parser:
    def __init__(self, text, where):
        self.tokens, self.at, self.where = tokens(text, where), 0, where

    def next(self, *wanted):
        kind, text = self.tokens[self.at]
        if wanted and text not in wanted and kind not in wanted:
            raise SystemExit(f"{self.where}: {text!r} instead of {' or '.join(wanted)}, after {[t for _, t in self.tokens[max(0, self.at - 6):self.at]]}")
        self.at += 1
        return text

    def peek(self):
        return self.tokens[self.at]

    def body(self, end):
        attributes, blocks = {}, []
        while self.peek()[1] != end or self.peek()[0] == "string":
            name = self.next("name")
            if self.peek()[1] == "=":
                self.next("=")
                if name in attributes:
                    raise SystemExit(f"{self.where}: {name} is given twice")
                attributes[name] = self.expression()
            else:
                label = json.loads(self.next("string")) if self.peek()[0] == "string" else None
                self.next("{")
                blocks.append((name, label, *self.body("}")))
                self.next("}")
        return attributes, blocks

    def expression(self):
        value = self.value()
        while self.peek()[1] == "+":
            self.next("+")
            value = Code(f"{value}+{self.value()}")
        return value

    def value(self):
        kind, text = self.peek()
        if kind == "string":
            return json.loads(self.next())
        if kind == "number":
            return float(self.next())
        if text in ("true", "false"):
            return self.next() == "true"
        if text == "[":
            self.next("[")
            items = []
            while self.peek()[1] != "]":
                items.append(self.expression())
                if self.peek()[1] != "]":
                    self.next(",")
            self.next("]")
            return items
        if text == "{":
            self.next("{")
            items = {}
            while self.peek()[1] != "}":
                key = self.next("name", "string")
                self.next("=")
                items[key.strip('"')] = self.expression()
                if self.peek()[1] != "}":
                    self.next(",")
            self.next("}")
            return items
        name = self.next("name")
        if self.peek()[1] == "(":
            self.next("(")
            argument = self.value()
            self.next(")")
            return Code(f"{name}({argument})")
        return Code(name)


STAGES = {
    "stage.json": {"expressions": dict, "source": str, "drop_malformed": bool}, "stage.timestamp": {"source": str, "format": str, "action_on_failure": ("fudge", "skip")},
    "stage.labels": {"values": dict}, "stage.structured_metadata": {"values": dict}, "stage.regex": {"expression": str, "source": str},
    "stage.drop": {"source": str, "expression": str, "older_than": str, "longer_than": str}, "stage.output": {"source": str}, "stage.label_keep": {"values": list},
    "stage.limit": {"rate": float, "burst": float, "drop": bool, "by_label_name": str, "max_distinct_labels": float},
}
COMPONENTS = {
    "local.file_match": ({"path_targets": list}, {}), "loki.source.file": ({"targets": Code, "forward_to": list, "tail_from_end": bool}, {}),
    "loki.process": ({"forward_to": list}, STAGES),
    "loki.write": ({"external_labels": dict}, {"endpoint": {"url": Code, "min_backoff_period": str, "max_backoff_period": str, "max_backoff_retries": float}}),
    "discovery.kubernetes": ({"role": str}, {"namespaces": {"names": list}, "selectors": {"role": str, "field": Code, "label": str}}),
    "discovery.relabel": ({"targets": Code}, {"rule": {"source_labels": list, "regex": str, "target_label": str, "replacement": str, "action": str}}),
    "loki.source.kubernetes": ({"targets": Code, "forward_to": list}, {}),
}
EXPORTS = {"local.file_match": "targets", "loki.process": "receiver", "loki.write": "receiver", "discovery.kubernetes": "targets", "discovery.relabel": "output"}


def fits(value, rule):
    return value in rule if isinstance(rule, tuple) else isinstance(value, rule)


def read(*names):
    """The components of the files that are loaded together, by their full name."""
    components, asked, variables = {}, [], set()
    for name in names:
        attributes, blocks = Parser((logs / "alloy" / name).read_text(), name).body("")
        expect(f"{name} has {attributes} outside of components", not attributes)
        for kind, label, given, inner in blocks:
            expect(f"{name}: {kind} {label} is there twice", f"{kind}.{label}" not in components)
            components[f"{kind}.{label}"] = (given, inner)
            expect(f"{name}: there is no component {kind}", kind in COMPONENTS)
            arguments, parts = COMPONENTS[kind]
            for key, value in given.items():
                expect(f"{name}: {kind} does not take {key} = {value!r}", key in arguments and fits(value, arguments[key]))
            for part, part_label, part_given, part_inner in inner:
                expect(f"{name}: {kind} has no block {part}", part in parts and part_label is None and not part_inner)
                for key, value in part_given.items():
                    expect(f"{name}: {part} does not take {key} = {value!r}", part in parts and key in parts[part] and fits(value, parts[part][key]))
    def walk(value):
        if isinstance(value, Code):
            for variable in re.findall(r"sys\.env\((\w+)\)", value):
                variables.add(variable)
            if re.fullmatch(r"[a-z_.]+\.\w+\.\w+", value):
                asked.append(value)
        elif isinstance(value, (list, tuple)):
            for each in value:
                walk(each)
        elif isinstance(value, dict):
            walk(list(value.values()))
    walk([list(c) for c in components.values()])
    for reference in asked:
        component, export = reference.rsplit(".", 1)
        expect(f"{names}: {reference} is nothing that a component gives", component in components and EXPORTS.get(component.rsplit(".", 1)[0]) == export)
    for component in components:
        # What sends nothing on, and what nobody sends to, does nothing.
        kind = component.rsplit(".", 1)[0]
        expect(f"{names}: nothing uses {component}", kind not in EXPORTS or any(r.startswith(f"{component}.") for r in asked))
    return components, variables


docker, docker_variables = read("pipeline.alloy", "docker.alloy")
pods, pod_variables = read("pipeline.alloy", "kubernetes.alloy")


def pick(document, path):
    for step in path.split("."):
        document = document.get(step) if isinstance(document, dict) else None
    return document


def carry_out(line, environment):
    """What the stages make of a line of Docker's file: labels, structured metadata, line, time; None when it is dropped."""
    labels, metadata, time = {}, {}, None
    component = docker["loki.source.file.containers"][0]["forward_to"][0].rsplit(".", 1)[0]
    while component.startswith("loki.process"):
        given, stages = docker[component]
        extracted = {}
        for name, _, values, _ in stages:
            source = extracted.get(values.get("source")) if "source" in values else line
            if name == "stage.json":
                try:
                    document = json.loads(source or "")
                except ValueError:
                    continue
                for key, path in values["expressions"].items():
                    found = pick(document, path or key)
                    if found is not None:
                        extracted[key] = found if isinstance(found, str) else json.dumps(found)
            elif name == "stage.regex":
                match = re.search(values["expression"], source or "")
                extracted.update({k: v for k, v in match.groupdict().items() if v} if match else {})
            elif name == "stage.drop":
                if re.search(values["expression"], source or ""):
                    return None
            elif name == "stage.labels":
                labels.update({k: extracted[v or k] for k, v in values["values"].items() if extracted.get(v or k)})
            elif name == "stage.structured_metadata":
                metadata.update({k: extracted[v or k] for k, v in values["values"].items() if extracted.get(v or k)})
            elif name == "stage.output":
                line = extracted.get(values["source"], line)
            elif name == "stage.timestamp":
                time = extracted.get(values["source"], time)
            elif name == "stage.label_keep":
                labels = {k: v for k, v in labels.items() if k in [*values["values"]]}
        component = given["forward_to"][0].rsplit(".", 1)[0]
    labels.update({k: environment[v.removeprefix("sys.env(").rstrip(")")] for k, v in docker[component][0]["external_labels"].items()})
    return labels, metadata, line, time


for test in yaml.safe_load((logs / "tests/lines.yml").read_text()):
    made = carry_out(test["file"], {"INSIGHTDESK_ENVIRONMENT": "production"})
    if test.get("dropped"):
        expect(f"{test['name']}: it is not dropped, but {made}", made is None)
        continue
    expect(f"{test['name']}: it is dropped", made is not None)
    if made:
        labels, metadata, line, time = made
        expect(f"{test['name']}: labels are {labels}", labels == test["labels"])
        expect(f"{test['name']}: metadata is {metadata}", metadata == test["metadata"])
        expect(f"{test['name']}: the line is {line}", test["line_has"] in line)
        expect(f"{test['name']}: the time is {time}", "time" not in test or time == test["time"])

BOUNDED = {"environment", "service", "instance", "level"}
keep = next(s[2]["values"] for s in docker["loki.process.lines"][1] if s[0] == "stage.label_keep")
expect(f"labels that may have many values are kept: {set(keep) - BOUNDED}", set(keep) <= BOUNDED)
expect("labels are kept before others are set", docker["loki.process.lines"][1][-1][0] == "stage.label_keep")
# The fields are those that the servers write.
documented = set(re.findall(r"`([a-z_]+)`", "".join(re.findall(r"(?m)^\| (`.*?) \|", re.search(r"## Logs(.*?)\n## ", (root / "site/operations/index.md").read_text(), re.S).group(1)))))
fields = next(s[2]["expressions"] for s in docker["loki.process.lines"][1] if s[0] == "stage.json")
expect(f"the servers do not write {set(fields.values()) - documented}", set(fields.values()) <= documented)
expect("what a line is about is not found: " + str({"tenant", "request_id", "trace_id", "job"} - set(fields)), {"tenant", "request_id", "trace_id", "job"} <= set(fields))

# -------- Where it runs
alloy = compose["services"]["alloy"]
expect("compose: Alloy does not get what its files ask for", docker_variables <= set(alloy["environment"]))
expect("compose: Alloy is given Docker's socket", not any("docker.sock" in v["source"] for v in alloy["volumes"]))
expect("compose: Alloy may do more than read", alloy["cap_drop"] == ["ALL"] and alloy["cap_add"] == ["DAC_READ_SEARCH"] and all(v.get("read_only") for v in alloy["volumes"] if v["type"] == "bind"))
expect("compose: Alloy has not both files", {pathlib.Path(v["source"]).name for v in alloy["volumes"]} >= {"pipeline.alloy", "docker.alloy"})
expect("compose: Loki is open", "ports" not in compose["services"]["loki"] and list(compose["services"]["loki"]["networks"]) == ["inside"])
for service, s in compose["services"].items():
    expect(f"compose: {service} does not write its container's name into its log", s["logging"]["options"].get("tag") == "{{.Name}}")
objects = {(o["kind"], o["metadata"]["name"].split("-")[0] if o["kind"] == "ConfigMap" else o["metadata"]["name"]): o for o in rendered}
daemon = objects["DaemonSet", "alloy"]["spec"]["template"]["spec"]["containers"][0]
expect("Kubernetes: Alloy does not get what its files ask for", pod_variables <= {e["name"] for e in daemon["env"]})
expect("Kubernetes: Alloy has not both files", set(objects["ConfigMap", "alloy"]["data"]) == {"pipeline.alloy", "kubernetes.alloy"})
expect("Kubernetes: Alloy's role is not in the servers' namespace", objects["Role", "alloy"]["metadata"]["namespace"] == objects["RoleBinding", "alloy"]["metadata"]["namespace"] == "insightdesk")
expect("Kubernetes: Alloy may do more than read pods and their logs", objects["Role", "alloy"]["rules"] == [
    {"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list", "watch"]}, {"apiGroups": [""], "resources": ["pods/log"], "verbs": ["get"]}])
for pod in (objects["DaemonSet", "alloy"], objects["StatefulSet", "loki"]):
    spec = pod["spec"]["template"]["spec"]
    container = spec["containers"][0]
    expect(f"Kubernetes: {pod['metadata']['name']} has rights that it does not need", spec["securityContext"]["runAsNonRoot"] and container["securityContext"]["readOnlyRootFilesystem"]
           and container["securityContext"]["capabilities"] == {"drop": ["ALL"]} and not container["securityContext"]["allowPrivilegeEscalation"])
    expect(f"Kubernetes: {pod['metadata']['name']} is in the namespace {pod['metadata']['namespace']}", pod["metadata"]["namespace"] == "insightdesk-logs")
labels = {o["spec"]["template"]["metadata"]["labels"].get("app.kubernetes.io/name") for o in rendered if o["kind"] in ("DaemonSet", "StatefulSet")}
expect("Kubernetes: anybody may ask Loki", objects["NetworkPolicy", "loki"]["spec"]["policyTypes"] == ["Ingress", "Egress"] and objects["NetworkPolicy", "loki"]["spec"]["egress"] == [])

# -------- Loki
loki = yaml.safe_load((logs / "loki.yml").read_text())
TOP = {"auth_enabled", "server", "analytics", "common", "schema_config", "limits_config", "compactor"}
expect(f"Loki has no {set(loki) - TOP} in this configuration", set(loki) == TOP)
expect("logs are never removed", loki["compactor"].get("retention_enabled") is True and loki["compactor"].get("delete_request_store"))
expect("logs are kept for longer than 30 days", int(loki["limits_config"]["retention_period"].rstrip("h")) <= 720)
schema = loki["schema_config"]["configs"][-1]
expect("there is no structured metadata", loki["limits_config"]["allow_structured_metadata"] and (schema["store"], schema["schema"]) == ("tsdb", "v13"))
expect("the index has another period than a day, which retention does not take", schema["index"]["period"] == "24h")
expect("Loki tells others how it is used", loki["analytics"]["reporting_enabled"] is False)
expect("Loki guesses labels of its own", loki["limits_config"]["discover_service_name"] == [] and loki["limits_config"]["discover_log_levels"] is False)
expect("streams are not limited", loki["limits_config"]["max_global_streams_per_user"] <= 5000)
port = loki["server"]["http_listen_port"]
expect("Alloy writes elsewhere", alloy["environment"]["LOKI_URL"] == f"http://loki:{port}/loki/api/v1/push" == next(e["value"] for e in daemon["env"] if e["name"] == "LOKI_URL"))
expect("Grafana asks elsewhere", any(d["url"] == f"http://loki:{port}" for d in yaml.safe_load((logs.parent / "grafana/provisioning/datasources/insightdesk.yml").read_text())["datasources"]))

# -------- Queries
queries = yaml.safe_load((logs / "queries.yml").read_text())["queries"]
services = set(re.search(r"\(\?P<service>([a-z0-9|-]+)\)", next(s[2]["expression"] for s in docker["loki.process.docker"][1] if s[0] == "stage.regex")).group(1).split("|"))
expect(f"the pipeline knows {services - set(compose['services'])}, which are no services", services <= set(compose["services"]))
for query in queries:
    tree = trees.get(query["query"])
    expect(f"{query['name']}: LogQL does not understand it: {tree}", tree is not None and tree["errors"] == 0)
    for selector in re.findall(r"\{([^}]*)\}", query["query"]):
        for label, value in re.findall(r'(\w+)\s*(?:=~|!~|!=|=)\s*"([^"]*)"', selector):
            expect(f"{query['name']}: {label} is no label", label in BOUNDED)
            expect(f"{query['name']}: there is no service {value}", label != "service" or set(value.split("|")) <= services)
expect("a query is there twice", len({q["name"] for q in queries}) == len(queries) == len({q["query"] for q in queries}))
for fault in faults:
    print(fault, file=sys.stderr)
print(f"{checked} rules of the pipeline, of Loki's configuration and of {len(queries)} queries; neither Loki nor Alloy was run")
sys.exit(1 if faults else 0)
