"""Where files are stored: in folders of this machine or in S3-compatible buckets."""

import importlib.util
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from wsgiref.headers import Headers

from config import environment as env

FOLDER = "core.web.disk_storage.DiskStorage"
BUCKET = "backoffice.backups.buckets.BucketStorage"
PRIVATE = ("private", "mail")
ONLY_OURS = {"directory_permissions_mode": 0o700, "file_permissions_mode": 0o600}
# A drawing that is opened by itself is a page, and could have scripts; browsers lay out a picture
# with styles of their own.
OPENED_ALONE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def storages(data: Path) -> dict[str, dict[str, Any]]:
    """
    Public pictures (`default`), uploads of people (`private`) and attachments of mails (`mail`).

    The last two have no URL: views serve them to those who may see them.
    """
    if not env.text("S3_MEDIA_BUCKET", default=""):
        return {"default": {"BACKEND": FOLDER}} | {
            name: {
                "BACKEND": FOLDER,
                "OPTIONS": {"location": str(folder(name, data)), **ONLY_OURS},
            }
            for name in PRIVATE
        }
    if not all(importlib.util.find_spec(package) for package in ("boto3", "storages")):
        env.refuse("S3_MEDIA_BUCKET", "needs packages that are missing: uv sync --extra s3.")
    return {"default": _bucket(_public())} | {
        name: _bucket({"bucket_name": _private_bucket(), "location": name}) for name in PRIVATE
    }


def folder(name: str, data: Path) -> Path:
    """The folder of a storage that is not in a bucket."""
    return Path(env.text(f"{name}_ROOT".upper(), default=str(data / name)))


def access() -> dict[str, Any]:
    """Address and credentials of the S3 storage."""
    return {
        "endpoint": env.url("S3_ENDPOINT_URL", schemes=("https", "http"), default="") or None,
        "region": env.text("S3_REGION", default="") or None,
        "key": env.text("S3_ACCESS_KEY", default=""),
        "secret": env.text("S3_SECRET_KEY", default=""),
    }


def media_origin() -> list[str]:
    """Other hosts from which pages load pictures."""
    if not env.text("S3_MEDIA_BUCKET", default=""):
        return []
    parts = urlsplit(_media_url())
    return [f"{parts.scheme}://{parts.netloc}"]


def add_headers(headers: Headers, path: str, url: str) -> None:
    """Further headers of static files."""
    if path.endswith(".svg"):
        headers["Content-Security-Policy"] = OPENED_ALONE


def _bucket(options: dict[str, Any]) -> dict[str, Any]:
    given = access()
    return {
        "BACKEND": BUCKET,
        "OPTIONS": {
            "endpoint_url": given["endpoint"],
            "region_name": given["region"],
            "access_key": given["key"],
            "secret_key": given["secret"],
            **options,
        },
    }


def _public() -> dict[str, Any]:
    parts = urlsplit(_media_url())
    return {
        "bucket_name": env.text("S3_MEDIA_BUCKET"),
        # Public, unsigned addresses, the same for everybody, so that caches can store them.
        "custom_domain": f"{parts.netloc}{parts.path.rstrip('/')}",
        "url_protocol": f"{parts.scheme}:",
        "querystring_auth": False,
        "object_parameters": {"CacheControl": "public, max-age=31536000, immutable"},
    }


def _media_url() -> str:
    value = env.url("S3_MEDIA_URL", schemes=("https", "http"), default="")
    if not value:
        env.refuse("S3_MEDIA_URL", "is missing: the public address of S3_MEDIA_BUCKET.")
    return value


def _private_bucket() -> str:
    value = env.text("S3_PRIVATE_BUCKET", default="")
    if not value:
        env.refuse("S3_PRIVATE_BUCKET", "is missing: a bucket that nobody may read but the shop.")
    if value == env.text("S3_MEDIA_BUCKET"):
        env.refuse("S3_PRIVATE_BUCKET", "is the bucket of pictures, which everybody may read.")
    return value
