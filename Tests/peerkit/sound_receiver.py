"""The other end of a WebSocket egress: raw sound and what was said about muting."""

import json
import time

import numpy as np
from aiohttp import WSMsgType, web


class SoundReceiver:
    def __init__(self):
        self.sound, self.texts, self.headers = bytearray(), [], []
        self.first = None

    async def __aenter__(self):
        app = web.Application()
        app.router.add_get("/sound", self._receive)
        self.runner = web.AppRunner(app)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        self.url = f"ws://127.0.0.1:{self.runner.addresses[0][1]}/sound"
        return self

    async def _receive(self, request):
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.headers.append(request.headers.copy())
        async for message in socket:
            if message.type == WSMsgType.BINARY:
                self.first = self.first or time.monotonic()
                self.sound += message.data
            elif message.type == WSMsgType.TEXT:
                self.texts.append(json.loads(message.data))
        return socket

    def samples(self):
        """Frames × 2 of what came: S16LE, 48 kHz, interleaved."""
        return np.frombuffer(bytes(self.sound), dtype="<i2").reshape(-1, 2) / 32768

    async def __aexit__(self, *_):
        await self.runner.cleanup()

    async def aclose(self):
        await self.__aexit__()
