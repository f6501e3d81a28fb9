"""Everything that passes over the bus, in order: which channel, which message."""

import asyncio
import contextlib
import dataclasses

import redis.asyncio
from google.protobuf.message import DecodeError

from . import bus
from . import rpc_messages as wire


@dataclasses.dataclass
class Passed:
    channel: str
    type_url: str
    message: object
    payload: bytes


class Wiretap:
    def __init__(self, url):
        self.client = redis.asyncio.Redis.from_url(url)
        self.pubsub = self.client.pubsub()
        self.passed = []

    async def __aenter__(self):
        await self.pubsub.psubscribe("*")
        confirmation = await self.pubsub.get_message(timeout=5)
        assert confirmation["type"] == "psubscribe"
        self.task = asyncio.create_task(self._listen())
        return self

    async def _listen(self):
        async for message in self.pubsub.listen():
            if message["type"] == "pmessage":
                try:
                    outer = wire.Msg.FromString(message["data"])
                except DecodeError:
                    continue  # noise that a test makes
                inner = bus.unwrap(message["data"]) if outer.type_url in wire.TYPES else None
                self.passed.append(Passed(message["channel"].decode(), outer.type_url, inner, message["data"]))

    async def __aexit__(self, *_):
        self.task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.task
        await self.pubsub.aclose()
        await self.client.aclose()

    async def aclose(self):
        await self.__aexit__()

    def exchange(self, request_channel):
        """The messages that belong to the first request on a channel: request, claims, verdict, response."""
        first = next(p for p in self.passed if p.channel == request_channel)
        return [p for p in self.passed if p.message and p.message.request_id == first.message.request_id]
