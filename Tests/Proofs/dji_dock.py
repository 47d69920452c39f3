"""A simulated dock: aircraft that say their properties and their fast telemetry to a broker, as DJI's Cloud API has it."""
import json
import math
import socket
import struct
import threading
import time


class Link:
    """MQTT 3.1.1, as much of it as a device needs to speak without being answered."""

    def __init__(self, port, client):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=2)
        name = client.encode()
        body = struct.pack(">H4sBBH", 4, b"MQTT", 4, 2, 60) + struct.pack(">H", len(name)) + name
        self.socket.sendall(b"\x10" + self.length(len(body)) + body)
        answer = self.socket.recv(4)
        if len(answer) < 4 or answer[3] != 0:
            raise OSError("refused")

    @staticmethod
    def length(number):
        out = b""
        while True:
            number, byte = divmod(number, 128)
            out += bytes([byte | (128 if number else 0)])
            if not number:
                return out

    def publish(self, topic, text):
        name = topic.encode()
        body = struct.pack(">H", len(name)) + name + text.encode()
        self.socket.sendall(b"\x30" + self.length(len(body)) + body)

    def close(self):
        self.socket.close()


class Aircraft(threading.Thread):
    """Circles: fast telemetry through its dock at `rate` Hz, its own properties every two seconds."""

    def __init__(self, number, port, rate):
        super().__init__(daemon=True)
        self.serial, self.dock = f"UAV{number}", f"DOCK{number}"
        self.number, self.port, self.rate = number, port, rate
        self.sent = {}
        self.unsent = 0
        self.ends = threading.Event()

    def pose(self, at):
        angle = at * 0.05 + self.number
        return {
            "latitude": 30.0 + self.number / 10 + 0.001 * math.sin(angle),
            "longitude": 120.0 + 0.001 * math.cos(angle),
            "height": 100.0 + 5 * math.sin(angle), "attitude_head": round((math.degrees(angle) + 180) % 360 - 180, 1),
            "gimbal_pitch": -45.0, "gimbal_roll": 0.0, "gimbal_yaw": round((math.degrees(angle) + 180) % 360 - 180, 1),
        }

    def fast(self, milliseconds, count):
        data = dict(self.pose(milliseconds / 1000), speed_x=3.0, speed_y=4.0, speed_z=0.0)
        return json.dumps({"method": "osd_info_push", "seq": count, "timestamp": milliseconds, "data": data})

    def slow(self, milliseconds):
        pose = self.pose(milliseconds / 1000)
        camera = {key: pose.pop(key) for key in ("gimbal_pitch", "gimbal_roll", "gimbal_yaw")}
        camera.update(payload_index="53-0-0", zoom_factor=2, measure_target_error_state=3)
        data = dict(pose, elevation=pose["height"] - 20, attitude_pitch=-3.5, attitude_roll=0.4, horizontal_speed=5,
                    mode_code=5, battery={"capacity_percent": 80}, **{"53-0-0": camera})
        return json.dumps({"tid": "t", "bid": "b", "timestamp": milliseconds, "gateway": self.dock, "data": data})

    def run(self):
        link, count, due = None, 0, time.time()
        while not self.ends.is_set():
            now = time.time()
            milliseconds = int(now * 1000)
            try:
                link = link or Link(self.port, self.serial)
                if count % (2 * self.rate) == 0:
                    link.publish(f"thing/product/{self.serial}/osd", self.slow(milliseconds))
                link.publish(f"thing/product/{self.dock}/drc/up", self.fast(milliseconds, count))
                self.sent[milliseconds] = now
            except OSError:
                self.unsent += 1
                if link:
                    link.close()
                link = None
            count += 1
            due += 1 / self.rate
            time.sleep(max(0, due - time.time()))
