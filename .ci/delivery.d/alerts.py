"""alerts.py CHECKOUT: each alert has a test that makes it fire, one that does not, and a runbook; each metric exists somewhere."""
import json
import pathlib
import re
import sys

import yaml

root = pathlib.Path(sys.argv[1])
monitoring = root / "samples/standalone-server/infrastructure/monitoring"
SECTIONS = ["## Meaning", "## Impact", "## Diagnosis", "## Mitigation"]
ALWAYS = {"Watchdog"}
faults, rules, expressions = [], [], []
for file in sorted((monitoring / "prometheus/rules").glob("*.yml")):
    for group in yaml.safe_load(file.read_text())["groups"]:
        rules += group["rules"]
alerts = {r["alert"]: r for r in rules if "alert" in r}
expressions += [(r.get("alert") or r["record"], r["expr"]) for r in rules]

fires, quiet = set(), set()
for file in sorted((monitoring / "prometheus/tests").glob("*.yml")):
    for test in yaml.safe_load(file.read_text())["tests"]:
        for each in test["promql_expr_test"]:
            name = re.search(r'alertname="(\w+)"', each["expr"]).group(1)
            (fires if each["exp_samples"] else quiet).add(name)
            if name not in alerts:
                faults.append(f"{file.name} tests {name}, which does not exist")
pages = {p.stem for p in (root / "site/runbooks").glob("*.md")} - {"index"}
index = (root / "site/runbooks/index.md").read_text()
for name, rule in alerts.items():
    if name not in fires:
        faults.append(f"no test makes {name} fire")
    if name not in quiet | ALWAYS:
        faults.append(f"no test keeps {name} quiet")
    if rule["labels"].get("severity") not in ("critical", "warning", "none"):
        faults.append(f"{name} has no severity")
    for text in ("summary", "description"):
        if not rule["annotations"].get(text):
            faults.append(f"{name} has no {text}")
    if rule["annotations"].get("runbook_url") != f"https://insightdesk.io/runbooks/{name}":
        faults.append(f"{name} names no runbook")
    if name not in pages:
        faults.append(f"site/runbooks/{name}.md is missing")
    if f"]({name}.md)" not in index:
        faults.append(f"site/runbooks/index.md does not list {name}")
for name in sorted(pages):
    text = (root / "site/runbooks" / f"{name}.md").read_text()
    if name not in alerts:
        faults.append(f"site/runbooks/{name}.md is about no alert")
    parts = re.split(r"^(## .*)$", text, flags=re.M)
    if parts[1::2] != SECTIONS or any(len(p.strip()) < 10 for p in parts[2::2]):
        faults.append(f"site/runbooks/{name}.md has not the sections {', '.join(SECTIONS)}, each with text")
    for link in re.findall(r"\]\(([^)#:]+)", text):
        if not (root / "site/runbooks" / link).exists():
            faults.append(f"site/runbooks/{name}.md links to {link}, which does not exist")

# Where metrics come from: the library's by their names in the sources, others by the files that make them.
sources = "".join(p.read_text() for top in root.glob("*") if top.is_dir() for p in top.glob("**/src/main/java/**/*.java"))
library = {n.replace(".", "_") for n in re.findall(r'"(insightdesk\.[a-z.]+[a-z])"', sources)}
queries = yaml.safe_load((monitoring / "exporters/postgres-queries.yaml").read_text())
exported = {f"{n}_{c}" for n, q in queries.items() for m in q["metrics"] for c in m}
exported |= set(re.findall(r"\b(insightdesk_backup_[a-z_]+)[{ ]", (monitoring.parent / "scripts/report.sh").read_text()))
recorded = {r["record"] for r in rules if "record" in r}
for file in sorted((monitoring / "grafana/dashboards").glob("*.json")):
    for panel in json.loads(file.read_text())["panels"]:
        expressions += [(f"{file.name}: {panel['title']}", t["expr"]) for t in panel["targets"]]
known = 0
for where, expression in expressions:
    for metric in re.findall(r"\binsightdesk[_:][a-z0-9_:]+", re.sub(r'"[^"]*"', '""', expression)):
        base = re.sub(r"(_total|_seconds_bucket|_seconds_count|_seconds_sum|_seconds)$", "", metric)
        if metric in recorded or metric in exported or base in library or metric in library:
            known += 1
        else:
            faults.append(f"{where}: nothing makes the metric {metric}")
for fault in faults:
    print(fault, file=sys.stderr)
print(f"{len(alerts)} alerts, {len(pages)} runbooks, {known} uses of metrics")
sys.exit(1 if faults or not alerts or not known else 0)
