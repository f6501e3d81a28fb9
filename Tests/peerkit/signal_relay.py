"""Signalling without clients' addresses: `python -m peerkit.signal_relay --help`.

A server that knows its clients' addresses reaches them past the relay of `peerkit.relay`, and media then takes that way. Here
clients' candidates are taken out of what they send, so that all that is left is to ask for the server's address: the relay's.
"""

import argparse
import asyncio

import aiohttp
from aiohttp import web
from livekit.protocol import rtc


def without_candidates(data):
    """A signal request as it came, or with the client's addresses taken out; None if it is nothing but one."""
    request = rtc.SignalRequest.FromString(data)
    kind = request.WhichOneof("message")
    if kind == "trickle":
        return None
    if kind not in ("offer", "answer"):
        return data
    description = getattr(request, kind)
    lines = description.sdp.splitlines(keepends=True)
    description.sdp = "".join(line for line in lines if not line.startswith("a=candidate"))
    return request.SerializeToString()


async def forward(source, sink, change):
    async for message in source:
        if message.type is aiohttp.WSMsgType.BINARY:
            data = change(message.data)
            if data is not None:
                await sink.send_bytes(data)
        elif message.type is aiohttp.WSMsgType.TEXT:
            raise ValueError("signalling in text is not taken apart here")
    await sink.close()


async def relay(request):
    client = web.WebSocketResponse()
    headers = {name: value for name, value in request.headers.items() if name.lower() == "authorization"}
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(request.app["target"] + request.raw_path, headers=headers) as server:
            await client.prepare(request)
            await asyncio.wait(
                [
                    asyncio.create_task(forward(client, server, without_candidates)),
                    asyncio.create_task(forward(server, client, lambda data: data)),
                ],
                return_when=asyncio.FIRST_COMPLETED,
            )
    return client


async def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listen", required=True, help="a port of 127.0.0.1")
    parser.add_argument("--target", required=True, help="ws://address:port")
    options = parser.parse_args()
    app = web.Application()
    app["target"] = options.target
    app.router.add_get("/{path:.*}", relay)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(options.listen)).start()
    print("relaying", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
