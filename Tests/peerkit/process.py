"""Child processes of the tests: started with a log of their own, awaited, paused and killed by their own id."""

import os
import pathlib
import signal
import socket
import subprocess
import time


def accepts(port, host="127.0.0.1"):
    """Whether somebody listens there."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((host, port)) == 0


class Child:
    """A program that is ready once `ready()` holds; started and stopped any number of times, one log for all runs."""

    def __init__(self, name, folder, start_timeout=20):
        self.name, self.folder, self.start_timeout = name, pathlib.Path(folder), start_timeout
        self.process = None

    def command(self):
        raise NotImplementedError

    def environment(self):
        return {}

    def ready(self):
        return True

    @property
    def log_path(self):
        return self.folder / f"{self.name}.log"

    @property
    def log(self):
        return self.log_path.read_text(errors="replace")

    @property
    def alive(self):
        return self.process is not None and self.process.poll() is None

    def start(self):
        assert not self.alive, f"{self.name} runs already"
        self.folder.mkdir(parents=True, exist_ok=True)
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(self.command(), stdout=log, stderr=subprocess.STDOUT, cwd=self.folder,
                                            env={**os.environ, **self.environment()})
        deadline = time.monotonic() + self.start_timeout
        while not self.ready():
            if not self.alive:
                raise RuntimeError(f"{self.name} ended with {self.process.returncode}:\n{self.log[-4000:]}")
            if time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"{self.name} is not ready after {self.start_timeout} s:\n{self.log[-4000:]}")
            time.sleep(0.05)
        return self

    def stop(self, timeout=15):
        """Asks it to end; kills what does not. Returns the exit code."""
        if self.alive:
            self.process.send_signal(signal.SIGCONT)
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout)
            except subprocess.TimeoutExpired:
                self.kill()
        return self.process.returncode if self.process else None

    def kill(self):
        if self.alive:
            self.process.kill()
            self.process.wait()

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def children(self, word=b""):
        """Process ids of its direct children whose command line has the word as an argument."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                arguments = (entry / "cmdline").read_bytes().split(b"\0")
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (OSError, ValueError, IndexError):
                continue
            if parent == self.process.pid and (not word or word in arguments):
                found.append(int(entry.name))
        return found

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()
