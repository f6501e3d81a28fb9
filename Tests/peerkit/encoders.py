"""Unmodified programs that publish footage and a tone: ffmpeg, GStreamer, OBS. Their logs, which name stream keys, are `.txt`."""

import json
import os
import pathlib
import shutil
import socket
import sys
import tempfile

from . import footage
from .process import Child
from .ports import free_port

# Debian's, which has the bindings of Debian's GStreamer.
SYSTEM_PYTHON = "/usr/bin/python3"


class Encoder(Child):
    """A program that publishes until it is stopped or killed."""

    @property
    def log_path(self):
        return self.folder / f"{self.name}.txt"


class FFmpeg(Encoder):
    """`ffmpeg` with footage as an encoder makes it (B-frames and all) and a tone, at the pace of time, to any URL."""

    def __init__(self, folder, url, hertz=440, name="ffmpeg", size=(640, 360), fps=25, kilobits=1500, clip="bigbuckbunny",
                 form="flv", sound=("-c:a", "aac", "-b:a", "128k"), options=()):
        super().__init__(name, folder)
        self.url, self.hertz, self.form, self.sound, self.options = url, hertz, form, sound, options
        self.film = footage.film(size, fps, kilobits=kilobits, clip=clip)

    def command(self):
        return ["ffmpeg", "-v", "warning", "-nostdin", "-re", "-stream_loop", "-1", "-i", str(self.film),
                "-re", "-f", "lavfi", "-i", f"sine=frequency={self.hertz}:sample_rate=48000,volume=2",
                "-map", "0:v", "-map", "1:a", "-c:v", "copy", *self.sound, "-ac", "2", *self.options,
                "-f", self.form, self.url]


class SRTSource(FFmpeg):
    """`ffmpeg` that waits for somebody to pull from it by SRT."""

    def __init__(self, folder, hertz=440, name="srt", **fields):
        self.port = free_port(socket.SOCK_DGRAM)
        self.pulled = f"srt://127.0.0.1:{self.port}"
        super().__init__(folder, f"{self.pulled}?mode=listener", hertz, name, form="mpegts", **fields)

    def ready(self):
        # It listens once its port is taken.
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.bind(("127.0.0.1", self.port))
            except OSError:
                return True
        return False


class GStreamer(Encoder):
    """`rtmp2sink` behind x264enc and voaacenc."""

    def __init__(self, folder, url, hertz=440, name="gstreamer", size=(640, 360), fps=25):
        super().__init__(name, folder)
        self.url, self.hertz, self.size, self.fps = url, hertz, size, fps
        self.pictures = footage.raw(size, fps)

    def command(self):
        pictures = (f"multifilesrc location={self.pictures} loop=true ! rawvideoparse width={self.size[0]} height={self.size[1]} "
                    f"format=i420 framerate={self.fps}/1 ! identity sync=true ! queue ! x264enc speed-preset=veryfast "
                    f"bitrate=1500 key-int-max={2 * self.fps} ! h264parse ! mux.")
        sound = (f"audiotestsrc is-live=true freq={self.hertz} volume=0.25 samplesperbuffer=480 ! "
                 "audio/x-raw,rate=48000,channels=2 ! queue ! voaacenc bitrate=128000 ! aacparse ! mux.")
        sink = f"flvmux name=mux streamable=true ! rtmp2sink location={self.url}"
        return ["gst-launch-1.0", "-q", *sink.split(), *pictures.split(), *sound.split()]


class WebRTCBin(Encoder):
    """GStreamer's `webrtcbin` in a script of Debian's Python (`gst_whip.py`), which does WHIP itself."""

    def __init__(self, folder, url, key, hertz=440, name="webrtcbin", codec="VP8", size=(640, 360), fps=25):
        super().__init__(name, folder)
        self.url, self.key, self.hertz, self.codec, self.size, self.fps = url, key, hertz, codec, size, fps
        self.pictures = footage.raw(size, fps)

    def command(self):
        script = pathlib.Path(__file__).parent / "gst_whip.py"
        return [SYSTEM_PYTHON, "-u", str(script), self.url, str(self.pictures), str(self.size[0]), str(self.size[1]),
                str(self.fps), str(self.hertz), self.codec]

    def environment(self):
        return {"WHIP_KEY": self.key}  # not on the command line


class PyAV(Encoder):
    """The FFmpeg that PyAV's wheel carries, which is newer than Debian's: it has a muxer of WHIP, and Enhanced RTMP. A process of
    its own, for it blocks."""

    def __init__(self, folder, url, hertz=440, name="pyav", form="flv", pictures="libx264", sound="aac", key="", size=(640, 360),
                 fps=25):
        super().__init__(name, folder)
        self.arguments = [url, str(footage.film(size, fps, hertz=hertz)), str(fps), form, pictures, sound]
        self.key = key

    @classmethod
    def whip(cls, folder, url, key, hertz):
        return cls(folder, url, hertz, form="whip", sound="libopus", key=key)

    def command(self):
        return [sys.executable, "-m", "peerkit.av_publish", *self.arguments]

    def environment(self):
        return {"WHIP_KEY": self.key, "PYTHONPATH": str(pathlib.Path(__file__).parents[1])}


