"""A TCP forwarder that can be shut: connections are cut and refused until it opens again, at the same port."""

import asyncio
import threading

from .ports import free_port


class Gate:
    """Runs in a thread of its own, so that a test may block."""

    def __init__(self, target_port):
        self.target, self.port = target_port, free_port()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.server, self.writers = None, set()
        self.connections = 0

    def __enter__(self):
        self.thread.start()
        self.open()
        return self

    def __exit__(self, *_):
        self.shut()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()

    def open(self):
        self._run(self._listen())

    def shut(self):
        self._run(self._cut())

    def _run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(10)

    async def _listen(self):
        self.server = await asyncio.start_server(self._forward, "127.0.0.1", self.port)

    async def _cut(self):
        self.server.close()
        for writer in list(self.writers):
            writer.transport.abort()

    async def _forward(self, reader, writer):
        self.connections += 1
        try:
            target_reader, target_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        both = {writer, target_writer}
        self.writers |= both
        await asyncio.gather(_copy(reader, target_writer), _copy(target_reader, writer))
        self.writers -= both


async def _copy(reader, writer):
    try:
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
        writer.write_eof()
    except (OSError, RuntimeError):
        writer.transport.abort()
