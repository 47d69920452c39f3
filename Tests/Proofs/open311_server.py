#!/usr/bin/env python3
"""A GeoReport v2 server after the specification (wiki.open311.org/GeoReport_v2), JSON only: services, POST and GET requests, tokens.
It breaks off with 400 where the specification demands something that is missing, and numbers requests late when it is told to.

    open311_server.py [--port 8311] [--late SECONDS]
"""
import argparse
import json
import re
import time
import urllib.parse
from datetime import datetime, timedelta, timezone

from proof_server import ProofServer

SERVICES = {"006": "Waste", "008": "Building site", "099": "Other"}
#: What POST may carry, besides attribute[CODE].
FIELDS = {"jurisdiction_id", "service_code", "lat", "long", "address_string", "address_id", "email", "device_id", "account_id",
          "first_name", "last_name", "phone", "description", "media_url", "api_key"}
LONGEST_SPAN = timedelta(days=90)
MOST = 1000


class Open311:
    def __init__(self, jurisdiction="city.example", key="proof-key", late=0.0, most=MOST):
        self.jurisdiction, self.key, self.late, self.most = jurisdiction, key, late, most
        self.rows = []
        self.complaints = []

    def answer(self, method, path, query, headers, body):
        found = re.fullmatch(r"/v2/(.+)\.json", path)
        if not found:
            return self.error(404, "no such resource")
        if method == "POST":
            if not headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded"):
                return self.error(400, "the body is not a form")
            form = dict(urllib.parse.parse_qsl(body.decode("utf-8", "strict"), keep_blank_values=True))
            if form.get("api_key") != self.key:
                return self.error(403, "api_key is missing or wrong")
        else:
            form = query
        if form.get("jurisdiction_id") != self.jurisdiction:
            return self.error(400 if "jurisdiction_id" not in form else 404, "jurisdiction_id was not provided or not found")
        name = found.group(1)
        if name == "services" and method == "GET":
            return self.ok([{"service_code": code, "service_name": text, "metadata": False, "type": "batch" if self.late else "realtime"}
                            for code, text in SERVICES.items()])
        if name == "requests":
            return self.create(form) if method == "POST" else self.list(form)
        if method == "GET" and name.startswith("requests/"):
            return self.one(urllib.parse.unquote(name.removeprefix("requests/")))
        if method == "GET" and name.startswith("tokens/"):
            return self.token(urllib.parse.unquote(name.removeprefix("tokens/")))
        return self.error(404, "no such resource")

    def create(self, form):
        unknown = [name for name in form if name not in FIELDS and not re.fullmatch(r"attribute\[[^\]]+\](\[\])?", name)]
        if unknown:
            self.complaints.append(f"fields that the specification has not: {unknown}")
        if form.get("service_code") not in SERVICES:
            return self.error(404 if "service_code" in form else 400, "service_code was not provided or not found")
        try:
            place = float(form["lat"]), float(form["long"])
            if not (-90 <= place[0] <= 90 and -180 <= place[1] <= 180):
                raise ValueError
        except (KeyError, ValueError):
            if "address_string" not in form and "address_id" not in form:
                return self.error(400, "lat and long, address_string or address_id must be provided")
            place = None, None
        if len(form.get("description", "")) > 4000:
            return self.error(400, "description is longer than 4,000 characters")
        number = str(len(self.rows) + 100001)
        row = {"number": number, "token": f"t-{number}/{len(self.rows)}", "at": datetime.now(timezone.utc), "ready": time.monotonic() + self.late,
               "form": form, "place": place, "status": "open", "notes": None, "updated": datetime.now(timezone.utc)}
        self.rows.append(row)
        if self.late:
            return self.ok([{"token": row["token"], "service_notice": "", "account_id": None}], 201)
        return self.ok([{"service_request_id": number, "service_notice": "", "account_id": None}], 201)

    def visible(self):
        return [row for row in self.rows if time.monotonic() >= row["ready"]]

    def shown(self, row):
        def stamp(when):
            return when.replace(microsecond=0).isoformat().replace("+00:00", "Z")
        form = row["form"]
        return {"service_request_id": row["number"], "status": row["status"], "status_notes": row["notes"],
                "service_name": SERVICES[form["service_code"]], "service_code": form["service_code"],
                "description": form.get("description", ""), "agency_responsible": None, "service_notice": None,
                "requested_datetime": stamp(row["at"]), "updated_datetime": stamp(row["updated"]), "expected_datetime": None,
                "address": None, "address_id": 0, "zipcode": 0, "lat": row["place"][0], "long": row["place"][1],
                "media_url": form.get("media_url")}

    def list(self, query):
        if "service_request_id" in query:
            wanted = query["service_request_id"].split(",")
            return self.ok([self.shown(row) for row in self.visible() if row["number"] in wanted])
        try:
            end = self.date(query.get("end_date")) or datetime.now(timezone.utc)
            start = self.date(query.get("start_date")) or end - LONGEST_SPAN
        except ValueError:
            return self.error(400, "dates are W3C: 2010-01-01T00:00:00Z")
        if end - start > LONGEST_SPAN:
            self.complaints.append(f"a span of {end - start}")
            start = end - LONGEST_SPAN
        codes = query["service_code"].split(",") if "service_code" in query else None
        rows = [row for row in self.visible() if start <= row["at"] <= end and (not codes or row["form"]["service_code"] in codes)]
        rows.sort(key=lambda row: row["at"], reverse=True)
        return self.ok([self.shown(row) for row in rows[:self.most]])

    @staticmethod
    def date(text):
        return datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None

    def one(self, number):
        for row in self.visible():
            if row["number"] == number:
                return self.ok([self.shown(row)])
        return self.error(404, "service_request_id was not found")

    def token(self, token):
        for row in self.rows:
            if row["token"] == token:
                ready = time.monotonic() >= row["ready"]
                return self.ok([{"service_request_id": row["number"] if ready else None, "token": token}])
        return self.error(404, "token was not found")

    def close(self, number, notes):
        for row in self.rows:
            if row["number"] == number:
                row["status"], row["notes"], row["updated"] = "closed", notes, datetime.now(timezone.utc)

    @staticmethod
    def ok(value, status=200):
        return status, "application/json; charset=utf-8", json.dumps(value).encode()

    @staticmethod
    def error(status, text):
        return status, "application/json; charset=utf-8", json.dumps([{"code": status, "description": text}]).encode()


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--late", type=float, default=0, help="seconds until a request has its number; until then there is a token")
    options = arguments.parse_args()
    server = ProofServer(Open311(late=options.late).answer)
    print(f"{server.url}/v2", flush=True)
    while True:
        time.sleep(3600)


if __name__ == "__main__":
    main()
