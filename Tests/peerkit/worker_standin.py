"""A stand-in egress worker: it offers itself to a room server, reports what the test tells it to, records nothing."""

import time

from livekit.protocol import egress

from . import bus
from . import rpc_messages as wire


class WorkerStandIn:
    def __init__(self, url, affinity=0.5):
        self.bus = bus.Bus(url)
        self.affinity = affinity  # below 0: stays silent
        self.refusal = None  # RPCError that StartEgress is answered with
        self.requests = []  # every StartEgressRequest that was assigned to it
        self.calls = []  # (method, request) of the egresses it runs
        self.infos = {}

    async def __aenter__(self):
        await self.bus.__aenter__()
        self.io = await bus.Client(self.bus, "IOInfo").start()
        self.internal = bus.Server(self.bus, "EgressInternal")
        self.handler = bus.Server(self.bus, "EgressHandler")
        await self.internal.register(bus.LIST_ACTIVE_EGRESS, self._list)
        await self.internal.register(bus.START_EGRESS, self._start, affinity=lambda _: self.affinity)
        return self

    async def __aexit__(self, *_):
        await self.bus.aclose()

    async def aclose(self):
        await self.bus.aclose()

    async def _list(self, _):
        return wire.ListActiveEgressResponse(egress_ids=list(self.infos))

    async def _start(self, request):
        self.requests.append(request)
        if self.refusal:
            raise self.refusal
        arm = request.WhichOneof("request")
        info = egress.EgressInfo(egress_id=request.egress_id, room_id=request.room_id, updated_at=time.time_ns(),
                                 room_name=request.room_name or getattr(request, arm).room_name)
        if arm in [field.name for field in egress.EgressInfo.DESCRIPTOR.fields]:
            getattr(info, arm).CopyFrom(getattr(request, arm))
        self.infos[info.egress_id] = info
        await self.io.call(bus.CREATE_EGRESS, info, timeout=15)
        await self.handler.register(bus.STOP_EGRESS, self._stop, info.egress_id)
        await self.handler.register(bus.UPDATE_STREAM, self._update_stream, info.egress_id)
        return info

    async def _stop(self, request):
        self.calls.append(("StopEgress", request))
        info = self.infos[request.egress_id]
        info.status = egress.EgressStatus.EGRESS_ENDING
        return info

    async def _update_stream(self, request):
        self.calls.append(("UpdateStream", request))
        return self.infos[request.egress_id]

    async def report(self, egress_id, status, **fields):
        """UpdateEgress with the whole info, as a worker does on each change."""
        info = self.infos[egress_id]
        info.status, info.updated_at = status, time.time_ns()
        for name, value in fields.items():
            setattr(info, name, value)
        patient = bus.Selection(affinity_timeout=0, accept_first=True)
        await self.io.call(bus.UPDATE_EGRESS, info, timeout=30, selection=patient)

    async def forget(self, egress_id):
        """The job is over: its topics go."""
        del self.infos[egress_id]
        await self.handler.deregister(bus.STOP_EGRESS, egress_id)
        await self.handler.deregister(bus.UPDATE_STREAM, egress_id)
