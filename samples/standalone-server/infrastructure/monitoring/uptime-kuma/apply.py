#!/usr/bin/env python3
"""apply.py [--dry-run] [FILE]: makes Uptime Kuma watch what monitors.yml says, and nothing that it does not say any more.

Uptime Kuma 2 has no import; this speaks its socket API, as its own pages do. Run twice it changes nothing. Only monitors that it made itself, which it knows
by their description, are changed or removed; one of the same name that somebody made by hand is an error. Who is told is left as it is set there.

UPTIME_KUMA_URL, UPTIME_KUMA_USER, UPTIME_KUMA_PASSWORD_FILE, and what the file names with ${NAME}. Ends with 0, with 1 when Uptime Kuma refused something, with
2 when something is wrong with the file or the settings; with --dry-run nothing is changed, and what would be is printed.
"""
import os
import pathlib
import re
import sys

import yaml

MARK = "Managed by monitors.yml; what is changed here is changed back."
TAKEN = {"name", "type", "url", "accepted_statuscodes", "expiryNotification", "interval", "retryInterval", "maxretries", "resendInterval", "maxredirects", "method", "timeout"}


class Wrong(Exception):
    """Something that whoever starts this has to correct."""


def setting(name):
    value = os.environ.get(name)
    if not value:
        raise Wrong(f"{name} is missing")
    return value


def wanted(file):
    """The monitors of the file by name, complete, with the environment filled in."""
    document = yaml.safe_load(file.read_text())
    if not isinstance(document, dict) or set(document) != {"defaults", "monitors"}:
        raise Wrong(f"{file} has to have defaults and monitors, and nothing else")
    monitors = {}
    for given in document["monitors"]:
        monitor = {"maxretries": 0, "interval": 60, "retryInterval": 60, "resendInterval": 0, "expiryNotification": False, "method": "GET", **document["defaults"], **given}
        name = monitor.get("name")
        unknown = set(monitor) - TAKEN
        if unknown:
            raise Wrong(f"{name}: {', '.join(sorted(unknown))} cannot be set by this file")
        # What pushes is told its address by Uptime Kuma, which makes it.
        asked = {"url", "accepted_statuscodes"} & set(monitor)
        if not name or (monitor.get("type"), len(asked)) not in (("http", 2), ("push", 0)):
            raise Wrong(f"{name}: a monitor has a name, and the type http with a url and accepted_statuscodes, or the type push without them")
        if name in monitors:
            raise Wrong(f"{name} is there twice")
        if monitor["type"] == "http":
            monitor["url"] = re.sub(r"\$\{(\w+)\}", lambda match: setting(match.group(1)), monitor["url"])
            if not re.fullmatch(r"https?://[^\s$]+", monitor["url"]):
                raise Wrong(f"{name}: {monitor['url']} is no address")
        monitors[name] = {**monitor, "description": MARK}
    if not monitors:
        # It would remove all.
        raise Wrong(f"{file} has no monitors")
    return monitors


def differences(found, monitor):
    return [key for key, value in monitor.items() if str(getattr(found.get(key), "value", found.get(key))) != str(value)]


def apply(api, monitors, dry_run):
    """Changes what has to be, and tells; how many changes these were."""
    changes = 0
    existing = {}
    for found in api.get_monitors():
        existing.setdefault(found["name"], []).append(found)
    ours = {name: [m for m in found if m.get("description") == MARK] for name, found in existing.items()}
    for name in monitors:
        if any(m.get("description") != MARK for m in existing.get(name, [])):
            raise Wrong(f"there is a monitor {name!r} that somebody made by hand: rename it, or remove it")
    for name, monitor in monitors.items():
        same = ours.get(name, [])
        if not same:
            print(f"makes {name}")
            changes += 1
            if not dry_run:
                api.add_monitor(**monitor)
            continue
        differ = differences(same[0], monitor)
        if differ:
            print(f"changes {name}: {', '.join(differ)}")
            changes += 1
            if not dry_run:
                api.edit_monitor(same[0]["id"], **monitor)
    for name, found in ours.items():
        # Twice there is one that was made by two runs at once.
        for monitor in found[1:] if name in monitors else found:
            print(f"removes {name}")
            changes += 1
            if not dry_run:
                api.delete_monitor(monitor["id"])
    return changes


def main(arguments):
    dry_run = "--dry-run" in arguments
    rest = [a for a in arguments if a != "--dry-run"]
    if len(rest) > 1 or any(a.startswith("-") for a in rest):
        raise Wrong("apply.py [--dry-run] [FILE]")
    monitors = wanted(pathlib.Path(rest[0]) if rest else pathlib.Path(__file__).with_name("monitors.yml"))
    url, user = setting("UPTIME_KUMA_URL"), setting("UPTIME_KUMA_USER")
    password = pathlib.Path(setting("UPTIME_KUMA_PASSWORD_FILE")).read_text().rstrip("\n")
    from uptime_kuma_api import UptimeKumaApi
    with UptimeKumaApi(url, timeout=30) as api:
        api.login(user, password)
        changes = apply(api, monitors, dry_run)
    print(f"{changes} {'changes to make' if dry_run else 'changes'}, {len(monitors)} monitors")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (Wrong, OSError, yaml.YAMLError) as wrong:
        print(f"apply: {wrong}", file=sys.stderr)
        sys.exit(2)
    except Exception as refused:  # of the client and of what it stands on: a time-out, a wrong password, what Uptime Kuma says
        print(f"apply: Uptime Kuma refused: {type(refused).__name__}: {refused}", file=sys.stderr)
        sys.exit(1)