class Display(Child):
    """A screen without a screen: Xvfb, for programs that will not do without."""

    def __init__(self, folder, size=(1280, 720)):
        super().__init__("xvfb", folder)
        self.size = size
        self.number = next(n for n in range(90, 190) if not pathlib.Path(f"/tmp/.X11-unix/X{n}").exists())

    @property
    def name_of_display(self):
        return f":{self.number}"

    def command(self):
        return ["Xvfb", self.name_of_display, "-screen", "0", f"{self.size[0]}x{self.size[1]}x24", "-nolisten", "tcp"]

    def ready(self):
        return pathlib.Path(f"/tmp/.X11-unix/X{self.number}").exists()


class OBS(Encoder):
    """OBS Studio with a profile of its own: one scene with footage and its tone, streamed from the start by x264."""

    def __init__(self, folder, server, key, display, hertz=440, size=(640, 360), fps=30):
        super().__init__("obs", folder, start_timeout=60)
        self.server, self.key, self.display, self.size, self.fps = server, key, display, size, fps
        self.film = footage.film(size, fps, hertz=hertz)
        # Its configuration names the stream key: away from where tests look for keys.
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="obs-"))

    def environment(self):
        return {"HOME": str(self.home), "DISPLAY": self.display.name_of_display, "XDG_CONFIG_HOME": str(self.home / ".config"),
                "XDG_RUNTIME_DIR": str(self.home), "QT_QPA_PLATFORM": "xcb", "LIBGL_ALWAYS_SOFTWARE": "1", "LC_ALL": "C.UTF-8"}

    def command(self):
        self._configure(self.home / ".config/obs-studio")
        return ["obs", "--multi", "--startstreaming", "--profile", "stream", "--collection", "stream", "--minimize-to-tray",
                "--disable-missing-files-check", "--disable-updater"]

    def _configure(self, folder):
        width, height = self.size
        profile = folder / "basic/profiles/stream"
        profile.mkdir(parents=True, exist_ok=True)
        os.chmod(self.home, 0o700)
        (folder / "basic/scenes").mkdir(parents=True, exist_ok=True)
        (folder / "global.ini").write_text(
            "[General]\nPre19Defaults=false\nPre21Defaults=false\nPre23Defaults=false\nPre24.1Defaults=false\nFirstRun=true\n"
            "EnableAutoUpdates=false\nConfirmOnExit=false\nLastVersion=486539266\n\n"
            "[Basic]\nProfile=stream\nProfileDir=stream\nSceneCollection=stream\nSceneCollectionFile=stream\n"
            "ConfigOnNewProfile=false\n\n[BasicWindow]\nShowTransitions=false\nPreviewEnabled=false\n")
        (profile / "basic.ini").write_text(
            "[General]\nName=stream\n\n"
            f"[Video]\nBaseCX={width}\nBaseCY={height}\nOutputCX={width}\nOutputCY={height}\nFPSType=1\nFPSInt={self.fps}\n\n"
            "[Output]\nMode=Simple\nReconnect=false\n\n"
            "[SimpleOutput]\nVBitrate=1500\nABitrate=128\nStreamEncoder=x264\nPreset=veryfast\nRecQuality=Stream\n\n"
            "[Audio]\nSampleRate=48000\nChannelSetup=Stereo\n")
        (profile / "service.json").write_text(json.dumps({"type": "rtmp_custom", "settings": {
            "server": self.server, "key": self.key, "use_auth": False, "bwtest": False}}))
        (folder / "basic/scenes/stream.json").write_text(json.dumps(self._scenes()))

    def _scenes(self):
        film = {"id": "ffmpeg_source", "versioned_id": "ffmpeg_source", "name": "film", "enabled": True, "muted": False,
                "volume": 1.0, "mixers": 255, "settings": {"local_file": str(self.film), "looping": True, "is_local_file": True,
                                                           "hw_decode": False, "restart_on_activate": False}}
        item = {"name": "film", "id": 1, "visible": True, "locked": False, "pos": {"x": 0.0, "y": 0.0},
                "scale": {"x": 1.0, "y": 1.0}, "rot": 0.0, "align": 5, "bounds_type": 0, "bounds_align": 0,
                "bounds": {"x": 0.0, "y": 0.0}, "crop_left": 0, "crop_top": 0, "crop_right": 0, "crop_bottom": 0}
        scene = {"id": "scene", "versioned_id": "scene", "name": "Scene", "enabled": True,
                 "settings": {"id_counter": 1, "items": [item], "custom_size": False}}
        return {"name": "stream", "current_scene": "Scene", "current_program_scene": "Scene",
                "scene_order": [{"name": "Scene"}], "sources": [scene, film], "transitions": [], "groups": [],
                "quick_transitions": [], "current_transition": "Cut", "transition_duration": 300}

    def stop(self, timeout=15):
        # It asks whether to stop streaming before it quits, and there is nobody to answer.
        self.kill()
        shutil.rmtree(self.home, ignore_errors=True)
