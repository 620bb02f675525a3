"""kuma.py DIRECTORY: apply.py against a server that speaks what it uses of Uptime Kuma's socket API.

Uptime Kuma itself cannot be had here; events and answers are those that the client, which is made for it, asks for.
"""
import os
import pathlib
import socketserver
import subprocess
import sys
import tempfile
import threading
import wsgiref.simple_server

import socketio
import yaml

directory, scratch = pathlib.Path(sys.argv[1]), pathlib.Path(tempfile.mkdtemp(prefix="insightdesk-kuma."))
faults, checked, calls, monitors, known = [], 0, [], {}, set()
server = socketio.Server(async_mode="threading", allow_upgrades=False)


def expect(what, condition, found=""):
    global checked
    checked += 1
    if not condition:
        faults.append(f"{what}: {found}")


def as_kuma_says(monitor):
    """Uptime Kuma gives back more than it was told, with its own defaults."""
    return {"notificationIDList": {}, "conditions": [], "parent": None, "timeout": 48, "authMethod": "", "tags": [], "active": True, "httpBodyEncoding": "json", **monitor}


def everything():
    return {str(i): as_kuma_says(m) for i, m in monitors.items()}


@server.event
def connect(sid, environ):
    server.emit("info", {"version": "2.0.2", "primaryBaseURL": None}, to=sid)


def on(name):
    def register(handler):
        def guarded(sid, data=None):
            if name != "login" and sid not in known:
                return {"ok": False, "msg": "You are not logged in."}
            calls.append(name)
            return handler(sid, data)
        server.on(name, guarded)
        return handler
    return register


@on("login")
def login(sid, data):
    if (data["username"], data["password"]) != ("admin", "a secret"):
        return {"ok": False, "msg": "Incorrect username or password."}
    known.add(sid)
    server.emit("monitorList", everything(), to=sid)
    return {"ok": True, "token": "t"}


@on("getMonitorList")
def get_monitor_list(sid, _):
    server.emit("monitorList", everything(), to=sid)
    return {"ok": True}


@on("getMonitor")
def get_monitor(sid, number):
    return {"ok": True, "monitor": as_kuma_says(monitors[number])}


@on("add")
def add(sid, data):
    number = max(monitors, default=0) + 1
    monitors[number] = {**data, "id": number}
    server.emit("updateMonitorIntoList", {str(number): as_kuma_says(monitors[number])}, to=sid)
    return {"ok": True, "msg": "Added Successfully.", "monitorID": number}


@on("editMonitor")
def edit(sid, data):
    monitors[data["id"]] = {**monitors[data["id"]], **data}
    server.emit("updateMonitorIntoList", {str(data["id"]): as_kuma_says(monitors[data["id"]])}, to=sid)
    return {"ok": True, "msg": "Saved.", "monitorID": data["id"]}


@on("deleteMonitor")
def delete(sid, number):
    del monitors[number]
    server.emit("deleteMonitorFromList", number, to=sid)
    return {"ok": True, "msg": "Deleted Successfully."}


class Threading(socketserver.ThreadingMixIn, wsgiref.simple_server.WSGIServer):
    daemon_threads = True


class Quiet(wsgiref.simple_server.WSGIRequestHandler):
    def log_message(self, *arguments):
        pass


http = wsgiref.simple_server.make_server("127.0.0.1", 0, socketio.WSGIApp(server), server_class=Threading, handler_class=Quiet)
threading.Thread(target=http.serve_forever, daemon=True).start()
(scratch / "password").write_text("a secret\n")
file = scratch / "monitors.yml"
file.write_text((directory / "monitors.yml").read_text())
settings = {"UPTIME_KUMA_URL": f"http://127.0.0.1:{http.server_port}", "UPTIME_KUMA_USER": "admin", "UPTIME_KUMA_PASSWORD_FILE": str(scratch / "password"), "INSIGHTDESK_HOST": "desk.example.com"}


def run(*arguments, **other):
    calls.clear()
    environment = {**os.environ, **settings, **other}
    result = subprocess.run([sys.executable, str(directory / "apply.py"), *arguments, str(file)], capture_output=True, text=True, timeout=120,
                            env={k: v for k, v in environment.items() if v})
    return result.returncode, result.stdout + result.stderr


WRITES = {"add", "editMonitor", "deleteMonitor"}
count = len(yaml.safe_load(file.read_text())["monitors"])
code, said = run("--dry-run")
expect("a dry run says what it would do, and does nothing", code == 0 and said.count("makes ") == count and not WRITES & set(calls) and not monitors, (code, said, calls))
code, said = run()
expect("all are made", code == 0 and len(monitors) == count, (code, said))
expect("for this host", all("//desk.example.com/" in m["url"] for m in monitors.values() if m["type"] == "http"), monitors)
pushed = {m["name"]: m.get("pushToken") for m in monitors.values() if m["type"] == "push"}
code, said = run()
expect("the address of what pushes stays", pushed and all(pushed.values()) and pushed == {m["name"]: m.get("pushToken") for m in monitors.values() if m["type"] == "push"}, pushed)
expect("a second run changes nothing", code == 0 and not WRITES & set(calls) and said.startswith("0 changes"), (code, said, calls))
monitors[50] = {"id": 50, "name": "By hand", "type": "http", "url": "https://elsewhere.example.com", "description": None}
monitors[1].update(interval=3600, notificationIDList={"4": True})
code, said = run()
expect("what was changed there is changed back", code == 0 and monitors[1]["interval"] == 60, (code, said, monitors[1]))
expect("and nothing else is touched", calls.count("editMonitor") == 1 and "add" not in calls and "deleteMonitor" not in calls, calls)
expect("whom it tells stays as it was set there", monitors[1].get("notificationIDList") == {"4": True}, monitors[1].get("notificationIDList"))
document = yaml.safe_load(file.read_text())
gone = document["monitors"].pop()["name"]
file.write_text(yaml.safe_dump(document))
code, said = run()
expect("what is in the file no more is removed, what was made by hand is not", code == 0 and gone not in {m["name"] for m in monitors.values()} and 50 in monitors and calls.count("deleteMonitor") == 1, (code, said, calls))
twin = dict(monitors[1], id=70)
monitors[70] = twin
code, said = run()
expect("of two that are the same one stays", code == 0 and 70 not in monitors and 1 in monitors, (code, said))
document["monitors"][0]["name"] = "By hand"
file.write_text(yaml.safe_dump(document))
before = dict(monitors)
code, said = run()
expect("one that somebody made by hand is not taken over", code == 2 and "by hand" in said and monitors == before, (code, said))
document["monitors"] = []
file.write_text(yaml.safe_dump(document))
code, said = run()
expect("an empty file does not remove all", code == 2 and monitors == before and not calls, (code, said))
file.write_text((directory / "monitors.yml").read_text().replace("interval: 600", "intervall: 600"))
code, said = run()
expect("an unknown word is an error", code == 2 and "intervall" in said and not calls, (code, said))
file.write_text((directory / "monitors.yml").read_text())
code, said = run(INSIGHTDESK_HOST="")
expect("a variable that is missing is an error", code == 2 and "INSIGHTDESK_HOST" in said, (code, said))
(scratch / "password").write_text("wrong")
code, said = run()
expect("a wrong password is an error, and is not printed", code == 1 and "Incorrect" in said and "wrong" not in said and monitors == before, (code, said))
for fault in faults:
    print(fault, file=sys.stderr)
print(f"{checked} expectations of apply.py; Uptime Kuma itself was not run")
sys.exit(1 if faults else 0)
