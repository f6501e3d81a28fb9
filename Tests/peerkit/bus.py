"""The RPC that room servers and workers speak over Redis, both sides, written from the protocol's reference alone."""

import asyncio
import base64
import contextlib
import dataclasses
import hashlib
import random
import string
import time

import redis.asyncio
from livekit.protocol import egress

from . import rpc_messages as wire

HTTP_STATUS = {
    "canceled": 503, "unknown": 500, "invalid_argument": 400, "malformed_request": 400, "malformed_result": 500,
    "deadline_exceeded": 503, "not_found": 404, "already_exists": 409, "permission_denied": 403,
    "resource_exhausted": 429, "failed_precondition": 412, "aborted": 409, "out_of_range": 416, "unimplemented": 501,
    "internal": 500, "unavailable": 503, "data_loss": 500, "unauthenticated": 401, "not_acceptable": 406,
    "unprocessable_entity": 422, "upstream_server_error": 502, "upstream_client_error": 424,
}


class RPCError(Exception):
    def __init__(self, code, message):
        super().__init__(f"{code}: {message}")
        self.code, self.message = code, message


@dataclasses.dataclass(frozen=True)
class Method:
    service: str
    name: str
    request: type
    response: type
    affinity: bool = False
    multi: bool = False
    claim: bool = False
    queue: bool = False

    def channel(self, topic, suffix):
        return channel(self.service, self.name, topic, suffix)


def _queued(service, name, request, response):
    return Method(service, name, request, response, claim=True, queue=True)


START_EGRESS = Method("EgressInternal", "StartEgress", wire.StartEgressRequest, egress.EgressInfo, affinity=True, claim=True)
LIST_ACTIVE_EGRESS = Method("EgressInternal", "ListActiveEgress", wire.ListActiveEgressRequest,
                            wire.ListActiveEgressResponse, multi=True)
UPDATE_STREAM = _queued("EgressHandler", "UpdateStream", egress.UpdateStreamRequest, egress.EgressInfo)
STOP_EGRESS = _queued("EgressHandler", "StopEgress", egress.StopEgressRequest, egress.EgressInfo)
CREATE_EGRESS = _queued("IOInfo", "CreateEgress", egress.EgressInfo, wire.Empty)
UPDATE_EGRESS = _queued("IOInfo", "UpdateEgress", egress.EgressInfo, wire.Empty)
GET_EGRESS = _queued("IOInfo", "GetEgress", wire.GetEgressRequest, egress.EgressInfo)
LIST_EGRESS = _queued("IOInfo", "ListEgress", egress.ListEgressRequest, egress.ListEgressResponse)
UPDATE_METRICS = _queued("IOInfo", "UpdateMetrics", wire.UpdateMetricsRequest, wire.Empty)


def identifier(prefix):
    return prefix + "".join(random.choices(string.ascii_letters + string.digits, k=12))


def part(text):
    """One part of a channel's name, with all but letters, digits and "_" escaped."""
    plain = string.ascii_letters + string.digits + "_"
    return "".join(c if c in plain else f"u+{ord(c):04x}" if ord(c) < 0x10000 else f"U+{ord(c):08x}" for c in text)


def channel(*parts):
    return "|".join(part(p) for p in parts if p)


def wrap(message):
    url = f"type.googleapis.com/{message.DESCRIPTOR.full_name}"
    return wire.Msg(type_url=url, value=message.SerializeToString()).SerializeToString()


def unwrap(payload):
    outer = wire.Msg.FromString(payload)
    return wire.TYPES[outer.type_url].FromString(outer.value)


