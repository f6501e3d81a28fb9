"""Debian's Redis on a port of its own; its data outlives a kill."""

from .process import Child, accepts
from .ports import free_port


class RedisServer(Child):
    def __init__(self, folder, port=None):
        super().__init__("redis", folder)
        self.port = port or free_port()

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    @property
    def url(self):
        return f"redis://{self.address}"

    def command(self):
        # What was acknowledged is on disk: a restart is Redis being away, not Redis losing the rooms.
        return ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder),
                "--save", "", "--appendonly", "yes", "--appendfsync", "always"]

    def ready(self):
        return accepts(self.port)
