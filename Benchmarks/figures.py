"""What the benchmarks take and print: CPU time of a process, rows of medians and ranges."""

import contextlib
import math
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


def median_interval(values):
    """Between which values the median of all such runs lies, at least 95 times in 100: order statistics, which take nothing for granted
    but that runs do not hang together. None for fewer than six, which cannot say."""
    values, outside = sorted(values), 0.0
    for rank in range(len(values) // 2 + 1):
        outside += 2 * math.comb(len(values), rank) / 2 ** len(values)
        if outside > 0.05:
            return (values[rank - 1], values[-rank]) if rank else None
    return None
