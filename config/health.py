"""The container's health check: asks our own web server whether it is alive."""

import sys
from urllib.error import URLError
from urllib.request import Request, urlopen

URL = "http://127.0.0.1:8000/healthz"

if __name__ == "__main__":
    # As the proxy does: otherwise the answer is a redirection to https.
    request = Request(URL, headers={"X-Forwarded-Proto": "https"})
    try:
        urlopen(request, timeout=3).close()  # noqa: S310  # nosec B310
    except (URLError, OSError) as error:
        sys.exit(f"{URL}: {error}")
