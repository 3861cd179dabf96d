"""A document of the web is read completely or refused, within limits."""

import http.client
import urllib.error
import urllib.request
from threading import Event
from threading import enumerate as enumerate_threads
from unittest.mock import MagicMock, Mock

import pytest

from scripts.errors import CannotRunError, MissingDocumentError
from scripts.openapi import web
from scripts.openapi.web import fetch

from .serving import Serve

URL = "https://h.example/a.json"


def test_a_missing_document_is_told_from_one_that_cannot_be_read(serve: Serve) -> None:
    for status, is_missing in ((500, False), (404, True), (410, True)):
        base = serve({"/a.json": (status, b"", None)})
        said = rf"cannot read http.*: the server answered {status}\Z"
        with pytest.raises(CannotRunError, match=said) as caught:
            fetch(f"{base}/a.json")
        assert isinstance(caught.value, MissingDocumentError) == is_missing
        assert isinstance(caught.value.__cause__, urllib.error.HTTPError)


def test_an_incomplete_response_is_refused(serve: Serve) -> None:
    base = serve({"/a.yaml": (200, b"openapi: 3.0.0\n", 500)})
    with pytest.raises(CannotRunError, match="broke off, 485 bytes short"):
        fetch(f"{base}/a.yaml")


def test_no_more_of_a_response_is_read_than_50_mb(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = MagicMock()
    monkeypatch.setattr(urllib.request.OpenerDirector, "open", opened)
    response = opened.return_value.__enter__.return_value
    response.length = 0  # nothing is missing
    largest = b"x" * 50 * 1024**2
    response.read1.side_effect = [largest, b""]
    assert fetch(URL) == largest
    response.read1.side_effect = lambda size: b"x" * size  # it never ends
    response.read1.reset_mock()
    with pytest.raises(CannotRunError, match=r"/a.json is larger than 50 MB\Z"):
        fetch(URL)
    assert response.read1.call_count == 801  # of 64 KB
    assert opened.call_args.kwargs == {"timeout": 30.0}  # seconds of silence


def test_a_server_cannot_redirect_to_another_origin(serve: Serve) -> None:
    for elsewhere, named in (
        ("https://other.example/a.json", "https://other.example/a.json"),
        ("http://127.0.0.1:1/a.json", "http://127.0.0.1:1/a.json"),
        ("http://me:hidden@other.example/a.json", "other.example/a.json"),
    ):
        base = serve({"/a.json": (302, elsewhere.encode(), None)})
        with pytest.raises(MissingDocumentError) as caught:
            fetch(f"{base}/a.json")
        assert str(caught.value) == f"{base}/a.json has moved to {named}: name that address"


def test_a_server_may_redirect_within_its_origin_and_to_https_of_its_host(serve: Serve) -> None:
    base = serve({"/a.json": (301, b"/b.json", None), "/b.json": (200, b"{}", None)})
    assert fetch(f"{base}/a.json") == b"{}"
    request, new = urllib.request.Request("http://h.example:80/a.json"), "https://h.example:443/b"
    followed = web._Redirects().redirect_request(request, None, 302, "", {}, new)
    assert followed
    assert followed.full_url == new


def test_a_slow_response_is_given_up_after_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    assert web._LONGEST == 60
    monkeypatch.setattr(web, "_LONGEST", 0.1)
    ended = Event()
    before = {*enumerate_threads()}
    monkeypatch.setattr(urllib.request.OpenerDirector, "open", lambda *_, **__: ended.wait(60))
    try:
        with pytest.raises(CannotRunError, match="it takes longer than 0 seconds") as caught:
            fetch(URL)
        assert all(each.daemon for each in {*enumerate_threads()} - before)  # none delays the exit
        assert caught.value.__suppress_context__  # a timeout of its future says no more
    finally:
        ended.set()


def test_a_server_that_cannot_be_reached_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    for error, why in (
        (urllib.error.URLError(ConnectionRefusedError(111, "Refused")), r"\[Errno 111\] Refused"),
        (http.client.InvalidURL("no host"), "no host"),
        (TimeoutError(), "TimeoutError"),
    ):
        monkeypatch.setattr(urllib.request.OpenerDirector, "open", Mock(side_effect=error))
        with pytest.raises(CannotRunError, match=rf"\Acannot reach {URL}: {why}\Z") as caught:
            fetch(URL)
        assert caught.value.__cause__ is error
