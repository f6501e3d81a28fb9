"""`sluice room`, `sluice egress` and `sluice ingress` as processes of their own, configured with the keys of LiveKit's files."""

import json
import pathlib
import socket
import urllib.request

from .process import Child
from .ports import free_port
from .server import Endpoint, binary, own_address

# A key and a secret that can be told from everything else in a log.
KEY, SECRET = "APIpeerkit", "sEcReT-of-the-test-servers-5Yx3kPq9"

# All costs are small here: how much fits on a machine is not what these tests ask.
KINDS = ("room_composite", "audio_room_composite", "participant", "track_composite", "track", "web", "audio_web")
CHEAP = {f"{kind}_cpu_cost": 0.01 for kind in KINDS}


class RoomServer(Child, Endpoint):
    """`sluice room`: the SFU and the APIs; its egresses are run by workers on the same Redis."""

    key, secret = KEY, SECRET

    def __init__(self, folder, redis, config=None, name="room"):
        super().__init__(name, folder)
        self.redis, self.config = redis, config or {}
        self.port, self.udp_port = free_port(), free_port(socket.SOCK_DGRAM)

    def command(self):
        config = {"port": self.port, "bind_addresses": ["127.0.0.1"], "keys": {self.key: self.secret},
                  "redis": {"address": self.redis.address}, **self.config}
        config["rtc"] = {"udp_port": self.udp_port, "tcp_port": 0, "node_ip": "127.0.0.1", **config.get("rtc", {})}
        path = self.folder / f"{self.name}.yaml"
        path.write_text(json.dumps(config))  # JSON is YAML
        return [binary(), "room", "--config", str(path)]

    def ready(self):
        return self.answers()


class EgressWorker(Child):
    """`sluice egress`: takes its jobs from Redis; a worker of the same name finds what its predecessor left."""

    def __init__(self, folder, redis, server, config=None, name="worker", environment=None):
        super().__init__(name, folder)
        self.redis, self.server, self.config = redis, server, config or {}
        self.extra_environment = environment or {}
        self.recordings = self.folder / "recordings"
        self.work_folder = self.folder / f"{name}-work"
        self.health_port, self.prometheus_port = free_port(), free_port()

    def command(self):
        config = {"api_key": self.server.key, "api_secret": self.server.secret, "ws_url": self.server.url,
                  "redis": {"address": self.redis.address}, "health_port": self.health_port,
                  "prometheus_port": self.prometheus_port, "recordings": str(self.recordings),
                  "cores": 64,  # more at once than a small machine would be trusted with
                  "work_folder": str(self.work_folder), "job_logs": str(self.folder / f"{self.name}-jobs"),
                  "logging": {"level": "debug"}, "cpu_cost": CHEAP, **self.config}
        path = self.folder / f"{self.name}.yaml"
        path.write_text(json.dumps(config))
        return [binary(), "egress", "--config", str(path)]

    def environment(self):
        return self.extra_environment

    def ready(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.health_port}/ready", timeout=1) as answer:
                return answer.status == 200
        except OSError:
            return False

    def jobs(self):
        """Process ids of the jobs that it runs."""
        return self.children(b"egress-job")

    def metrics(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.prometheus_port}/metrics", timeout=5) as answer:
            return answer.read().decode()

    def path(self, name):
        return pathlib.Path(self.recordings) / name


class IngressWorker(Child):
    """`sluice ingress`: takes publishers in, and pulls URLs that it is asked to over Redis."""

    def __init__(self, folder, redis, server, config=None, name="ingress"):
        super().__init__(name, folder)
        self.redis, self.server, self.config = redis, server, config or {}
        self.rtmp_port, self.whip_port, self.media_port = free_port(), free_port(), free_port(socket.SOCK_DGRAM)
        self.health_port, self.prometheus_port = free_port(), free_port()

    def addresses(self):
        """The room server's section that tells whoever makes an ingress where to publish."""
        return {"rtmp_base_url": f"rtmp://127.0.0.1:{self.rtmp_port}/live", "whip_base_url": f"http://127.0.0.1:{self.whip_port}/w"}

    def command(self):
        config = {"api_key": self.server.key, "api_secret": self.server.secret, "ws_url": self.server.url,
                  "redis": {"address": self.redis.address}, "health_port": self.health_port,
                  "prometheus_port": self.prometheus_port, "rtmp_port": self.rtmp_port, "whip_port": self.whip_port,
                  "cores": 64, "session_logs": str(self.folder / f"{self.name}-sessions"),
                  "logging": {"level": "debug"}, **self.config}
        config["rtc_config"] = {"udp_port": self.media_port, "node_ip": own_address(), **config.get("rtc_config", {})}
        path = self.folder / f"{self.name}.yaml"
        path.write_text(json.dumps(config))
        return [binary(), "ingress", "--config", str(path)]

    def ready(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.health_port}/availability", timeout=1) as answer:
                return answer.status == 200
        except OSError:
            return False

    def sessions(self):
        """Process ids of the transcoding sessions that it runs."""
        return self.children(b"ingress-session")

    def metrics(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.prometheus_port}/metrics", timeout=5) as answer:
            return answer.read().decode()
