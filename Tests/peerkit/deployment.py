"""Redis, a room server and workers of both kinds as processes of their own; at the end nothing secret may be left lying about."""

import contextlib
import pathlib

import redis
from livekit.protocol import egress

from . import leaks
from .redis_server import RedisServer
from .servers import SECRET, EgressWorker, IngressWorker, RoomServer


class Deployment:
    """`with Deployment(folder) as deployed:` – all run until the end, which fails if one died or a secret leaked."""

    def __init__(self, folder, workers=1, worker_config=None, room_config=None, worker_environment=None, secrets=(),
                 ingress=False, ingress_config=None):
        self.folder = pathlib.Path(folder)
        self.redis = RedisServer(self.folder / "redis")
        self.room = RoomServer(self.folder, self.redis, room_config)
        self.ingress = IngressWorker(self.folder, self.redis, self.room, ingress_config) if ingress else None
        if self.ingress:
            self.room.config = {"ingress": self.ingress.addresses(), **self.room.config}
        self.workers = [EgressWorker(self.folder, self.redis, self.room, worker_config, f"worker-{n}", worker_environment)
                        for n in range(workers)]
        self.secrets = [SECRET, *secrets]  # whatever must not be seen again; tests add theirs
        self.seen = {}  # command lines that were looked at while jobs ran
        self.stack = contextlib.ExitStack()

    @property
    def worker(self):
        return self.workers[0]

    @property
    def children(self):
        return [self.redis, self.room, *self.workers, *([self.ingress] if self.ingress else [])]

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            for child in self.children:
                stack.enter_context(child)
            self.stack = stack.pop_all()
        return self

    def look_at_jobs(self):
        """Remembers the command lines of the jobs that run now."""
        for worker in self.workers:
            self.seen |= leaks.command_lines(worker.jobs())
        if self.ingress:
            self.seen |= leaks.command_lines(self.ingress.sessions())

    def stored(self):
        """Every egress as it lies in Redis."""
        with redis.Redis(port=self.redis.port) as client:
            return [egress.EgressInfo.FromString(value) for value in client.hgetall("egress").values()]

    def __exit__(self, kind, *_):
        if kind is not None:
            self.stack.close()
            return
        alive = {child.name: child.alive for child in self.children}
        infos = self.stored()
        self.stack.close()
        dead = {name: log.log[-3000:] for name, log in ((c.name, c) for c in self.children) if not alive[name]}
        assert not dead, f"not running at the end: {dead}"
        assert leaks.find(self.secrets, self.folder, infos, self.seen) == []
