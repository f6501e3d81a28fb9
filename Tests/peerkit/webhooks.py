"""A receiver of webhooks that checks their signatures and can be made to fail."""

from aiohttp import web
from livekit import api


class WebhookReceiver:
    def __init__(self, key, secret):
        self.receiver = api.WebhookReceiver(api.TokenVerifier(key, secret))
        self.events = []
        self.refusals = 0  # how many to answer with 503 before the next is taken

    async def __aenter__(self):
        app = web.Application()
        app.router.add_post("/", self._take)
        self.runner = web.AppRunner(app)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self.runner.addresses[0][1]}/"
        return self

    async def _take(self, request):
        if self.refusals > 0:
            self.refusals -= 1
            return web.Response(status=503)
        body = (await request.read()).decode()
        self.events.append(self.receiver.receive(body, request.headers["Authorization"]))
        return web.Response()

    def of(self, egress_id):
        """(event, status) of an egress in the order of arrival."""
        return [(e.event, e.egress_info.status) for e in self.events if e.egress_info.egress_id == egress_id]

    def of_ingress(self, ingress_id):
        """(event, status) of an ingress in the order of arrival."""
        return [(e.event, e.ingress_info.state.status) for e in self.events if e.ingress_info.ingress_id == ingress_id]

    async def __aexit__(self, *_):
        await self.runner.cleanup()

    async def aclose(self):
        await self.__aexit__()
