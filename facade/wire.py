"""What every request has in common: how it is built, watched and judged. Nothing is sent here."""

import logging
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol, TypedDict
from urllib.parse import urlencode, urlsplit

import httpx
from attrs import define, field

from facade import errors
from facade.pace import Pace, Turn
from facade.retry import Attempts, CallOptions, fixed
from facade.tokens import Asked, Fixed, TokenSource, is_header_text
from facade.version import __version__

BASE_URL = "https://services.leadconnectorhq.com"
VERSION = "2021-07-28"
TIMEOUT = httpx.Timeout(30.0, connect=10.0)
HEADERS = {
    "Accept": "application/json",
    "User-Agent": f"highlevel-associations/{__version__} httpx/{httpx.__version__}",
}

logger = logging.getLogger("facade")


class Call:
    """One call through the facade: its location, what it overrides, and the answer it got."""

    def __init__(self, location_id: str, options: CallOptions) -> None:
        self.location_id = location_id
        self.options = options
        self.response: httpx.Response | None = None


class Observer(Protocol):
    """Is shown each exchange, as it was sent and answered; what it raises reaches the app."""

    def saw(self, request: httpx.Request, response: httpx.Response) -> None:
        """Look at an exchange whose answer was read to its end."""


CALL: ContextVar[Call | None] = ContextVar("facade_call", default=None)


