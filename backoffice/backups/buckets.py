"""Files in the buckets of an S3-compatible storage. Loaded only where the shop has one."""

import mimetypes
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import boto3
from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from storages.backends.s3 import S3Storage

from core.connections.clients import Shared

Given = ParamSpec("Given")
Answer = TypeVar("Answer")
# Larger files are streamed, so they do not fill the memory.
_MAX_IN_MEMORY = 2_000_000

# Bare systems do not know them, and browsers go by what the storage says of a file.
mimetypes.add_type("image/avif", ".avif")
mimetypes.add_type("image/webp", ".webp")


def _as_os_error(method: Callable[Given, Answer]) -> Callable[Given, Answer]:
    @wraps(method)
    def call(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
        try:
            return method(*args, **kwargs)
        except (BotoCoreError, Boto3Error, ClientError) as error:
            raise OSError(f"The storage of files does not do it: {error}") from error

    return call


@Shared
def _connection(endpoint: str | None, region: str | None, key: str, secret: str) -> Any:
    """One for all buckets and threads: each knows the whole of Amazon, in many megabytes."""
    session = boto3.Session(aws_access_key_id=key or None, aws_secret_access_key=secret or None)
    config = Config(
        connect_timeout=2,
        read_timeout=10,
        retries={"max_attempts": 2, "mode": "standard"},
        signature_version="s3v4",
        s3={"addressing_style": "path" if endpoint else "auto"},
        # Not every storage of that kind knows the newer checksums.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        max_pool_connections=20,
    )
    return session.resource("s3", region_name=region, endpoint_url=endpoint, config=config)


class BucketStorage(S3Storage):
    """A bucket that fails as a disk does: with an OSError. No file is written over."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            **{
                "default_acl": None,
                "file_overwrite": False,
                "max_memory_size": _MAX_IN_MEMORY,
                # Pictures are small, and the server has threads enough.
                "transfer_config": TransferConfig(use_threads=False),
                **options,
            }
        )

    @property
    def connection(self) -> Any:
        return _connection(self.endpoint_url, self.region_name, self.access_key, self.secret_key)

    @_as_os_error
    def _open(self, name: str, mode: str = "rb") -> Any:
        """Downloads first, so that readers meet only disk errors."""
        opened = super()._open(name, mode)
        if "r" in mode:
            opened.open()
        return opened

    @_as_os_error
    def _save(self, name: str, content: Any) -> str:
        return str(super()._save(name, content))

    delete = _as_os_error(S3Storage.delete)
    exists = _as_os_error(S3Storage.exists)
    listdir = _as_os_error(S3Storage.listdir)
    size = _as_os_error(S3Storage.size)
    get_modified_time = _as_os_error(S3Storage.get_modified_time)


@dataclass(frozen=True)
class Bucket:
    """A place of backups. It fails as a disk does."""

    name: str
    folder: str

    @cached_property
    def _bucket(self) -> Any:
        endpoint, region, key, secret = (
            settings.S3_ACCESS[each] for each in ("endpoint", "region", "key", "secret")
        )
        return _connection(endpoint, region, key, secret).Bucket(self.name)

    def _key(self, name: str) -> str:
        return f"{self.folder}/{name}".lstrip("/")

    @_as_os_error
    def names(self) -> list[str]:
        start = self._key("")
        found = self._bucket.objects.filter(Prefix=start)
        return [each.key.removeprefix(start) for each in found]

    @_as_os_error
    def put(self, file: Path, name: str) -> None:
        """A multipart upload; the file appears once the last part arrived."""
        self._bucket.upload_file(str(file), self._key(name))

    @_as_os_error
    def fetch(self, name: str, target: Path) -> Path:
        self._bucket.download_file(self._key(name), str(target))
        return target

    @_as_os_error
    def delete(self, name: str) -> None:
        self._bucket.Object(self._key(name)).delete()
