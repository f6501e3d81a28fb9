"""Many publishers with keys of nobody, from a process of its own: `python -m peerkit.flood rtmp PORT COUNT`, or `whip URL COUNT`.
Prints what they are answered with, counted, as JSON."""

import asyncio
import json
import pathlib
import sys

from . import rtmp_client, whip


def key(number):
    return f"wrong{number:07}"


async def run(kind, where, count):
    """Runs in another process, which gives way to whoever is measured here."""
    command = ["nice", "-n", "10", sys.executable, "-m", "peerkit.flood", kind, str(where), str(count)]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=pathlib.Path(__file__).parents[1], stdout=asyncio.subprocess.PIPE)
    try:
        output, _ = await asyncio.wait_for(process.communicate(), 60 + count / 20)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, f"the flood ended with {process.returncode}"
    return json.loads(output)


if __name__ == "__main__":
    kind, where, count = sys.argv[1:]
    work = rtmp_client.flood(int(where), key, int(count)) if kind == "rtmp" else whip.flood(where, key, int(count))
    print(json.dumps(asyncio.run(work)))
