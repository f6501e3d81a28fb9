"""Ports for the servers of a test."""

import random
import socket

FIRST, LAST = 10_000, 32_000  # Linux gives ports from 32768 on to connections that ask for none

_given = set()


def free_port(kind=socket.SOCK_STREAM):
    """A port that nobody listens on, nobody's connection is given, and this process has not had before."""
    while True:
        port = random.randrange(FIRST, LAST)
        if port in _given:
            continue
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("", port))
            except OSError:
                continue
        _given.add(port)
        return port
