"""moto's S3 server behind a gate: storage that can be away without forgetting what it has."""

import sys

import boto3
import botocore.config

from .gate import Gate
from .process import Child, accepts
from .ports import free_port

REGION = "eu-central-1"


class S3Server(Child):
    """`endpoint` goes through the gate; the test's own client does not."""

    def __init__(self, folder, access_key="AKIATESTTESTTEST", secret="not-checked-by-moto", bucket="recordings"):
        super().__init__("s3", folder, start_timeout=60)
        self.access_key, self.secret, self.bucket = access_key, secret, bucket
        self.port = free_port()
        self.gate = Gate(self.port)

    @property
    def endpoint(self):
        return f"http://127.0.0.1:{self.gate.port}"

    def command(self):
        return [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)]

    def ready(self):
        return accepts(self.port)

    def start(self):
        super().start()
        self.gate.__enter__()
        config = botocore.config.Config(s3={"addressing_style": "path"}, retries={"max_attempts": 5})
        self.client = boto3.client("s3", endpoint_url=f"http://127.0.0.1:{self.port}", region_name=REGION, config=config,
                                   aws_access_key_id=self.access_key, aws_secret_access_key=self.secret)
        self.client.create_bucket(Bucket=self.bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        return self

    def stop(self, timeout=15):
        self.gate.__exit__()
        return super().stop(timeout)

    def keys(self):
        """Every object: its size by its key."""
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket)
        return {item["Key"]: item["Size"] for page in pages for item in page.get("Contents", [])}

    def read(self, key):
        """Its bytes; None if there is none."""
        try:
            return self.client.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        except self.client.exceptions.NoSuchKey:
            return None

    def unfinished(self):
        """Multipart uploads that were begun and neither completed nor given up: their parts by key."""
        found = self.client.list_multipart_uploads(Bucket=self.bucket).get("Uploads", [])
        return {u["Key"]: self.client.list_parts(Bucket=self.bucket, Key=u["Key"], UploadId=u["UploadId"]).get("Parts", [])
                for u in found}

    def upload(self, message, **fields):
        """An S3Upload of LiveKit's API that names this server."""
        return message(access_key=self.access_key, secret=self.secret, region=REGION, endpoint=self.endpoint,
                       bucket=self.bucket, force_path_style=True, **fields)

    def configuration(self):
        """The same as a `storage:` section of a worker's configuration."""
        return {"s3": {"access_key": self.access_key, "secret": self.secret, "region": REGION, "endpoint": self.endpoint,
                       "bucket": self.bucket, "force_path_style": True}}
