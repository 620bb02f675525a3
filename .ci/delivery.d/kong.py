"""kong.py DOCKER COMPOSE: the gateway by Kong keeps the rules of nginx's, and its file has only fields that Kong 3 knows.

Kong itself cannot be had: the fields are those of its published schemas, written down here. COMPOSE is what docker compose config makes of the files.
"""
import json
import pathlib
import re
import sys

import yaml

docker, compose = pathlib.Path(sys.argv[1]), json.loads(pathlib.Path(sys.argv[2]).read_text())
kong = yaml.safe_load((docker / "kong/kong.yml").read_text())
nginx = (docker / "nginx/gateway.conf").read_text()
faults, checked = [], 0
HEALTHY, UNHEALTHY = {"interval": int, "http_statuses": list, "successes": int}, {"interval": int, "http_statuses": list, "tcp_failures": int, "timeouts": int, "http_failures": int}
KNOWN = {
    "file": {"_format_version": str, "_transform": bool, "upstreams": list, "services": list, "plugins": list},
    "upstream": {"name": str, "algorithm": ("round-robin", "consistent-hashing", "least-connections", "latency"), "slots": range(10, 65537), "targets": list, "healthchecks": dict},
    "target": {"target": re.compile(r"[a-z0-9.-]+:\d+"), "weight": range(0, 65536)},
    "healthchecks": {"active": dict, "passive": dict, "threshold": (int, float)},
    "active": {"type": ("http", "https", "tcp", "grpc", "grpcs"), "timeout": int, "concurrency": int, "http_path": re.compile("/.*"), "healthy": dict, "unhealthy": dict},
    "passive": {"type": ("http", "https", "tcp", "grpc", "grpcs"), "healthy": dict, "unhealthy": dict},
    "active healthy": HEALTHY, "active unhealthy": UNHEALTHY,
    "passive healthy": {k: v for k, v in HEALTHY.items() if k != "interval"}, "passive unhealthy": {k: v for k, v in UNHEALTHY.items() if k != "interval"},
    "service": {"name": str, "url": str, "host": str, "port": range(0, 65536), "protocol": ("http", "https"), "path": str, "retries": range(0, 32768), "connect_timeout": range(1, 2**31),
                "write_timeout": range(1, 2**31), "read_timeout": range(1, 2**31), "routes": list, "plugins": list},
    "route": {"name": str, "paths": list, "methods": list, "hosts": list, "protocols": list, "strip_path": bool, "preserve_host": bool, "request_buffering": bool,
              "response_buffering": bool, "regex_priority": int},
    "rate-limiting": {**dict.fromkeys(("second", "minute", "hour", "day"), int), "limit_by": ("consumer", "credential", "ip", "service", "header", "path", "consumer-group"),
                      "policy": ("local", "redis", "cluster"), "hide_client_headers": bool, "fault_tolerant": bool},
    "correlation-id": {"header_name": str, "generator": ("uuid", "uuid#counter", "tracker"), "echo_downstream": bool},
}


def known(kind, value):
    for field, found in value.items():
        rule = KNOWN[kind].get(field)
        good = (found in rule if isinstance(rule, (range, tuple)) and not isinstance(rule[0], type) else rule.fullmatch(str(found)) is not None if isinstance(rule, re.Pattern)
                else rule is not None and isinstance(found, rule) and not (rule is int and isinstance(found, bool)))
        expect(f"{kind} has {field}: {found}, which Kong does not take", good)


def expect(what, condition):
    global checked
    checked += 1
    if not condition:
        faults.append(what)


def same(what, in_kong, pattern, factor=1):
    found = re.search(pattern, nginx)
    expect(f"{what} is {in_kong} in Kong, and {found and found.group(1)} in nginx", found and int(found.group(1)) * factor == in_kong)


