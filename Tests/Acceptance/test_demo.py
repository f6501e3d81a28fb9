"""`sluice demo` does what the README says."""

import json
import subprocess

import pytest

from peerkit import egress
from peerkit.recording import Recording
from peerkit.ports import free_port
from peerkit.server import binary


def test_demo_records_a_room(tmp_path):
    command = [binary(), "demo", "--serve", "--duration", "10", "--port", str(free_port()), "--recordings",
               str(tmp_path / "recordings"), "--json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=90)
    assert done.returncode == 0, done.stdout + done.stderr
    summary = json.loads(done.stdout.strip().splitlines()[-1])
    recording = Recording(summary["path"])
    video = recording.stream("video")
    assert (video["codec_name"], video["width"], video["height"], video["r_frame_rate"]) == ("h264", 1280, 720, "30/1")
    # Single frames may be missing where the machine was too busy, but the demo owns to them.
    frames = int(video["nb_frames"])
    assert frames + egress.left_out(summary["details"]) >= 0.98 * 30 * recording.duration
    assert frames >= 0.5 * 30 * recording.duration, summary
    assert recording.stream("audio")["codec_name"] == "aac"
    assert recording.duration == pytest.approx(10, rel=0.02)
    assert summary["cpu_seconds_per_recorded_second"] > 0
