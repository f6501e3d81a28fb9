"""HLS seen from outside: a reader of playlists that holds them to RFC 8216, a poller, and what is in a segment."""

import asyncio
import dataclasses
import datetime
import io
import math
import re
import statistics

import av

_ONCE = ("#EXT-X-VERSION", "#EXT-X-TARGETDURATION", "#EXT-X-MEDIA-SEQUENCE", "#EXT-X-PLAYLIST-TYPE", "#EXT-X-ENDLIST",
         "#EXT-X-DISCONTINUITY-SEQUENCE", "#EXT-X-INDEPENDENT-SEGMENTS")


@dataclasses.dataclass
class Segment:
    uri: str
    duration: float
    date: datetime.datetime | None
    initialisation: str | None
    discontinuity: bool


@dataclasses.dataclass
class Playlist:
    version: int = 1
    target: int = 0
    sequence: int = 0
    kind: str | None = None
    ended: bool = False
    segments: list = dataclasses.field(default_factory=list)

    @property
    def duration(self):
        return sum(segment.duration for segment in self.segments)

    def names(self):
        """Everything that the playlist promises to be there."""
        return [s.uri for s in self.segments] + sorted({s.initialisation for s in self.segments if s.initialisation})


def parse(text):
    """The playlist; AssertionError where RFC 8216 is not kept."""
    assert "\r" not in text.replace("\r\n", "") and text.endswith("\n"), "lines end in LF or CRLF"
    lines = text.splitlines()
    assert lines and lines[0] == "#EXTM3U", "RFC 8216, 4.3.1.1: the first line is #EXTM3U"
    for tag in _ONCE:
        assert sum(re.match(f"{tag}(:|$)", line) is not None for line in lines) <= 1, f"{tag} stands more than once"
    playlist = Playlist()
    duration = date = initialisation = None
    discontinuity = float_duration = False
    for line in lines[1:]:
        if not line:
            continue
        tag, _, value = line.partition(":")
        if tag == "#EXT-X-VERSION":
            playlist.version = int(value)
        elif tag == "#EXT-X-TARGETDURATION":
            playlist.target = int(value)
        elif tag == "#EXT-X-MEDIA-SEQUENCE":
            assert not playlist.segments, "4.3.3.2: EXT-X-MEDIA-SEQUENCE stands before the first segment"
            playlist.sequence = int(value)
        elif tag == "#EXT-X-PLAYLIST-TYPE":
            assert value in ("EVENT", "VOD"), value
            playlist.kind = value
        elif tag == "#EXT-X-ENDLIST":
            playlist.ended = True
        elif tag == "#EXT-X-MAP":
            initialisation = re.search(r'URI="([^"]+)"', value)[1]
        elif tag == "#EXT-X-DISCONTINUITY":
            discontinuity = True
        elif tag == "#EXT-X-PROGRAM-DATE-TIME":
            date = datetime.datetime.fromisoformat(value)
            assert date.tzinfo is not None, f"4.3.2.6: {value} has no time zone"
        elif tag == "#EXTINF":
            assert duration is None, "two EXTINF for one segment"
            number, comma, _ = value.partition(",")
            assert comma, f"4.3.2.1: a comma stands after the duration, not {value}"
            duration, float_duration = float(number), float_duration or "." in number
        elif not line.startswith("#"):
            assert duration is not None, f"{line} has no EXTINF"
            playlist.segments.append(Segment(line, duration, date, initialisation, discontinuity))
            duration = date = None
            discontinuity = False
    assert duration is None, "an EXTINF without its segment"
    assert playlist.target > 0, "4.3.3.1: EXT-X-TARGETDURATION is required"
    longest = max((s.duration for s in playlist.segments), default=0)
    assert math.floor(longest + 0.5) <= playlist.target, f"4.3.3.1: {longest} s is beyond the target of {playlist.target} s"
    needed = 6 if initialisation else 3 if float_duration else 1
    assert playlist.version >= needed, f"section 7: what is used needs version {needed}, not {playlist.version}"
    return playlist


def check_succession(before, after):
    """Section 6.2.1 and 6.2.2: how one playlist may follow another under the same name."""
    assert after.target == before.target, "the target duration changed"
    assert not before.ended or after.ended, "a playlist that has ended goes on"
    assert after.sequence >= before.sequence, "the media sequence went back"
    if after.kind == "EVENT":
        assert after.sequence == before.sequence, "4.3.3.5: an EVENT playlist lost its head"
    shift = after.sequence - before.sequence
    assert before.sequence + len(before.segments) <= after.sequence + len(after.segments), "the playlist lost its tail"
    for old, new in zip(before.segments[shift:], after.segments):
        assert (old.uri, old.duration) == (new.uri, new.duration), f"{old.uri} became {new.uri}"


class Poller:
    """Fetches playlists again and again and looks whether everything they name is there at that moment.

    `read(name)` gives the bytes or None. What breaks a rule is collected in `violations`.
    """

    def __init__(self, read, playlists, every=0.2):
        self.read, self.every = read, every
        self.last = dict.fromkeys(playlists)
        self.changed = {name: [] for name in playlists}  # monotonic seconds of each change
        self.violations, self.seen = [], set()
        self.task = None

    async def __aenter__(self):
        self.task = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *_):
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        await self.look()

    async def aclose(self):
        await self.__aexit__()

    async def _run(self):
        while True:
            await self.look()
            await asyncio.sleep(self.every)

    async def look(self):
        for name, before in self.last.items():
            data = await asyncio.to_thread(self.read, name)
            if data is None:
                if before:
                    self.violations.append(f"{name} is gone")
                continue
            try:
                playlist = parse(data.decode())
                if before:
                    check_succession(before, playlist)
            except AssertionError as problem:
                self.violations.append(f"{name}: {problem}")
                continue
            if before is None or (len(playlist.segments), playlist.sequence) != (len(before.segments), before.sequence):
                self.changed[name].append(asyncio.get_running_loop().time())
            self.last[name] = playlist
            folder = name.rpartition("/")[0]
            for uri in playlist.names():
                key = f"{folder}/{uri}" if folder else uri
                if key not in self.seen and await asyncio.to_thread(self.read, key) is None:
                    self.violations.append(f"{name} names {uri}, which is not there")
                self.seen.add(key)


@dataclasses.dataclass
class Facts:
    """What is in a segment. Times in seconds on the segment's own time line."""

    frames: int
    starts_with_key: bool
    first_video: float
    video_duration: float
    first_audio: float | None
    audio_duration: float | None


def look_into(data, initialisation=b""):
    with av.open(io.BytesIO(initialisation + data)) as container:
        video, audio = [], []
        streams = [s for s in container.streams if s.type in ("video", "audio")]
        for packet in container.demux(streams):
            if packet.pts is not None:
                (video if packet.stream.type == "video" else audio).append(packet)
        times = sorted(float(p.pts * p.time_base) for p in video)
        # The median: where a busy machine left a picture out, the one before stands longer.
        frame = statistics.median(b - a for a, b in zip(times, times[1:])) if len(times) > 1 else 0
        heard = [float(p.pts * p.time_base) for p in audio]
        rate = next((s.rate for s in streams if s.type == "audio"), None)
        block = next((s.codec_context.frame_size for s in streams if s.type == "audio"), 0) or 1024
        return Facts(len(video), bool(video) and video[0].is_keyframe, times[0] if times else math.nan,
                     times[-1] - times[0] + frame if times else 0, min(heard) if heard else None,
                     max(heard) - min(heard) + block / rate if heard else None)
