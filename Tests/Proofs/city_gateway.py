"""A city's event gateway as Models/case-flows/city-json.yaml describes it: JSON, {"code": …} under 200, an app key with a signature in
SM3, no idempotency key, and a list of changes. It makes a second case of every report it gets twice."""
import hashlib
import json
import time


class CityGateway:
    def __init__(self, key="flyonce-01", secret="city-secret"):
        self.key, self.secret = key, secret
        self.cases = []
        self.changes = []
        self.complaints = []
        self.nonces = set()

    def answer(self, method, path, query, headers, body):
        if not self.is_signed(query, headers, body):
            return self.say(401, "bad signature")
        if method == "POST" and path == "/event/v2/report":
            return self.report(json.loads(body))
        if method == "POST" and path == "/event/v2/append":
            return self.append(json.loads(body))
        if method == "GET" and path == "/event/v2/query":
            rows = [self.shown(case) for case in self.cases if case["id"] == query["thirdEventId"]]
            return self.say(0, "ok", rows)
        if method == "GET" and path == "/event/v2/changes":
            start = int(query["since"] or 0)
            rows = self.changes[start:start + int(query["size"])]
            end = start + len(rows)
            return self.say(0, "ok", {"rows": rows, "next": str(end), "hasMore": end < len(self.changes)})
        return self.say(404, "no such path")

    def is_signed(self, query, headers, body):
        values = dict(query)
        for name in ("X-App-Key", "X-Timestamp", "X-Nonce"):
            values[name] = headers.get(name, "")
        text = "&".join(f"{name}={values[name]}" for name in sorted(values) if values[name])
        text += f"&body={hashlib.new('sm3', body).hexdigest()}&secret={self.secret}"
        fresh = abs(time.time() * 1000 - int(values["X-Timestamp"] or 0)) < 300_000 and values["X-Nonce"] not in self.nonces
        self.nonces.add(values["X-Nonce"])
        signed = hashlib.new("sm3", text.encode()).hexdigest() == headers.get("X-Sign")
        if not signed or not fresh or values["X-App-Key"] != self.key:
            self.complaints.append(f"not signed: {text[:80]}")
            return False
        return True

    def report(self, event):
        for name in ("thirdEventId", "sourceCode", "areaCode", "eventType", "happenTime", "position"):
            if event.get(name) in (None, ""):
                self.complaints.append(f"{name} is missing")
                return self.say(400, f"{name} is missing")
        case = {"id": event["thirdEventId"], "no": f"SJ{len(self.cases) + 1:08d}", "stage": "上报", "reports": 1, "event": event}
        self.cases.append(case)
        return self.say(0, "ok", {"eventNo": case["no"]})

    def append(self, event):
        for case in self.cases:
            if case["no"] == event["eventNo"] and case["id"] == event["thirdEventId"]:
                case["reports"] += 1
                return self.say(0, "ok", {"eventNo": case["no"]})
        self.complaints.append(f"append to no case: {event['eventNo']}")
        return self.say(422, "no such case")

    def move(self, case, stage, opinion=""):
        case["stage"] = stage
        row = self.shown(case)
        row["opinion"] = opinion
        self.changes.append(row)

    @staticmethod
    def shown(case):
        return {"thirdEventId": case["id"], "eventNo": case["no"], "status": case["stage"],
                "updateTime": time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(time.time() + 28_800))}

    @staticmethod
    def say(code, text, data=None):
        return 200, "application/json;charset=UTF-8", json.dumps({"code": code, "msg": text, "data": data}, ensure_ascii=False).encode()
