"""A page in headless Chromium that plays an HLS playlist live with the browser's own player, and tells how it went."""

import asyncio
import dataclasses
import os
import pathlib
import signal
import subprocess

from aiohttp import web

PAGE = """<!doctype html><title>player</title><video id=v muted autoplay playsinline></video><script>
const video = document.getElementById('v'), waits = [], started = performance.now()
for (const name of ['waiting', 'stalled', 'playing', 'ended', 'error'])
    video.addEventListener(name, () => waits.push([name, (performance.now() - started) / 1000, video.currentTime]))
video.src = '/store/' + new URLSearchParams(location.search).get('playlist')
setInterval(() => {
    const quality = video.getVideoPlaybackQuality()
    fetch('/report', {method: 'POST', body: JSON.stringify({
        clock: (performance.now() - started) / 1000, time: video.currentTime, state: video.readyState,
        width: video.videoWidth, frames: quality.totalVideoFrames, error: video.error && video.error.message,
        events: waits})})
}, 250)
</script>"""

TYPES = {".m3u8": "application/vnd.apple.mpegurl", ".ts": "video/mp2t", ".m4s": "video/iso.segment", ".mp4": "video/mp4"}


@dataclasses.dataclass
class Playback:
    """Reports of the page in order: `clock` is the page's own time, `time` the position in the media."""

    reports: list

    @property
    def begun(self):
        return next((r for r in self.reports if r["time"] > 0), None)

    @property
    def played(self):
        return self.reports[-1]["time"] - self.begun["time"] if self.begun else 0.0

    @property
    def longest_stall(self):
        """Most seconds in which the position stood still between the first and the last movement."""
        moving = [r for r in self.reports if r["time"] > 0]
        last = max((r["time"] for r in moving), default=0)
        longest, since = 0.0, None
        for before, after in zip(moving, moving[1:]):
            if after["time"] > before["time"] + 0.01 or before["time"] >= last:
                since = None
            else:
                since = before["clock"] if since is None else since
                longest = max(longest, after["clock"] - since)
        return longest


class Browser:
    """Serves `read(name)` under /store/ to a Chromium of its own."""

    page, flags = PAGE, ()

    def __init__(self, folder, read):
        self.folder, self.read = pathlib.Path(folder), read
        self.reports = []
        self.missing = []  # what the player asked for and did not get

    async def __aenter__(self):
        app = web.Application()
        app.router.add_get("/", lambda _: asyncio.sleep(0, web.Response(text=self.page, content_type="text/html")))
        app.router.add_get("/store/{name:.+}", self._serve)
        app.router.add_post("/report", self._report)
        self.runner = web.AppRunner(app)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", 0)
        await site.start()
        self.port = self.runner.addresses[0][1]
        self.process = None
        return self

    async def _serve(self, request):
        name = request.match_info["name"]
        data = await asyncio.to_thread(self.read, name)
        if data is None:
            self.missing.append(name)
            raise web.HTTPNotFound()
        kind = TYPES.get(pathlib.PurePath(name).suffix, "application/octet-stream")
        return web.Response(body=data, content_type=kind, headers={"Cache-Control": "no-store"})

    async def _report(self, request):
        self.reports.append(await request.json())
        return web.Response()

    def play(self, playlist):
        return self.open(f"playlist={playlist}")

    def open(self, query):
        profile = self.folder / "chromium"
        command = ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--mute-audio",
                   "--disable-dev-shm-usage", "--autoplay-policy=no-user-gesture-required",
                   *self.flags, f"--user-data-dir={profile}", f"http://127.0.0.1:{self.port}/?{query}"]
        with open(self.folder / "chromium.log", "wb") as log:
            # A group of its own: its many processes are ended together. No session, to which a busy machine would be less fair.
            self.process = subprocess.Popen(command, stdout=log, stderr=log, process_group=0)
        return self

    @property
    def playback(self):
        return Playback(list(self.reports))

    async def __aexit__(self, *_):
        if self.process:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        await self.runner.cleanup()

    async def aclose(self):
        await self.__aexit__()