known("file", kong)
upstreams = {u["name"]: u for u in kong["upstreams"]}
for upstream in kong["upstreams"]:
    known("upstream", upstream)
    for target in upstream["targets"]:
        known("target", target)
        name, port = target["target"].split(":")
        expect(f"{name} is no service of the compose file", name in compose["services"])
    known("healthchecks", upstream["healthchecks"])
    for kind, check in upstream["healthchecks"].items():
        known(kind, check)
        known(f"{kind} healthy", check["healthy"])
        known(f"{kind} unhealthy", check["unhealthy"])
        # A 500 is the answer of one request, and not the end of a server.
        expect(f"{kind} checks take a server out for an answer", check["unhealthy"].get("http_failures") == 0)
for service in kong["services"]:
    known("service", service)
    expect(f"the service {service['name']} has both or none of url and host", ("url" in service) != ("host" in service))
    for route in service["routes"]:
        known("route", route)
        expect(f"the route {route['name']} cuts its path, or takes the client's host away", route["strip_path"] is False and route["preserve_host"] is True)
        for path in route["paths"]:
            expect(f"{path} is no path", path.startswith(("/", "~/")))
        for method in route.get("methods", []):
            expect(f"{method} is no method", method.isupper())
for plugin in kong["plugins"]:
    expect(f"there is no plugin {plugin['name']} here", plugin["name"] in KNOWN)
    known(plugin["name"], plugin["config"])

services = {s["name"]: s for s in kong["services"]}
api, health = services["api"], services["health"]
same("the port of the API", int(upstreams[api["host"]]["targets"][0]["target"].split(":")[1]), r"http://api:(\d+);\s+proxy_pass \$api")
expect("Kong waits longer for a connection than nginx", api["connect_timeout"] <= int(re.search(r"proxy_connect_timeout (\d+)s", nginx).group(1)) * 1000)
same("the time to send", api["write_timeout"], r"proxy_send_timeout (\d+)s", 1000)
same("the time to read", api["read_timeout"], r"proxy_read_timeout (\d+)s", 1000)
same("tries after the first", api["retries"] + 1, r"proxy_next_upstream_tries (\d+)")
same("the rate", next(p for p in kong["plugins"] if p["name"] == "rate-limiting")["config"]["second"], r"rate=(\d+)r/s")
same("the management port", int(health["url"].rsplit(":", 1)[1]), r"set \$management http://api:(\d+)")
# nginx passes nothing else on; what begins with @ is one of its own ways.
locations = {each for each in re.findall(r"location (?:~ \^)?(\S+?)\$? \{", nginx) if each != "/" and not each.startswith("@")}
paths = {p.removeprefix("~").rstrip("$") for s in kong["services"] for r in s["routes"] for p in r["paths"]}
expect(f"Kong passes on {paths}, nginx {locations}", paths == locations)
for what in ("request_buffering", "response_buffering"):
    expect(f"the API has {what}", api["routes"][0][what] is False)

gateway = compose["services"]["gateway"]
settings = gateway["environment"]
size = re.search(r"client_max_body_size (\w+)", nginx).group(1)
expect("bodies may be of another size", settings["KONG_NGINX_HTTP_CLIENT_MAX_BODY_SIZE"] == size)
expect("Kong listens elsewhere than the edge asks", settings["KONG_PROXY_LISTEN"].endswith(":" + re.search(r"listen (\d+);", nginx).group(1)))
expect("Kong can be configured from outside", settings["KONG_ADMIN_LISTEN"] == "off" and settings["KONG_DATABASE"] == "off")
expect("addresses are believed that are not the edge's", settings["KONG_TRUSTED_IPS"] == compose["networks"]["inside"]["ipam"]["config"][0]["subnet"])
mounts = {v["target"]: v["source"] for v in gateway["volumes"]}
expect("the file is not where Kong reads it", mounts == {str(pathlib.PurePosixPath(settings["KONG_DECLARATIVE_CONFIG"]).parent): str(docker / "kong")})
expect("Kong may write to its image, or is root", gateway.get("read_only") and gateway.get("cap_drop") == ["ALL"] and gateway["user"] != "0")
for fault in faults:
    print(fault, file=sys.stderr)
print(f"{checked} rules, of Kong's fields and of nginx's gateway; Kong itself was not run")
sys.exit(1 if faults else 0)
