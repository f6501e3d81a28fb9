"""Starting and awaiting recordings over the API."""

import asyncio
import re
import time

from livekit import api


def request(room, filepath, layout="grid", **fields):
    output = api.EncodedFileOutput(file_type=api.EncodedFileType.MP4, filepath=filepath)
    return api.RoomCompositeEgressRequest(room_name=room, layout=layout, file_outputs=[output], **fields)


async def info(lk, egress_id):
    items = (await lk.egress.list_egress(api.ListEgressRequest(egress_id=egress_id))).items
    assert len(items) == 1, f"{len(items)} egresses with the id {egress_id}"
    return items[0]


async def wait_for_status(lk, egress_id, statuses, timeout=20):
    deadline = time.monotonic() + timeout
    while True:
        found = await info(lk, egress_id)
        if found.status in statuses:
            return found
        assert time.monotonic() < deadline, f"still {api.EgressStatus.Name(found.status)} after {timeout} s: {found}"
        await asyncio.sleep(0.05)


FINAL = (api.EgressStatus.EGRESS_COMPLETE, api.EgressStatus.EGRESS_FAILED, api.EgressStatus.EGRESS_ABORTED,
         api.EgressStatus.EGRESS_LIMIT_REACHED)


async def record(lk, room, filepath, seconds, **fields):
    """Records a room for some seconds; returns the final info."""
    started = await lk.egress.start_room_composite_egress(request(room, filepath, **fields))
    await wait_for_status(lk, started.egress_id, (api.EgressStatus.EGRESS_ACTIVE, *FINAL))
    await asyncio.sleep(seconds)
    await lk.egress.stop_egress(api.StopEgressRequest(egress_id=started.egress_id))
    return await wait_for_status(lk, started.egress_id, FINAL)


def left_out(details):
    """How many frames the recorder says, in an egress's `details`, that it left out because the machine was too busy."""
    found = re.search(r"too busy to encode: (\d+) of \d+ frames left out", details)
    return int(found[1]) if found else 0


async def stop_all(lk, infos, timeout=40):
    """Asks egresses to stop and waits for their ends; the final infos in the order given."""
    await asyncio.gather(*(lk.egress.stop_egress(api.StopEgressRequest(egress_id=i.egress_id)) for i in infos))
    return await asyncio.gather(*(wait_for_status(lk, i.egress_id, FINAL, timeout) for i in infos))
