"""A stand-in for LiveKit's server as an egress worker sees it: it serves IOInfo and gives jobs, as the reference says."""

import asyncio
import time

from livekit.protocol import egress

from . import bus
from . import rpc_messages as wire
from .egress import FINAL


class LiveKitStandIn:
    """Rooms are elsewhere; this one only asks for egresses and keeps what workers report."""

    def __init__(self, url):
        self.bus = bus.Bus(url)
        self.created = []  # ids, in the order of CreateEgress
        self.reported = {}  # every info of an id in the order of arrival, CreateEgress first
        self.silent = False  # IOInfo goes unanswered

    async def __aenter__(self):
        await self.bus.__aenter__()
        io = bus.Server(self.bus, "IOInfo")

        def offer(_):
            return -1.0 if self.silent else 1.0

        for method, handler in ((bus.CREATE_EGRESS, self._create), (bus.UPDATE_EGRESS, self._update),
                                (bus.GET_EGRESS, self._get), (bus.LIST_EGRESS, self._list),
                                (bus.UPDATE_METRICS, self._metrics)):
            await io.register(method, handler, affinity=offer)
        self.internal = await bus.Client(self.bus, "EgressInternal").start()
        self.handler = await bus.Client(self.bus, "EgressHandler").start()
        return self

    async def __aexit__(self, *_):
        await self.bus.aclose()

    async def aclose(self):
        await self.bus.aclose()

    async def _create(self, info):
        if info.egress_id not in self.reported:
            self.created.append(info.egress_id)
            self.reported[info.egress_id] = [info]
        return wire.Empty()

    async def _update(self, info):
        self.reported.setdefault(info.egress_id, []).append(info)
        return wire.Empty()

    async def _get(self, request):
        if request.egress_id not in self.reported:
            raise bus.RPCError("not_found", "egress not found")
        return self.reported[request.egress_id][-1]

    async def _list(self, request):
        last = [infos[-1] for infos in self.reported.values()]
        return egress.ListEgressResponse(items=[i for i in last if request.egress_id in ("", i.egress_id)])

    async def _metrics(self, _):
        return wire.Empty()

    async def start(self, room_id="", egress_id=None, timeout=10.0, **request):
        """EgressInfo, or RPCError. The request is one of the arms of StartEgressRequest."""
        message = wire.StartEgressRequest(egress_id=egress_id or bus.identifier("EG_"), room_id=room_id, **request)
        return await self.internal.call(bus.START_EGRESS, message, timeout=timeout, selection=bus.START_SELECTION)

    async def stop(self, egress_id, timeout=3.0):
        request = egress.StopEgressRequest(egress_id=egress_id)
        return await self.handler.call(bus.STOP_EGRESS, request, topic=egress_id, timeout=timeout)

    async def update_stream(self, egress_id, add=(), remove=(), timeout=3.0):
        request = egress.UpdateStreamRequest(egress_id=egress_id, add_output_urls=add, remove_output_urls=remove)
        return await self.handler.call(bus.UPDATE_STREAM, request, topic=egress_id, timeout=timeout)

    async def active(self, timeout=1.0):
        answers = await self.internal.call_all(bus.LIST_ACTIVE_EGRESS, wire.ListActiveEgressRequest(), timeout=timeout)
        return [egress_id for answer in answers for egress_id in answer.egress_ids]

    def last(self, egress_id):
        return self.reported[egress_id][-1]

    def statuses(self, egress_id):
        """Its states in the order of arrival, repetitions left out."""
        result = []
        for info in self.reported[egress_id]:
            if not result or result[-1] != info.status:
                result.append(info.status)
        return result

    async def wait_for(self, egress_id, statuses=FINAL, timeout=20):
        deadline = time.monotonic() + timeout
        while egress_id not in self.reported or self.last(egress_id).status not in statuses:
            assert time.monotonic() < deadline, f"after {timeout} s: {self.reported.get(egress_id, [None])[-1]}"
            await asyncio.sleep(0.05)
        return self.last(egress_id)
