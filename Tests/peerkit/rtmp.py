"""nginx with its RTMP module as the receiver of streams: each connection becomes a file; it can be killed and come back."""

import pathlib
import urllib.request
import xml.etree.ElementTree

from . import certificates
from .process import Child, accepts
from .ports import free_port

MODULES = "/usr/lib/nginx/modules"


class RTMPReceiver(Child):
    """Application `live` over RTMP and, through nginx' TLS, over RTMPS with a certificate for localhost."""

    def __init__(self, folder, name="nginx"):
        super().__init__(name, pathlib.Path(folder) / name)
        self.port, self.tls_port, self.http_port = free_port(), free_port(), free_port()
        self.records = self.folder / "records"
        self.certificates = certificates.make(self.folder / "certificates")

    def url(self, key):
        return f"rtmp://127.0.0.1:{self.port}/live/{key}"

    def secure_url(self, key):
        return f"rtmps://localhost:{self.tls_port}/live/{key}"

    def command(self):
        self.records.mkdir(parents=True, exist_ok=True)
        path = self.folder / "nginx.conf"
        path.write_text(f"""
load_module {MODULES}/ngx_rtmp_module.so;
load_module {MODULES}/ngx_stream_module.so;
daemon off;
master_process off;
pid {self.folder}/nginx.pid;
error_log {self.folder}/error.log info;
events {{ worker_connections 256; }}
rtmp {{
    access_log off;
    server {{
        listen 127.0.0.1:{self.port};
        application live {{
            live on;
            record all;
            record_path {self.records};
            record_unique on;
            record_suffix .flv;
        }}
    }}
}}
stream {{
    server {{
        listen 127.0.0.1:{self.tls_port} ssl;
        ssl_certificate {self.certificates.certificate};
        ssl_certificate_key {self.certificates.key};
        proxy_pass 127.0.0.1:{self.port};
    }}
}}
http {{
    access_log off;
    client_body_temp_path {self.folder}/body;
    proxy_temp_path {self.folder}/proxy;
    fastcgi_temp_path {self.folder}/fastcgi;
    uwsgi_temp_path {self.folder}/uwsgi;
    scgi_temp_path {self.folder}/scgi;
    server {{
        listen 127.0.0.1:{self.http_port};
        location /stat {{ rtmp_stat all; }}
    }}
}}
""")
        return ["nginx", "-c", str(path), "-p", str(self.folder)]

    def ready(self):
        return accepts(self.port) and accepts(self.tls_port) and accepts(self.http_port)

    def streams(self):
        """Bytes received by stream key, of those being published now."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.http_port}/stat", timeout=5) as answer:
            tree = xml.etree.ElementTree.fromstring(answer.read())
        return {s.findtext("name"): int(s.findtext("bytes_in")) for s in tree.iter("stream")
                if s.find("publishing") is not None}

    def recorded(self, key):
        """The files of a key, one a connection, in order."""
        return sorted(self.records.glob(f"{key}-*.flv"), key=lambda p: (p.stat().st_mtime, p.name))