class Bus:
    """Two connections to Redis: one for commands, one that listens."""

    def __init__(self, url):
        self.commands = redis.asyncio.Redis.from_url(url)
        self.listening = self.commands.pubsub()
        self.handlers, self.confirmations = {}, {}
        self.tasks = set()

    async def __aenter__(self):
        await self.listening.subscribe(identifier("peerkit_"))  # so that there is something to listen to
        self.reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_):
        for task in [self.reader, *self.tasks]:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await self.listening.aclose()
        await self.commands.aclose()

    async def aclose(self):
        await self.__aexit__()

    async def _read(self):
        async for message in self.listening.listen():
            name = message["channel"].decode()
            if message["type"] == "message":
                for handler in self.handlers.get(name, []):
                    task = asyncio.create_task(handler(message["data"]))
                    self.tasks.add(task)
                    task.add_done_callback(self._finished)
            elif name in self.confirmations and not self.confirmations[name].done():
                self.confirmations[name].set_result(None)

    def _finished(self, task):
        self.tasks.discard(task)
        if not task.cancelled() and task.exception():
            asyncio.get_running_loop().call_exception_handler({"message": "a handler failed", "exception": task.exception()})

    async def publish(self, name, message):
        return await self.commands.publish(name, wrap(message))

    async def subscribe(self, name, handler):
        """Returns once Redis has confirmed it. `handler` is a coroutine function of the payload."""
        self.handlers.setdefault(name, []).append(handler)
        self.confirmations[name] = asyncio.get_running_loop().create_future()
        await self.listening.subscribe(name)
        await asyncio.wait_for(self.confirmations[name], 5)

    async def unsubscribe(self, name):
        self.handlers.pop(name, None)
        await self.listening.unsubscribe(name)

    async def lock(self, payload):
        """True for the one process that may handle this message of a queue."""
        key = base64.b64encode(hashlib.sha256(payload).digest()).decode()
        return bool(await self.commands.set(key, random.getrandbits(31), ex=5, nx=True))


@dataclasses.dataclass
class Selection:
    """How a server is chosen among those that offer."""

    affinity_timeout: float = 1.0
    short_circuit: float | None = 0.2
    maximum: float = 0.0
    accept_first: bool = False


START_SELECTION = Selection(affinity_timeout=1.0, short_circuit=0.5, maximum=1.0)


class Client:
    def __init__(self, bus, service):
        self.bus, self.service, self.id = bus, service, identifier("CLI_")
        self.claims, self.answers = {}, {}

    async def start(self):
        await self.bus.subscribe(channel(self.service, self.id, "RES"), self._on_response)
        await self.bus.subscribe(channel(self.service, self.id, "CLAIM"), self._on_claim)
        return self

    async def _on_response(self, payload):
        response = unwrap(payload)
        if response.request_id in self.answers:
            self.answers[response.request_id].put_nowait(response)

    async def _on_claim(self, payload):
        claim = unwrap(payload)
        if claim.request_id in self.claims:
            self.claims[claim.request_id].put_nowait(claim)

    async def call(self, method, request, topic="", timeout=3.0, selection=None, raw=None):
        """The answer, or RPCError. `raw` replaces the request's bytes."""
        request_id, deadline = await self._send(method, request, topic, timeout, raw)
        try:
            if method.claim:
                winner = await self._select(method, request_id, deadline, selection)
                verdict = wire.ClaimResponse(request_id=request_id, server_id=winner)
                await self.bus.publish(method.channel(topic, "RCLAIM"), verdict)
            return _result(method, await self._response(request_id, deadline))
        finally:
            del self.answers[request_id], self.claims[request_id]

    async def call_all(self, method, request, topic="", timeout=3.0):
        """Every answer that comes in time."""
        request_id, deadline = await self._send(method, request, topic, timeout, None)
        results = []
        with contextlib.suppress(RPCError):
            while True:
                results.append(_result(method, await self._response(request_id, deadline)))
        del self.answers[request_id], self.claims[request_id]
        return results

    async def _send(self, method, request, topic, timeout, raw):
        request_id, now = identifier("REQ_"), time.time_ns()
        self.answers[request_id], self.claims[request_id] = asyncio.Queue(), asyncio.Queue()
        message = wire.Request(request_id=request_id, client_id=self.id, sent_at=now, expiry=now + int(timeout * 1e9),
                               multi=method.multi, raw_request=raw or request.SerializeToString())
        await self.bus.publish(method.channel(topic, "REQ"), message)
        return request_id, time.monotonic() + timeout

    async def _response(self, request_id, deadline):
        try:
            return await asyncio.wait_for(self.answers[request_id].get(), deadline - time.monotonic())
        except asyncio.TimeoutError:
            raise RPCError("deadline_exceeded", "request timed out") from None

    async def _select(self, method, request_id, deadline, selection):
        selection = selection or Selection(accept_first=not method.affinity)
        until = min(deadline, time.monotonic() + (selection.affinity_timeout or deadline))
        best, seen = None, 0
        while True:
            claim = asyncio.ensure_future(self.claims[request_id].get())
            answer = asyncio.ensure_future(self.answers[request_id].get())
            done, left = await asyncio.wait({claim, answer}, timeout=max(0, until - time.monotonic()),
                                            return_when=asyncio.FIRST_COMPLETED)
            for task in left:
                task.cancel()
            if answer in done:  # an error that came without a claim, as for a malformed request
                self.answers[request_id].put_nowait(answer.result())
                return _result(method, answer.result())
            if not done:
                break
            offer, seen = claim.result(), seen + 1
            if offer.affinity > (best.affinity if best else 0):
                if best is None and selection.short_circuit is not None:
                    until = min(until, time.monotonic() + selection.short_circuit)
                best = offer
                if selection.accept_first or 0 < selection.maximum <= offer.affinity:
                    break
        if best is None:
            text = f"no servers available (received {seen} responses)" if seen else "no response from servers"
            raise RPCError("unavailable", text)
        return best.server_id


