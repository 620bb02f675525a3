"""load.py URL CA TOKEN FILE [retry]: a steady load of calls that may be made twice, until SIGTERM; then FILE says how they went.

Readers list tickets and get one, writers open tickets and reply to them, with an Idempotency-Key. No call is made again, but for the last argument: then a writer
repeats a ticket, with its key, until it is acknowledged, as a client should. FILE is JSON: calls, failed ones, keys of acknowledged tickets, how many replies
were acknowledged, the longest time without a success and the slowest answer, in seconds; whether the
last three seconds were without a failure.
"""
import collections
import http.client
import json
import random
import signal
import ssl
import sys
import threading
import time
import urllib.parse
import uuid

url, ca, token, file = sys.argv[1:5]
retry = "retry" in sys.argv[5:]
address = urllib.parse.urlsplit(url)
context = ssl.create_default_context(cafile=ca)
stop = threading.Event()
lock = threading.Lock()
calls, failures, acknowledged, answered = collections.Counter(), [], {}, []
slowest, replies = 0.0, 0


def record(what, begun, status, detail=""):
    global slowest
    now = time.monotonic()
    with lock:
        calls[what] += 1
        slowest = max(slowest, now - begun)
        if status in (200, 201):
            answered.append(now)
        else:
            failures.append({"call": what, "status": status, "detail": str(detail)[:300], "at": round(time.time(), 2), "took": round(now - begun, 2)})


class Client:
    def __init__(self):
        self.connection = None

    def ask(self, what, method, path, body=None, headers=None):
        begun = time.monotonic()
        try:
            if self.connection is None:
                self.connection = http.client.HTTPSConnection(address.hostname, address.port, context=context, timeout=30)
            self.connection.request(method, path, body=body, headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json", **(headers or {})})
            answer = self.connection.getresponse()
            text = answer.read()
            if answer.getheader("Connection", "").lower() == "close":
                self.close()
            record(what, begun, answer.status, text[:300])
            return answer.status, text
        except (OSError, http.client.HTTPException) as e:
            self.close()
            record(what, begun, 0, repr(e))
            return 0, b""

    def close(self):
        if self.connection is not None:
            self.connection.close()
        self.connection = None


def read(pause):
    client = Client()
    while not stop.is_set():
        client.ask("list", "GET", "/api/v1/tickets?limit=5")
        stop.wait(pause)
        with lock:
            some = random.choice(list(acknowledged.values())) if acknowledged else None
        if some:
            client.ask("get", "GET", f"/api/v1/tickets/{some}")
            stop.wait(pause)


def post(client, what, path, key, body):
    while True:
        status, text = client.ask(what, "POST", path, json.dumps(body), {"Idempotency-Key": key})
        if status == 201:
            return json.loads(text)
        if not retry or stop.is_set():
            return None
        time.sleep(0.5)


def write(pause):
    global replies
    client = Client()
    while not stop.is_set():
        key = str(uuid.uuid4())
        ticket = post(client, "open", "/api/v1/tickets", key, {"subject": f"load {key}", "message": {"text": "It burns."},
                                                               "requester": {"email": "ada@example.com", "name": "Ada"}})
        stop.wait(pause)
        if ticket is None:
            continue
        with lock:
            acknowledged[key] = ticket["id"]
        if post(client, "reply", f"/api/v1/tickets/{ticket['id']}/messages", f"{key}-reply", {"text": "We come."}) is not None:
            with lock:
                replies += 1
        stop.wait(pause)


signal.signal(signal.SIGTERM, lambda *_: stop.set())
signal.signal(signal.SIGINT, lambda *_: stop.set())
begun = time.monotonic()
threads = [threading.Thread(target=f, args=(p,)) for f, p in ((read, 0.2), (read, 0.2), (write, 0.25), (write, 0.25))]
for t in threads:
    t.start()
stop.wait()
for t in threads:
    t.join()
ended = time.monotonic()
moments = [begun, *sorted(answered), ended]
json.dump({"calls": sum(calls.values()), "by": calls, "failed": failures, "acknowledged": acknowledged, "replies": replies,
           "seconds": round(ended - begun, 1),
           "gap": round(max(b - a for a, b in zip(moments, moments[1:])), 2), "slowest": round(slowest, 2),
           "last": bool(answered) and not any(f["at"] > time.time() - 3 for f in failures)}, open(file, "w"))
