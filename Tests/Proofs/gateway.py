"""What the proofs share: a gateway and a case platform as real processes, and their answers."""
import atexit
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BINARIES = os.environ.get("FLYONCE_BIN", os.path.join(ROOT, ".build", "release"))
MODELS = os.environ.get("FLYONCE_MODELS", os.path.join(ROOT, "Models"))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def owned(process):
    """A process that ends with the proof, however that ends."""
    def end():
        if process.poll() is None:
            process.kill()
            process.wait()
    atexit.register(end)
    return process


class Platform:
    """The reference case platform, with a journal so that it can be stopped and started again."""

    def __init__(self, directory, *options):
        self.port = free_port()
        self.journal = os.path.join(directory, "cases.journal")
        self.options = list(options)
        self.process = None
        self.start()

    def start(self):
        self.process = owned(subprocess.Popen(
            [os.path.join(BINARIES, "case-platform"), "--port", str(self.port), "--journal", self.journal, *self.options],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        wait_until(lambda: self.summary() is not None, 20, "the case platform did not start")

    def stop(self):
        self.process.terminate()
        self.process.wait(20)

    def summary(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/admin/summary", timeout=5) as answer:
                return json.load(answer)
        except OSError:
            return None

    def cases(self):
        """External id → number of cases."""
        return {name: case["cases"] for name, case in self.summary()["external_ids"].items()}


class Gateway:
    """A daemon with one source or several, and one destination, released without review, or none."""

    def __init__(self, directory, url=None, platform=None, packs=(), extra="", sources=None, settings=""):
        """`sources` gives a URL by name; without it there is one, uav-1, at `url`. `extra` goes into each, `settings` beside them."""
        self.state = os.path.join(directory, "state")
        self.config = os.path.join(directory, "flyonce.yaml")
        self.port = free_port()
        self.log = open(os.path.join(directory, "gateway.log"), "ab")
        packs = list(packs) or sorted(
            os.path.join(MODELS, "packs", name) for name in os.listdir(os.path.join(MODELS, "packs")) if name.endswith(".yaml"))
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(CONFIG.format(
                state=self.state, port=self.port, catalogue=os.path.join(MODELS, "catalogue.yaml"),
                packs="".join(f"\n    - {path}" for path in packs),
                sources="\n".join(f"  {name}:\n    url: {at}\n{extra}" for name, at in (sources or {"uav-1": url}).items())))
            file.write(settings)
            if platform:
                file.write(DESTINATION.format(platform=platform.port))
        self.process = None

    def start(self):
        self.process = owned(subprocess.Popen(
            [os.path.join(BINARIES, "flyonce"), "run", "--config", self.config], stdout=self.log, stderr=self.log))

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.process.terminate()
        self.process.wait(40)
        return self.process.returncode

    def status(self):
        answer = subprocess.run(
            [os.path.join(BINARIES, "flyonce"), "status", "--config", self.config, "--format", "ndjson"],
            capture_output=True, text=True, timeout=30)
        return json.loads(answer.stdout) if answer.returncode == 0 and answer.stdout.strip() else None

    def asked(self):
        """The same, asked of the control socket without another process; None when nobody answers."""
        connection = http.client.HTTPConnection("flyonce.local", timeout=10)
        try:
            connection.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.sock.connect(os.path.join(self.state, "control.sock"))
            connection.request("GET", "/v1/status")
            return json.loads(connection.getresponse().read())
        except OSError:
            return None
        finally:
            connection.close()

    def is_settled(self):
        """True when a file source was read to its end and nothing is owed any more."""
        status = self.status()
        if not status or any(source["state"] not in ("ended",) for source in status["sources"]):
            return False
        return self.owes_nothing(status)

    def process_figures(self):
        """CPU seconds so far, resident MiB, threads and open files of the daemon."""
        folder = f"/proc/{self.process.pid}"
        with open(folder + "/stat", encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        ticks = os.sysconf("SC_CLK_TCK")
        return {"cpu": (int(fields[11]) + int(fields[12])) / ticks, "threads": int(fields[17]),
                "resident": int(fields[21]) * os.sysconf("SC_PAGE_SIZE") / 2**20, "files": len(os.listdir(folder + "/fd"))}

    def owes_nothing(self, status=None):
        status = status or self.status()
        return bool(status) and all(book["pending"] + book["leased"] == 0 for book in status["books"])

    def findings(self):
        import sqlite3
        connection = sqlite3.connect(f"file:{self.state}/flyonce.db?mode=ro", uri=True)
        try:
            return [json.loads(bytes(row[0])) for row in connection.execute(
                "SELECT r.feature FROM revisions r JOIN findings f ON f.id = r.finding AND f.revision = r.revision")]
        finally:
            connection.close()

    def reflights(self):
        """What each flight said of each finding: the number of the flight, from 1 in the order they were flown, the finding's id,
        the decision, and why none was made."""
        import sqlite3
        import uuid
        connection = sqlite3.connect(f"file:{self.state}/flyonce.db?mode=ro", uri=True)
        try:
            flights = [row[0] for row in connection.execute("SELECT id FROM flights ORDER BY first_frame")]
            return [
                (flights.index(flight) + 1, str(uuid.UUID(bytes=finding)), decision, doubt) for finding, flight, decision, doubt
                in connection.execute("SELECT finding, flight, decision, doubt FROM reflights") if flight in flights]
        finally:
            connection.close()


CONFIG = """gateway:
  name: proof
state_directory: {state}
http:
  listen: 127.0.0.1:{port}
rules:
  catalogue: {catalogue}
  packs:{packs}
sources:
{sources}
"""

DESTINATION = """
destinations:
  county:
    kind: four-platform
    url: http://127.0.0.1:{platform}
    entitled_to_originals: true
    release:
      default: auto
    retry:
      initial: 200ms
      maximum: 5s
"""


def wait_until(condition, seconds, complaint):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.2)
    raise SystemExit(complaint)


def scratch(name):
    """A folder that goes with the proof, however that ends; after the processes that were started in it."""
    folder = tempfile.mkdtemp(prefix=f"flyonce-{name}-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
