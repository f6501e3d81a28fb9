"""Looks for secrets where none may be: logs, infos, manifests, stored state, command lines."""

import contextlib
import pathlib
import re


def _parts(secret):
    """What of a secret gives it away. JWTs: their signature, which nothing else contains."""
    if secret.count(".") == 2 and secret.startswith("ey"):
        return [secret.rsplit(".", 1)[1]]
    return [secret]


JWT = re.compile(rb"eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{16,}")


def find(secrets, folder=None, infos=(), texts=()):
    """Places where one of the secrets, or any token, stands. Of a folder: logs, manifests, playlists. What the test itself
    wrote (configuration) and media are not looked into."""
    places = {f"info of {info.egress_id}": info.SerializeToString() for info in infos}
    places |= {name: text.encode() if isinstance(text, str) else text for name, text in dict(texts).items()}
    if folder:
        for path in pathlib.Path(folder).rglob("*"):
            if (path.parent / "nginx.conf").exists():
                continue  # the receiver's own log, which names the streams it is sent
            if path.suffix in (".log", ".json", ".m3u8") and path.is_file():
                places[str(path.relative_to(folder))] = path.read_bytes()
    found = []
    for place, data in places.items():
        for secret in secrets:
            if any(part.encode() in data for part in _parts(secret)):
                position = data.find(_parts(secret)[0].encode())
                around = data[max(0, position - 80) : position + 20].decode(errors="replace")
                found.append(f"{place}: {secret[:3]}… in “…{around}”")
        if token := JWT.search(data):
            found.append(f"{place}: a token, {token[0][:40].decode()}…")
    return found


def command_lines(pids):
    """The command lines of processes, which every user of the machine can read."""
    texts = {}
    for pid in pids:
        with contextlib.suppress(OSError):
            texts[f"command line of {pid}"] = (pathlib.Path("/proc") / str(pid) / "cmdline").read_bytes()
    return texts
