"""Making ingresses over the API, and waiting for what becomes of them."""

import asyncio
import time

from livekit import api
from livekit.protocol.ingress import IngressState

RTMP, WHIP, URL = api.IngressInput.RTMP_INPUT, api.IngressInput.WHIP_INPUT, api.IngressInput.URL_INPUT
INACTIVE, BUFFERING, PUBLISHING, ERROR, COMPLETE = (
    IngressState.ENDPOINT_INACTIVE, IngressState.ENDPOINT_BUFFERING, IngressState.ENDPOINT_PUBLISHING,
    IngressState.ENDPOINT_ERROR, IngressState.ENDPOINT_COMPLETE)


async def create(lk, kind, room, identity, **fields):
    return await lk.ingress.create_ingress(api.CreateIngressRequest(
        input_type=kind, name=f"{identity}'s", room_name=room, participant_identity=identity, **fields))


def video(preset=None, **options):
    """Options of pictures: a preset, or those named."""
    if preset is not None:
        return api.IngressVideoOptions(preset=preset)
    return api.IngressVideoOptions(options=api.IngressVideoEncodingOptions(**options))


def address(info):
    """Where a publisher goes: the URL that whoever made the ingress was told, and the key."""
    return f"{info.url}/{info.stream_key}"


async def find(lk, ingress_id):
    items = (await lk.ingress.list_ingress(api.ListIngressRequest(ingress_id=ingress_id))).items
    assert len(items) == 1, f"{len(items)} ingresses with the id {ingress_id}"
    return items[0]


async def wait_for_status(lk, ingress_id, *statuses, timeout=30):
    deadline = time.monotonic() + timeout
    while True:
        info = await find(lk, ingress_id)
        if info.state.status in statuses:
            return info
        name = IngressState.Status.Name(info.state.status)
        assert time.monotonic() < deadline, f"still {name} after {timeout} s: {info.state}"
        await asyncio.sleep(0.1)
