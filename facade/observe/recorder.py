"""The recorder, which counts shapes by operation, Version, status and kind of body."""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Callable
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any, cast

from facade._core import numbers
from facade._core.client_options import is_version
from facade._core.events import CallEvent, ResponseReceived
from facade._core.files import atomic_writer
from facade._core.forking import LockHolder
from facade._core.interrupts import interrupt_in
from facade._core.routes import below_base, route_of
from facade.observe.shapes import KNOWN, Shape, texts_of

_MAX_SHAPES = 400
_KEYS = ("operation", "version", "status", "media")  # and the kind of the body, which is not kept


class Recorder:
    """Records the shapes of a sample of responses, never their values: pass it as `on_event`.

    `sample` is the share of recorded exchanges, above 0 and up to 1. `failures` counts exchanges
    that could not be recorded, which raises nothing. Clients and threads may share a recorder.
    """

    wants_responses = True

    def __init__(self, sample: float = 0.1, *, today: Callable[[], date] = date.today) -> None:
        self.sample = numbers.share("sample", sample)
        self.failures = 0
        self._today = today
        self._holder = LockHolder()
        self._random = random.random  # not for secrets
        self._shapes: dict[tuple[Any, ...], tuple[Shape, list[str]]] = {}

    def __call__(self, event: CallEvent) -> None:
        if not isinstance(event, ResponseReceived) or self._random() >= self.sample:
            return
        before = sys.exception()
        try:
            self._record(event)
        except Exception as error:  # recording must not fail the app's call
            if interrupt_in(error, before):
                raise
            self.failures += 1

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the lines as JSON Lines; the file is replaced atomically."""
        with atomic_writer(Path(path)) as file:
            file.writelines(f"{json.dumps(line)}\n" for line in self.lines())

    def lines(self) -> list[dict[str, Any]]:
        """Return a dict for each combination of operation, Version, status and kind of body."""
        with self._holder.lock:
            shapes = sorted(self._shapes.items(), key=lambda each: each[0][:4])
            return [
                dict(zip(_KEYS, key[:4], strict=True))
                | {"first": days[0], "last": days[-1], "body": shape.as_json()}
                for key, (shape, days) in shapes
            ]

    def _record(self, event: ResponseReceived) -> None:
        media, body = _body(event.response_body)
        key = (*_exchange(event), event.status_code, media, _kind(body))
        day = self._today().isoformat()
        with self._holder.lock:
            if key not in self._shapes and len(self._shapes) >= _MAX_SHAPES:
                self.failures += 1
                return
            shape, days = self._shapes.setdefault(key, (Shape(), [day]))
            days[1:] = [day] if days[0] != day else []
            if media == "json":
                shape.add(body, cache(partial(texts_of, event, body)))
            else:
                shape.n += 1


def _exchange(event: ResponseReceived) -> tuple[str, str]:
    """Return the operation, with a path template instead of the path, and the Version."""
    path = below_base(event.target.partition("?")[0])
    route = route_of(path)
    # The probe also requests the list without the trailing slash.
    template = route[0].path if route else path if path == "/associations" else "/..."
    version = event.version if is_version(event.version) else "other"
    return f"{event.method} {template}", version


def _body(content: bytes) -> tuple[str, Any]:
    """Return the media kind of a body, and its JSON if it has any, whatever its Content-Type."""
    if not content.strip():
        return "empty", None
    try:
        return "json", json.loads(content)
    except ValueError:
        return ("html" if b"<" in content[:200] else "other"), None


def _kind(body: Any) -> object:
    """Return the known top-level fields of a body, so that alternatives are separate."""
    if isinstance(body, dict):
        return KNOWN.intersection(cast("dict[str, Any]", body))
    return type(body).__name__