def _result(method, response):
    if response.error:
        raise RPCError(response.code, response.error)
    return method.response.FromString(response.raw_response)


class Server:
    """Serves methods of one service; each request runs in a task of its own."""

    def __init__(self, bus, service):
        self.bus, self.service, self.id = bus, service, identifier("SRV_")
        self.verdicts = {}

    async def register(self, method, handler, topic="", affinity=None):
        """`handler` is a coroutine function of the request that returns the response or raises RPCError;
        `affinity` a function of the request: below 0 stays silent."""
        if method.claim:
            await self.bus.subscribe(method.channel(topic, "RCLAIM"), self._on_verdict)

        async def serve(payload):
            if not method.queue or await self.bus.lock(payload):
                await self._serve(method, handler, affinity, unwrap(payload))

        await self.bus.subscribe(method.channel(topic, "REQ"), serve)

    async def deregister(self, method, topic=""):
        await self.bus.unsubscribe(method.channel(topic, "REQ"))
        if method.claim:
            await self.bus.unsubscribe(method.channel(topic, "RCLAIM"))

    async def _on_verdict(self, payload):
        verdict = unwrap(payload)
        if verdict.request_id in self.verdicts:
            self.verdicts[verdict.request_id].set_result(verdict.server_id == self.id)

    async def _serve(self, method, handler, affinity, request):
        left = (request.expiry - time.time_ns()) / 1e9
        if left <= 0:
            return
        try:
            user = method.request.FromString(request.raw_request)
        except Exception as error:
            await self._answer(request, code="malformed_request", error=str(error))
            return
        if method.claim:
            offer = affinity(user) if affinity else 1.0
            if offer < 0 or not await self._claim(request, offer, left):
                return
        try:
            response = await asyncio.wait_for(handler(user), (request.expiry - time.time_ns()) / 1e9)
        except RPCError as error:
            await self._answer(request, code=error.code, error=error.message)
        except asyncio.TimeoutError:
            pass
        else:
            await self._answer(request, raw_response=response.SerializeToString())

    async def _claim(self, request, offer, left):
        verdict = self.verdicts[request.request_id] = asyncio.get_running_loop().create_future()
        claim = wire.ClaimRequest(request_id=request.request_id, server_id=self.id, affinity=offer)
        await self.bus.publish(channel(self.service, request.client_id, "CLAIM"), claim)
        try:
            return await asyncio.wait_for(verdict, left)
        except asyncio.TimeoutError:
            return False
        finally:
            del self.verdicts[request.request_id]

    async def _answer(self, request, **fields):
        response = wire.Response(request_id=request.request_id, server_id=self.id, sent_at=time.time_ns(), **fields)
        await self.bus.publish(channel(self.service, request.client_id, "RES"), response)
