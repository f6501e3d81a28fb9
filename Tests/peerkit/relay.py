"""A UDP relay that loses, delays and reorders what publishers send: `python -m peerkit.relay --help`.

Where the kernel has no netem this stands in for it. It listens on another loopback address than the server, which
advertises that address, so every client's media passes through it. Only flows that carry RTP towards the server are
impaired: the publishers' paths, not the recorder's; each is told of in a line on stderr.
A seed makes the losses repeatable.
"""

import argparse
import asyncio
import random
import sys


class Impairment:
    def __init__(self, seed, loss, jitter, reorder):
        self.random, self.loss, self.jitter, self.reorder = random.Random(seed), loss, jitter, reorder
        self.release = 0.0
        self.dropped = self.passed = 0

    def delay(self, now):
        """Seconds to hold the next datagram back, or None to drop it. Jitter delays but keeps the order; a reordered
        datagram is let past those before it."""
        if self.random.random() < self.loss:
            self.dropped += 1
            return None
        self.passed += 1
        if self.random.random() < self.reorder:
            return 0.0
        self.release = max(self.release, now + self.random.uniform(0, self.jitter))
        return self.release - now


def is_rtp(datagram):
    return len(datagram) > 12 and 128 <= datagram[0] <= 191 and not 192 <= datagram[1] <= 223


class Upstream(asyncio.DatagramProtocol):
    """One client's flow: a socket of its own towards the server."""

    def __init__(self, relay, client):
        self.relay, self.client, self.publishes = relay, client, False
        self.up, self.down = relay.impairment(), relay.impairment()

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, _):
        self.relay.forward(self.down if self.publishes else None, self.relay.transport.sendto, data, self.client)

    def send(self, data):
        if not self.publishes and is_rtp(data):
            self.publishes = True
            print("a publisher", file=sys.stderr, flush=True)
        self.relay.forward(self.up if self.publishes else None, self.transport.sendto, data)


class Relay(asyncio.DatagramProtocol):
    def __init__(self, target, options):
        self.target, self.options, self.flows, self.seed = target, options, {}, options.seed

    def impairment(self):
        self.seed += 1
        return Impairment(self.seed, self.options.loss, self.options.jitter, self.options.reorder)

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, client):
        flow = self.flows.get(client)
        if flow is None:
            flow = self.flows[client] = asyncio.ensure_future(self.open(client))
        if isinstance(flow, asyncio.Future):
            flow.add_done_callback(lambda opened: opened.result().send(data))
        else:
            flow.send(data)

    async def open(self, client):
        loop = asyncio.get_running_loop()
        _, flow = await loop.create_datagram_endpoint(lambda: Upstream(self, client), remote_addr=self.target)
        self.flows[client] = flow
        return flow

    def forward(self, impairment, send, *arguments):
        loop = asyncio.get_running_loop()
        delay = impairment.delay(loop.time()) if impairment else 0.0
        if delay is not None:
            if delay <= 0:
                send(*arguments)
            else:
                loop.call_later(delay, send, *arguments)


async def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listen", required=True, help="address:port")
    parser.add_argument("--target", required=True, help="address:port")
    parser.add_argument("--loss", type=float, default=0.05)
    parser.add_argument("--jitter", type=float, default=0.05, help="seconds")
    parser.add_argument("--reorder", type=float, default=0.01)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    def address(text):
        host, port = text.rsplit(":", 1)
        return host, int(port)

    relay = Relay(address(options.target), options)
    await asyncio.get_running_loop().create_datagram_endpoint(lambda: relay, local_addr=address(options.listen))
    print("relaying", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
