"""Peers that dawdle, vanish, or say too much are cut off, and whoever publishes beside them does not notice."""

import asyncio
import contextlib
import os
import time

import pytest

from peerkit import flood, ingress, leaks, rtmp_client, whip
from peerkit.encoders import FFmpeg, WebRTCBin
from peerkit.recording import spans, tone_levels
from peerkit.rtmp_client import RTMPClient
from peerkit.subscriber import SAMPLE_RATE, Subscriber

PATIENCE = 20  # seconds: a publisher has 10 to say what it wants, an HTTP request 10 to be complete


async def connected(port):
    return await RTMPClient(port).open()


async def shaken(port):
    return await (await connected(port)).shake_hands()


async def dribble(client, data, every):
    """Sends a byte at a time until it is cut off."""
    with contextlib.suppress(ConnectionError, OSError):
        for byte in data:
            client.writer.write(bytes([byte]))
            await client.writer.drain()
            await asyncio.sleep(every)


async def pour(client, data):
    with contextlib.suppress(ConnectionError, OSError):
        for begin in range(0, len(data), 1 << 14):
            client.writer.write(data[begin : begin + (1 << 14)])
            await client.writer.drain()


async def cut_off(client, sending=None, patience=PATIENCE):
    """Seconds until the other side ended the connection; and what it said."""
    begun = time.monotonic()
    task = asyncio.create_task(sending) if sending else None
    try:
        ended = await client.ended(patience)
    finally:
        if task:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await client.close()
    return (time.monotonic() - begun if ended else None), client.said


async def rtmp_peers(port):
    """name → (seconds, text) of each way to misuse RTMP."""
    silent, slow, half, waiting, large, long, noisy, web = await asyncio.gather(
        connected(port), connected(port), shaken(port), shaken(port), shaken(port), shaken(port), connected(port),
        connected(port))
    waiting.connect()
    claims = rtmp_client.message(20, os.urandom(400_000), claimed=0xFFFFFF)
    jumbo = rtmp_client.message(rtmp_client.SET_CHUNK_SIZE, (0x7FFFFFFF).to_bytes(4, "big"), channel=2)
    jumbo += claims[:12] + os.urandom(400_000)
    ways = {"says nothing": cut_off(silent), "a byte a second": cut_off(slow, dribble(slow, b"\x03" + bytes(2000), 1)),
            "silent after the handshake": cut_off(half), "silent after connect": cut_off(waiting),
            "a message of 16 MB": cut_off(large, pour(large, claims)), "a chunk of 2 GB": cut_off(long, pour(long, jumbo)),
            "noise": cut_off(noisy, pour(noisy, b"\x09" + os.urandom(100_000))),
            "a web page": cut_off(web, pour(web, b"GET / HTTP/1.1\r\nHost: example.com\r\n\r\n"))}
    return dict(zip(ways, await asyncio.gather(*ways.values())))


def http_head(key, *lines):
    return "\r\n".join(["POST /w HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Bearer {key}", "Content-Type: application/sdp",
                        *lines, "", ""]).encode()


async def whip_peers(port, key):
    """The same of WHIP; the key is a right one."""
    names = ("slow head", "slow body", "a body of 10 MB", "a body without an end", "a header of 100 kB", "noise")
    clients = await asyncio.gather(*(connected(port) for _ in names))
    slow, body, large, endless, header, noise = clients
    chunks = http_head(key, "Transfer-Encoding: chunked") + b"1000\r\n" + b"v" * 0x1000 + b"\r\n"
    ways = [cut_off(slow, dribble(slow, http_head(key), 0.5)),
            cut_off(body, dribble(body, http_head(key, "Content-Length: 4000")[:-1] + b"\nv=0\r\n" + b"s=-\r\n" * 700, 0.25)),
            cut_off(large, pour(large, http_head(key, "Content-Length: 10000000") + bytes(10_000_000))),
            cut_off(endless, pour(endless, chunks + (b"1000\r\n" + b"v" * 0x1000 + b"\r\n") * 1000)),
            cut_off(header, pour(header, http_head(key, "X-Long: " + "x" * 100_000))),
            cut_off(noise, pour(noise, os.urandom(50_000)))]
    return dict(zip(names, await asyncio.gather(*ways)))


