"""As much of RTMP as it takes to ask whether one may publish, and to ask it badly (Adobe's RTMP specification 1.0)."""

import asyncio
import contextlib
import os
import struct

CHUNK = 128  # bytes, until somebody says otherwise (§5.4.1)
COMMAND, SET_CHUNK_SIZE = 20, 1


def encode(value):
    """A value in AMF0."""
    if value is None:
        return b"\x05"
    if isinstance(value, bool):
        return b"\x01" + bytes([value])
    if isinstance(value, (int, float)):
        return b"\x00" + struct.pack(">d", value)
    if isinstance(value, str):
        return b"\x02" + struct.pack(">H", len(value.encode())) + value.encode()
    fields = b"".join(struct.pack(">H", len(name)) + name.encode() + encode(field) for name, field in value.items())
    return b"\x03" + fields + b"\x00\x00\x09"


def message(kind, payload, stream=0, channel=3, claimed=None):
    """A message in chunks; `claimed` is a length other than its own."""
    length = len(payload) if claimed is None else claimed
    head = bytes([channel]) + bytes(3) + length.to_bytes(3, "big") + bytes([kind]) + struct.pack("<I", stream)
    pieces = [payload[i : i + CHUNK] for i in range(0, len(payload), CHUNK)] or [b""]
    return head + bytes([0xC0 | channel]).join(pieces)


def command(name, number, *values, stream=0):
    return message(COMMAND, b"".join(map(encode, (name, number, *values))), stream)


class RTMPClient:
    """One connection. `reader` and `writer` are there for whoever misbehaves."""

    def __init__(self, port, host="127.0.0.1"):
        self.port, self.host = port, host
        self.said = b""  # whatever came after the handshake

    async def open(self):
        self.reader, self.writer = await asyncio.open_connection(self.host, self.port)
        return self

    async def shake_hands(self):
        self.writer.write(b"\x03" + bytes(8) + os.urandom(1528))
        answer = await self.reader.readexactly(1 + 1536)
        self.writer.write(answer[1:])
        await self.reader.readexactly(1536)
        return self

    def connect(self, app="live"):
        self.writer.write(command("connect", 1, {"app": app, "type": "nonprivate", "flashVer": "FMLE/3.0 (compatible; peerkit)",
                                                 "tcUrl": f"rtmp://{self.host}:{self.port}/{app}"}))

    def publish(self, key):
        self.writer.write(command("createStream", 4, None))
        self.writer.write(command("publish", 5, None, key, "live", stream=1))

    async def ended(self, timeout):
        """Whether the other side closes within some seconds; what it says until then is kept."""
        with contextlib.suppress(ConnectionError):
            try:
                async with asyncio.timeout(timeout):
                    while data := await self.reader.read(1 << 16):
                        self.said += data
            except TimeoutError:
                return False
        return True

    async def close(self):
        self.writer.close()
        with contextlib.suppress(OSError):
            await self.writer.wait_closed()


async def refusal(port, key, timeout=20):
    """The code that a publisher with this key is refused with; None if it is not."""
    client = await RTMPClient(port).open()
    try:
        await client.shake_hands()
        client.connect()
        client.publish(key)
        async with asyncio.timeout(timeout):
            while data := await client.reader.read(1 << 16):
                client.said += data
                for code in (b"Denied", b"BadName", b"Rejected", b"Start"):
                    if b"NetStream.Publish." + code in client.said:
                        return None if code == b"Start" else code.decode()
    finally:
        await client.close()
    return "closed"


async def flood(port, key_of, count, abreast=8, pause=0.04):
    """What many publishers with keys of their own are refused with, counted; at most 200 a second."""
    codes = {}
    numbers = iter(range(count))

    async def work():
        for number in numbers:
            code = await refusal(port, key_of(number))
            codes[code] = codes.get(code, 0) + 1
            await asyncio.sleep(pause)

    await asyncio.gather(*(work() for _ in range(abreast)))
    return codes
