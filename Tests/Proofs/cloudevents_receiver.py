#!/usr/bin/env python3
"""Takes CloudEvents with the library of the CloudEvents project (PyPI `cloudevents`), which refuses what is none. An event is one by
its source and id, however often it comes.

    cloudevents_receiver.py
"""
import json
import time

from cloudevents.core.bindings.http import HTTPMessage, from_binary_event, from_structured_event
from cloudevents.core.formats.json import JSONFormat

from proof_server import ProofServer

BATCH = "application/cloudevents-batch+json"


class Receiver:
    def __init__(self):
        self.events = {}
        self.repeated = 0
        self.modes = {"structured": 0, "binary": 0, "batch": 0}
        self.largest_batch = 0
        self.complaints = []

    def answer(self, method, path, query, headers, body):
        if method != "POST":
            return 405, "text/plain", b""
        kind = headers.get("Content-Type", "").split(";")[0].strip().lower()
        message = HTTPMessage(headers={name.lower(): value for name, value in headers.items()}, body=body)
        try:
            if kind == BATCH:
                self.modes["batch"] += 1
                parts = json.loads(body)
                self.largest_batch = max(self.largest_batch, len(parts))
                events = [JSONFormat().read(None, json.dumps(part)) for part in parts]
            elif kind == "application/cloudevents+json":
                self.modes["structured"] += 1
                events = [from_structured_event(message)]
            else:
                self.modes["binary"] += 1
                events = [from_binary_event(message)]
            for event in events:
                self.take(event)
        except Exception as error:  # what the library says is what is to be told
            self.complaints.append(f"{kind}: {type(error).__name__}: {error}")
            return 400, "text/plain", b""
        return 202, "text/plain", b""

    def take(self, event):
        key = event.get_source(), event.get_id()
        data = event.get_data()
        if isinstance(data, (bytes, str)):
            data = json.loads(data)
        finding, revision = key[1].rsplit("-", 1)
        if event.get_specversion() != "1.0" or event.get_subject() != finding or data["id"] != finding:
            self.complaints.append(f"{key}: not about {finding}")
        if data["properties"]["revision"] != int(revision):
            self.complaints.append(f"{key}: revision {data['properties']['revision']}")
        self.repeated += key in self.events
        if self.events.setdefault(key, data) != data:
            self.complaints.append(f"{key}: another text under the same id")

    def findings(self):
        return {data["id"] for data in self.events.values()}


def main():
    receiver = Receiver()
    server = ProofServer(receiver.answer)
    print(server.url, flush=True)
    while True:
        time.sleep(3600)


if __name__ == "__main__":
    main()
