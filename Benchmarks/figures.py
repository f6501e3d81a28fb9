"""What the benchmarks take and print: CPU time of a process, rows of medians and ranges."""

import contextlib
import os
import pathlib
import statistics


def cpu_seconds(pid):
    """user + system seconds that a process has used so far."""
    fields = (pathlib.Path("/proc") / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def go_first():
    """Goes before other work of the machine, as does everything started from now on, if that is allowed."""
    with contextlib.suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, -10)


def let_go_first(pid):
    """The same for the threads that a process has: libdispatch resets what it was started with."""
    with contextlib.suppress(PermissionError, FileNotFoundError):
        for thread in (pathlib.Path("/proc") / str(pid) / "task").iterdir():
            os.setpriority(os.PRIO_PROCESS, int(thread.name), -10)


def row(name, values, digits=3):
    low, high = f"{min(values):.{digits}f}", f"{max(values):.{digits}f}"
    print(f"{name:40} median {statistics.median(values):.{digits}f}   range {low} … {high}")