class Undisturbed:
    """`async with` around trouble: two publishers, one by RTMP and one by WHIP, are seen and heard as before all the time."""

    def __init__(self, watcher):
        self.watcher = watcher

    async def __aenter__(self):
        self.tracks = {(n, k): await self.watcher.track(n, k) for n in ("rtmp", "whip") for k in ("video", "audio")}
        begun = time.monotonic()
        await asyncio.sleep(4)
        self.rates = {n: self.tracks[n, "video"].sight(begun).rate for n in ("rtmp", "whip")}  # as before, on this machine
        self.since = time.monotonic()
        return self

    async def __aexit__(self, kind, *_):
        if kind is not None:
            return
        for (name, what), track in self.tracks.items():
            assert (await self.watcher.track(name, what)).sid == track.sid, f"{name}: another track"
            if what == "video":
                sight = track.sight(self.since)
                assert sight.rate > 0.5 * self.rates[name] and sight.longest_gap < 2, (
                    f"{name}: {sight.rate:.1f} pictures a second, {self.rates[name]:.1f} before, "
                    f"{sight.longest_gap:.2f} s without one")
            else:
                sound = track.sound(self.since)
                heard = spans(tone_levels(sound, SAMPLE_RATE, HERTZ[name], window=0.05), 0.05, gap=0.2)
                total = sum(end - begin for begin, end in heard)
                assert total > 0.8 * len(sound) / SAMPLE_RATE - 0.2, f"{name}: sound stops, {heard}"
        assert not [e for e in self.watcher.events if e[0] in ("left", "unpublished")]


HERTZ = {"rtmp": 440, "whip": 660}


@pytest.fixture
async def studio(server, closing, tmp_path):
    """(API, watcher) beside two good publishers."""
    lk = closing(server.api())
    watcher = closing(await Subscriber(server, "studio").connect())
    rtmp = await ingress.create(lk, ingress.RTMP, "studio", "rtmp")
    other = await ingress.create(lk, ingress.WHIP, "studio", "whip")
    with (FFmpeg(tmp_path, ingress.address(rtmp), HERTZ["rtmp"]),
          WebRTCBin(tmp_path, other.url, other.stream_key, HERTZ["whip"])):
        for name, hertz in HERTZ.items():
            await watcher.hears(name, hertz)
        await asyncio.sleep(2)  # receivers have brought sound and pictures in step
        yield lk, watcher
    assert leaks.find([rtmp.stream_key, other.stream_key], texts={"log": server.log}) == []


async def test_those_that_dawdle_or_say_too_much_are_cut_off(server, closing, studio):
    lk, watcher = studio
    spare = await ingress.create(lk, ingress.WHIP, "elsewhere", "nobody")
    async with Undisturbed(watcher):
        by_rtmp, by_whip = await asyncio.gather(
            rtmp_peers(server.rtmp_port), whip_peers(server.whip_port, spare.stream_key))
    for name, (seconds, said) in {**by_rtmp, **by_whip}.items():
        assert seconds is not None, f"{name}: not cut off within {PATIENCE} s, was told {said[:200]}"
    for name in ("a message of 16 MB", "a chunk of 2 GB", "noise", "a web page"):
        assert by_rtmp[name][0] < 5, f"{name}: cut off only after {by_rtmp[name][0]:.1f} s"
    assert b" 413 " in by_whip["a body of 10 MB"][1] and b" 413 " in by_whip["a body without an end"][1], by_whip
    assert b" 431 " in by_whip["a header of 100 kB"][1] and b" 400 " in by_whip["noise"][1], by_whip
    assert (await ingress.find(lk, spare.ingress_id)).state.status == ingress.INACTIVE
    assert server.alive


async def test_an_offer_without_a_publisher_behind_it_is_forgotten(server, closing, studio):
    lk, watcher = studio
    infos = [await ingress.create(lk, ingress.WHIP, "elsewhere", f"nobody-{n}", enable_transcoding=n == 1) for n in range(2)]
    async with Undisturbed(watcher):
        for info in infos:
            async with whip.offer() as sdp, whip.aiohttp.ClientSession() as session:
                status, text = await whip.post(session, info.url, info.stream_key, sdp)
                assert status == 201, text
        for info in infos:
            state = (await ingress.wait_for_status(lk, info.ingress_id, ingress.INACTIVE, ingress.ERROR, timeout=60)).state
            assert state.status == ingress.ERROR and state.error.startswith("source encoder not ready: "), state
            assert state.ended_at > 0, state


@pytest.mark.parametrize("count", [1000, pytest.param(10_000, marks=pytest.mark.full)])
async def test_wrong_keys_by_the_thousand(server, closing, studio, count):
    _, watcher = studio
    begun = time.monotonic()
    async with Undisturbed(watcher):
        codes, statuses = await asyncio.gather(
            flood.run("rtmp", server.rtmp_port, count), flood.run("whip", f"http://127.0.0.1:{server.whip_port}/w", count))
    assert set(codes) <= {"Denied", "Rejected"} and set(statuses) <= {"404", "429"}, (codes, statuses)
    assert sum(codes.values()) == sum(statuses.values()) == count, (codes, statuses)
    asked = codes.get("Denied", 0) + statuses.get("404", 0)  # all come from one address: 64 at once, and one a second
    assert 64 <= asked <= 65 + time.monotonic() - begun, asked
    assert server.alive
