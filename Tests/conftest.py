import contextlib

import pytest

from peerkit.server import SluiceServer


@pytest.fixture
def server(tmp_path):
    with SluiceServer(tmp_path) as running:
        yield running
        assert running.alive, f"the server died:\n{running.log[-4000:]}"


@pytest.fixture
async def closing():
    """Closes what a test opened, last first: `closing(publisher)`."""
    async with contextlib.AsyncExitStack() as stack:

        def add(item):
            stack.push_async_callback(getattr(item, "close", None) or item.aclose)
            return item

        yield add
