"""aiortc as a WHIP publisher; and bare requests, right ones and wrong ones."""

import asyncio
import contextlib
import urllib.parse

import aiohttp
from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.contrib.media import MediaPlayer

from . import footage

SDP = "application/sdp"


class AiortcPublisher:
    """Publishes a film with its tone; what it was answered is in `response`."""

    def __init__(self, url, key, hertz=440, size=(640, 360), fps=25, in_path=False):
        self.url, self.key, self.in_path = url, key, in_path
        self.film = footage.long_film(size, fps, hertz)
        self.peer, self.player, self.status, self.location = RTCPeerConnection(), None, None, None

    @property
    def headers(self):
        return {} if self.in_path else {"Authorization": f"Bearer {self.key}"}

    async def publish(self):
        self.player = MediaPlayer(str(self.film))
        for track in (self.player.video, self.player.audio):
            self.peer.addTransceiver(track, direction="sendonly")
        await self.peer.setLocalDescription(await self.peer.createOffer())
        url = f"{self.url}/{self.key}" if self.in_path else self.url
        async with aiohttp.ClientSession() as session:
            headers = {"Content-Type": SDP, **self.headers}
            async with session.post(url, data=self.peer.localDescription.sdp, headers=headers) as response:
                self.status, text = response.status, await response.text()
                assert self.status == 201, f"{self.status}: {text}"
                assert response.content_type == SDP and response.headers["ETag"]
                self.location = urllib.parse.urljoin(self.url, response.headers["Location"])
        await self.peer.setRemoteDescription(RTCSessionDescription(text, "answer"))
        return self

    async def delete(self):
        async with aiohttp.ClientSession() as session, session.delete(self.location, headers=self.headers) as response:
            return response.status

    async def close(self):
        await self.peer.close()
        for track in (self.player.video, self.player.audio) if self.player else ():
            track.stop()


@contextlib.asynccontextmanager
async def offer():
    """An offer of a peer that never publishes."""
    peer = RTCPeerConnection()
    for kind in ("video", "audio"):
        peer.addTransceiver(kind, direction="sendonly")
    await peer.setLocalDescription(await peer.createOffer())
    try:
        yield peer.localDescription.sdp
    finally:
        await peer.close()


async def post(session, url, key, sdp, **headers):
    """(status, text) of an offer with a key."""
    headers = {"Content-Type": SDP, "Authorization": f"Bearer {key}", **headers}
    async with session.post(url, data=sdp, headers=headers) as response:
        return response.status, await response.text()


async def flood(url, key_of, count, abreast=8, pause=0.04):
    """The statuses that many offers with keys of their own are answered with, counted; at most 200 a second."""
    statuses = {}
    numbers = iter(range(count))
    async with offer() as sdp, aiohttp.ClientSession() as session:

        async def work():
            for number in numbers:
                status, _ = await post(session, url, key_of(number), sdp)
                statuses[status] = statuses.get(status, 0) + 1
                await asyncio.sleep(pause)

        await asyncio.gather(*(work() for _ in range(abreast)))
    return statuses
