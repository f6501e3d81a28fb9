"""`sluice serve` as a child process on ports of its own."""

import json
import os
import pathlib
import signal
import socket
import subprocess
import time
import urllib.request

from livekit import api

from .ports import free_port

KEY, SECRET = "devkey", "secret"
ROOT = pathlib.Path(__file__).resolve().parents[2]


def own_address():
    """This machine's address towards others: libnice, bound to an interface, does not reach the loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.200", 9))  # sends nothing
        except OSError:
            return "127.0.0.1"
        return probe.getsockname()[0]


def binary():
    path = os.environ.get("SLUICE_BINARY") or ROOT / ".build/release/sluice"
    assert pathlib.Path(path).exists(), f"{path} is not built: swift build -c release --product sluice"
    return str(path)


class Endpoint:
    """What clients and API callers of a room server need: where it is, and a key of it."""

    key, secret = KEY, SECRET
    signal_port = None

    @property
    def url(self):
        """Where clients go: the server, or what stands before its signalling."""
        return f"ws://127.0.0.1:{self.signal_port or self.port}"

    @property
    def http(self):
        return f"http://127.0.0.1:{self.port}"

    def answers(self):
        try:
            with urllib.request.urlopen(self.http, timeout=1) as answer:
                return answer.status == 200
        except OSError:
            return False

    def token(self, identity, room, **grants):
        grants = {"room_join": True, "room": room, **grants}
        return api.AccessToken(self.key, self.secret).with_identity(identity).with_grants(api.VideoGrants(**grants)).to_jwt()

    def api(self):
        return api.LiveKitAPI(self.http, self.key, self.secret)


class SluiceServer(Endpoint):
    """Starts on enter, is asked to stop on exit; its log is kept beside the recordings."""

    def __init__(self, folder, config=None):
        self.folder = pathlib.Path(folder)
        self.recordings = self.folder / "recordings"
        self.port = free_port()
        self.udp_port, self.media_port = free_port(socket.SOCK_DGRAM), free_port(socket.SOCK_DGRAM)
        self.rtmp_port, self.whip_port = free_port(), free_port()
        self.config = config or {}
        self.process = None

    @property
    def log(self):
        return (self.folder / "server.log").read_text(errors="replace")

    def __enter__(self):
        rtc = {"udp_port": self.udp_port, "tcp_port": 0, **self.config.get("rtc", {})}
        ingress = {"rtmp_port": self.rtmp_port, "whip_port": self.whip_port, **self.config.get("ingress", {})}
        ingress.setdefault("bind_address", "0.0.0.0")
        ingress["rtc_config"] = {"udp_port": self.media_port, "node_ip": own_address(), **ingress.get("rtc_config", {})}
        config = {**self.config, "rtc": rtc, "ingress": ingress}
        path = self.folder / "sluice.yaml"
        path.write_text(json.dumps(config))  # JSON is YAML
        command = [binary(), "serve", "--dev", "--port", str(self.port), "--bind", "127.0.0.1"]
        command += ["--recordings", str(self.recordings), "--config", str(path)]
        with open(self.folder / "server.log", "wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, cwd=self.folder)
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"sluice serve ended with {self.process.returncode}:\n{self.log[-4000:]}")
            if self.answers():
                return self
            time.sleep(0.05)
        self.process.kill()
        raise RuntimeError(f"sluice serve did not answer in 15 s:\n{self.log[-4000:]}")

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    @property
    def alive(self):
        return self.process.poll() is None

    def job_processes(self, word=b"egress-job"):
        """Process ids of the egress jobs, or others by the word of their command line, that this server started."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                arguments = (entry / "cmdline").read_bytes().split(b"\0")
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (OSError, ValueError, IndexError):
                continue
            if word in arguments and parent == self.process.pid:
                found.append(int(entry.name))
        return found