@define(kw_only=True)
class Wire:
    """What all requests of a client have in common, and who is asked and told about each."""

    token: TokenSource = field(repr=False)
    location_id: str
    base_url: str
    version: str
    timeout: httpx.Timeout = field(converter=httpx.Timeout)
    retries: int
    pace: Pace | None
    observe: Observer | None = None
    asks_aside: bool = field(init=False)  # building a request may take time
    paces_aside: bool = field(init=False)  # and so may asking for a turn
    _headers: httpx.Headers = field(init=False, repr=False)
    _timeout: dict[str, Any] = field(init=False)

    def __attrs_post_init__(self) -> None:
        parts = urlsplit(self.base_url)
        extra = parts.query or parts.fragment or "@" in parts.netloc
        if parts.scheme not in ("http", "https") or not parts.hostname or extra:
            shown = self.base_url.rpartition("@")[2]  # what stands before may be a password
            raise ValueError(f"base_url is no plain http(s) address: {shown!r}")
        if self.retries < 0:
            raise ValueError(f"retries is a number from 0, not {self.retries}")
        if not self.version or not is_header_text(self.version):
            raise ValueError(f"version is text like {VERSION}, not {self.version!r}")
        self.base_url = self.base_url.rstrip("/")
        self.asks_aside = not isinstance(self.token, Fixed | Asked)
        self.paces_aside = getattr(self.pace, "takes_time", False)
        self._timeout = self.timeout.as_dict()
        if None in self._timeout.values():
            raise ValueError("there is always a timeout: give one in seconds")
        self._headers = httpx.Headers({**HEADERS, "Version": self.version})
        if isinstance(self.token, Fixed):
            self._authorize(self._headers, self.location_id)

    def _authorize(self, headers: httpx.Headers, location_id: str) -> None:
        """Put the token of this moment into headers; no name of ours holds it meanwhile."""
        headers["Authorization"] = "Bearer " + _bare(self.token.token(location_id))

    def location(self, call: Call | None) -> str:
        """Name the location that a call is for; one through the generated client is for ours."""
        return call.location_id if call else self.location_id

    def begin(self, method: str, call: Call | None) -> Attempts:
        """Start counting the attempts of one call."""
        options = fixed(call.options) if call else CallOptions()
        return Attempts(
            method.upper(), options.get("retries", self.retries), options.get("deadline")
        )

    def request(
        self,
        method: str,
        url: str,
        call: Call | None,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Request:
        """Build a request; the token and the Version of the client win over the caller's."""
        if "/." in url and {".", ".."} & set(url.split("/")):  # httpx would walk the path up
            raise ValueError(f"an id would lead out of its part of the path: {url!r}")
        if params:
            url = f"{url}?{urlencode(params, doseq=True)}"
        mine = self._headers.copy()
        for name, value in (headers or {}).items():
            if name.lower() not in ("version", "authorization"):
                mine[name] = value
        if "Authorization" not in mine:
            self._authorize(mine, self.location(call))
        timeout = self._timeout
        if call and "timeout" in call.options:
            timeout = httpx.Timeout(call.options["timeout"]).as_dict()
        return httpx.Request(
            method.upper(),
            f"{self.base_url}{url}",
            headers=mine,
            json=json,
            extensions={"timeout": timeout},
        )

    def take_turn(self, request: httpx.Request, call: Call | None, attempts: Attempts) -> Turn:
        """Ask the pace for a turn; refuse to wait beyond the call's deadline."""
        location_id = self.location(call)
        turn = self.pace.take(location_id) if self.pace else Turn(location_id, 0.0)
        if not attempts.in_time(max(0.0, turn.wait)):
            self.give_back(turn)
            method, path = request.method, path_of(request)
            why = f"{method} {path}: the call's deadline leaves no time to wait for its turn"
            error = errors.DeadlineError(why, method=method, path=path)
            error.repeated = attempts.unknown
            raise error
        return turn

    def give_back(self, turn: Turn) -> None:
        """Return a turn that nothing was sent with."""
        if self.pace is not None and turn.granted:
            self.pace.unused(turn)

    @contextmanager
    def sending(
        self, request: httpx.Request, turn: Turn, attempts: Attempts
    ) -> Generator[list[httpx.Response]]:
        """Watch one exchange: errors become ours, the pace and the log hear how it ended."""
        answers: list[httpx.Response] = []
        started, sent = time.monotonic(), True
        if attempts.deadline is not None:
            left = max(0.001, attempts.deadline - started)
            timeout = request.extensions["timeout"]
            request.extensions["timeout"] = {
                part: left if most is None else min(most, left) for part, most in timeout.items()
            }
        try:
            with reaching(request):
                yield answers
        except errors.ConnectFailedError:
            sent = False
            raise
        finally:
            if not sent:
                self.give_back(turn)
            elif self.pace is not None and answers:
                self.pace.answered(turn, answers[0].status_code, answers[0].headers)
            elif self.pace is not None:
                self.pace.answered(turn, 0, {})
            if self.observe is not None and answers:
                self.observe.saw(request, answers[0])
            if logger.isEnabledFor(logging.DEBUG):
                said = answers[0].status_code if answers else "no answer"
                took = (time.monotonic() - started) * 1000
                logger.debug("%s %s: %s in %.0f ms", request.method, path_of(request), said, took)

    def again_after(
        self,
        request: httpx.Request,
        error: errors.AssociationsError,
        attempts: Attempts,
        call: Call | None,
    ) -> float | None:
        """Decide whether a failed request is sent again, and after how many seconds."""
        delay = attempts.again_after(error)
        # A missing scope or a wrong Version is no matter of another token.
        if type(error) is errors.AuthenticationError and not attempts.renewed:
            attempts.renewed = True
            if self.token.refused(self.location(call), _token_of(request)):
                return 0.0  # nothing was done with the refused one
        return delay


@define(frozen=True)
class Form:
    """A form to post outside any client; what is secret in it stays out of sight."""

    url: str
    fields: Mapping[str, str]
    secrets: Mapping[str, str] = field(repr=False)
    token: str = field(default="", repr=False)

    def request(self, timeout: float) -> httpx.Request:
        """Build the request; `timeout` is in seconds, for each part of it."""
        headers = httpx.Headers({**HEADERS, "Version": VERSION})
        if self.token:
            headers["Authorization"] = "Bearer " + _bare(self.token)
        return httpx.Request(
            "POST",
            self.url,
            headers=headers,
            data={**self.fields, **self.secrets},
            extensions={"timeout": httpx.Timeout(timeout).as_dict()},
        )


def judge(request: httpx.Request, response: httpx.Response, call: Call | None) -> httpx.Response:
    """Pass a success on, to be parsed; raise the error that any other status means."""
    if not response.is_success:
        raise errors.status_error(**seen(request, response))
    if call is not None:
        call.response = response
    return response


class Seen(TypedDict):
    """What an error keeps of an exchange."""

    method: str
    path: str
    status_code: int
    headers: dict[str, str]
    body: Any


def seen(request: httpx.Request, response: httpx.Response, form: Form | None = None) -> Seen:
    """Give what an error may keep of an exchange: no secret of it, should an answer repeat one."""
    headers, content = dict(response.headers), response.content
    secrets = [*form.secrets.values(), form.token] if form else [_token_of(request)]
    for secret in filter(None, secrets):
        headers = {name: text.replace(secret, "***") for name, text in headers.items()}
        content = content.replace(secret.encode(), b"***")
    return {
        "method": request.method,
        "path": path_of(request),
        "status_code": response.status_code,
        "headers": headers,
        "body": errors.parse_body(content),
    }


def _token_of(request: httpx.Request) -> str:
    return request.headers["Authorization"].removeprefix("Bearer ")


def path_of(request: httpx.Request) -> str:
    """Give the path as it was sent: what is encoded in it cannot forge a line of the log."""
    return request.url.raw_path.decode("ascii").partition("?")[0]


def _bare(token: object) -> str:
    """Check a token, and never repeat it."""
    if isinstance(token, str) and token and is_header_text(token):
        return token
    why = "must be visible ASCII text without spaces or line ends" if token else "is empty"
    del token  # whoever prints our locals in a traceback must not print it
    raise ValueError(f"the token {why}")


@contextmanager
def reaching(request: httpx.Request) -> Generator[None]:
    """Turn httpx's errors of one exchange into ours."""
    where = {"method": request.method, "path": path_of(request)}
    what = f"{where['method']} {where['path']}"
    try:
        yield
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        why = str(error) or "no connection in time"
        raise errors.ConnectFailedError(f"{what}: cannot connect: {why}", **where) from error
    except httpx.TimeoutException as error:
        raise errors.APITimeoutError(f"{what}: no answer in time", **where) from error
    except httpx.RequestError as error:  # broken off, or not what HTTP allows
        why = str(error) or type(error).__name__
        raise errors.ConnectionLostError(f"{what}: connection lost: {why}", **where) from error
