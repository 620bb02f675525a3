"""register.py CHECKOUT CHECKS: site/operations/kit.md names places that are there, checks that are made, and every file of the kit."""
import pathlib
import re
import sys

root, checks = pathlib.Path(sys.argv[1]), set(pathlib.Path(sys.argv[2]).read_text().splitlines())
kit = root / "samples/standalone-server/infrastructure"
faults, places, held = [], [], set()
rows = [[c.strip() for c in line.strip("|").split("|")] for line in (root / "site/operations/kit.md").read_text().splitlines()
        if line.startswith("| ") and line.count("|") == 4]
for what, place, check in rows:
    if what == "what" or set(what) <= {"-"}:
        continue
    if place.startswith("not yet"):
        if check != "–":
            faults.append(f"{what}: not yet, and held by {check}?")
        continue
    found = re.findall(r"`([^`]+)`", place)
    if not found:
        faults.append(f"{what}: no place")
    for each in found:
        path = (root if each.startswith((".", "site")) else kit) / each
        if not path.exists():
            faults.append(f"{what}: {each} is not there")
        places.append(path)
    held.add(check)
    if check not in checks:
        faults.append(f"{what}: there is no check {check!r}")
covered = 0
for file in [*kit.rglob("*"), *(root / ".github/workflows").glob("*")]:
    if file.is_file():
        covered += 1
        if not any(file == p or p in file.parents or file.name == f"{p.name}.dockerignore" and file.parent == p.parent for p in places):
            faults.append(f"{file.relative_to(root)} is in no row")
for fault in faults:
    print(fault, file=sys.stderr)
print(f"{len(places)} places, {covered} files, {len(held)} of {len(checks)} checks named")
sys.exit(1 if faults or not places else 0)
