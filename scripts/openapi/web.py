"""Read a document from the web, within a total time and size."""

import http.client
import threading
import urllib.error
import urllib.request
from concurrent.futures import Future
from typing import Any
from urllib.parse import urlsplit

from scripts.errors import CannotRunError, MissingDocumentError

_TIMEOUT = 30.0  # seconds for one step: connecting, or the next bytes
_LONGEST = 60.0  # seconds for the whole response, however slowly it arrives
_LARGEST = 50 * 1024 * 1024  # bytes; a contract is a few hundred kilobytes
_CHUNK = 64 * 1024


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects within one origin only, so that the recorded address is the one read."""

    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        old, new = urlsplit(req.full_url), urlsplit(newurl)
        stays = (new.scheme, new.port) == (old.scheme, old.port) or new.scheme == "https"
        if new.hostname != old.hostname or not stays:
            fp.close()
            where = newurl.rpartition("@")[2]  # the part before it may be a password
            raise MissingDocumentError(f"{req.full_url} has moved to {where}: name that address")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def fetch(url: str) -> bytes:
    """Read the bytes at an http(s) URL; CannotRunError gives the reason of a failure."""
    # In a thread, because a socket's timeout does not end a server that sends byte by byte.
    outcome: Future[bytes] = Future()

    def run() -> None:
        try:
            outcome.set_result(_read(url))
        except Exception as error:
            outcome.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    try:
        return outcome.result(_LONGEST)
    except TimeoutError:
        why = f"it takes longer than {_LONGEST:.0f} seconds"
        raise CannotRunError(f"cannot read {url}: {why}") from None


def _read(url: str) -> bytes:
    request = urllib.request.Request(url, headers={"User-Agent": "contract-diff"})  # noqa: S310 - only http(s) reaches this
    data = bytearray()
    try:
        with urllib.request.build_opener(_Redirects).open(request, timeout=_TIMEOUT) as answer:
            while chunk := answer.read1(_CHUNK):
                data += chunk
                if len(data) > _LARGEST:
                    raise CannotRunError(f"{url} is larger than {_LARGEST // 1024**2} MB")
            missing = answer.length  # announced bytes that were not received
    except urllib.error.HTTPError as error:
        error.close()
        kind = MissingDocumentError if error.code in (404, 410) else CannotRunError
        raise kind(f"cannot read {url}: the server answered {error.code}") from error
    except (OSError, ValueError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", None) or str(error) or type(error).__name__
        raise CannotRunError(f"cannot reach {url}: {reason}") from error
    if missing:
        raise CannotRunError(f"cannot read {url}: the answer broke off, {missing} bytes short")
    return bytes(data)
