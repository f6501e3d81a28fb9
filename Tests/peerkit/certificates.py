"""An authority of our own and a certificate by it for localhost."""

import dataclasses
import pathlib
import subprocess


@dataclasses.dataclass
class Certificates:
    authority: pathlib.Path
    certificate: pathlib.Path
    key: pathlib.Path


def make(folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    made = Certificates(folder / "authority.pem", folder / "certificate.pem", folder / "key.pem")
    authority_key, request, extension = folder / "authority-key.pem", folder / "request.pem", folder / "extension.cnf"
    extension.write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n")
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]

    def openssl(*arguments):
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)

    openssl("req", "-x509", *curve, "-keyout", authority_key, "-out", made.authority, "-days", 2,
            "-subj", "/CN=Test authority")
    openssl("req", *curve, "-keyout", made.key, "-out", request, "-subj", "/CN=localhost")
    openssl("x509", "-req", "-in", request, "-CA", made.authority, "-CAkey", authority_key, "-CAcreateserial",
            "-out", made.certificate, "-days", 2, "-extfile", extension)
    return made
