"""The agency's app of examples/: from the installation to an uninstallation and back."""

from collections.abc import Iterator
from datetime import UTC, datetime
from time import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient

from examples import agency_app
from facade.oauth import NotInstalledError, OAuth
from facade.testing import Sandbox
from facade.testing.webhooks import Delivery, WebhookSender
from facade.webhooks import Guard

AGENCY = "sandbox-company"
LOCATIONS = ["l1", "l2", "l3"]


class Browser(TestClient):
    """A browser that installs the app as HighLevel's pages let it; and HighLevel's deliveries."""

    def __init__(self) -> None:
        self.now = time() - 3600
        super().__init__(agency_app.app, base_url="https://your.host", follow_redirects=False)
        self.sandbox = Sandbox(location_id="l1", clock=lambda: self.now)
        self.sandbox.oauth.add_app("my-app", "secret")
        for name in LOCATIONS:
            self.sandbox.add_location(name)
        self.sender = WebhookSender(lambda headers, body: None)

    def callback(self, state: str = "", **answer: str) -> tuple[int, str]:
        """Start an installation, answer on HighLevel's page; return what the callback shows."""
        asked = parse_qs(urlsplit(self.get("/install").headers["location"]).query)
        assert {"oauth.readonly", "oauth.write"} <= set(asked["scope"][0].split())
        given = {"state": state or asked["state"][0], **answer}
        response = self.get("/installed", params=given)
        return response.status_code, response.text

    def install(self, **options: Any) -> tuple[int, str]:
        return self.callback(code=self.sandbox.oauth.install(client_id="my-app", **options))

    def make(self, kind: str, ago: float = 0, **fields: str) -> Delivery:
        occurred_at = datetime.fromtimestamp(self.now - ago, UTC)
        given = {"appId": "my", "companyId": AGENCY, **fields}
        return self.sender.make(kind, given, occurred_at=occurred_at)

    def deliver(self, delivery: Delivery) -> int:
        headers, body = delivery.headers, delivery.body
        return self.post("/webhooks", headers=headers, content=body).status_code


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    browser = Browser()
    transport = browser.sandbox.transport()
    clock, uri = (lambda: browser.now), "https://your.host/installed"
    oauth = OAuth("my-app", "secret", redirect_uri=uri, transport=transport, clock=clock)
    with browser.sender:
        key = browser.sender.public_key
        replaced = {"oauth": oauth, "guard": Guard(), "public_key": key, "transport": transport}
        for name, value in replaced.items():
            monkeypatch.setattr(agency_app, name, value)
        yield browser


def stored() -> set[str]:
    """Return the accounts whose tokens are stored."""
    return {one.location_id or AGENCY for one in agency_app.oauth.installations()}


def test_an_agency_installs_the_app_a_location_leaves_and_comes_back(browser: Browser) -> None:
    everything = {AGENCY, *LOCATIONS}
    status, shown = browser.install()
    assert status == 200
    assert shown.splitlines() == [f"{name}: 4 associations" for name in LOCATIONS]
    assert stored() == everything
    first = agency_app.oauth.token("l2")

    browser.now += 60
    browser.sandbox.oauth.uninstall("l2")
    gone = browser.make("UNINSTALL", 2, locationId="l2")
    late = browser.make("UNINSTALL", 1, locationId="l2")
    assert [browser.deliver(gone), browser.deliver(gone)] == [204, 200]
    assert stored() == everything - {"l2"}
    with pytest.raises(NotInstalledError):
        agency_app.first_call("l2")
    assert agency_app.first_call("l1") == 4

    # The agency installs it again for this location, without the app's own page.
    browser.sandbox.oauth.install(approved_locations=["l2"], client_id="my-app")
    assert browser.deliver(browser.make("INSTALL", locationId="l2")) == 204
    assert agency_app.first_call("l2") == 4
    assert agency_app.oauth.token("l2") != first
    assert browser.deliver(late) == 204  # it was repeated, and is of the former installation
    assert stored() == everything
    assert agency_app.first_call("l2") == 4


AGAIN = (403, "Connect your HighLevel account again. Start at /install.")


def test_a_user_who_denies_or_a_code_that_is_not_valid_leaves_no_tokens(browser: Browser) -> None:
    assert browser.callback(error="access_denied") == (403, "The app is not installed.")
    assert browser.callback(code="unknown", state="another") == AGAIN
    assert browser.sandbox.requests == []
    assert browser.callback(code="unknown") == AGAIN
    assert stored() == set()


def test_a_location_that_installs_the_app_by_itself_keeps_its_own_tokens(browser: Browser) -> None:
    # HighLevel may send the event before the browser comes back.
    early = browser.make("INSTALL", locationId="l3")
    assert browser.deliver(early) == 204
    assert stored() == set()
    assert browser.install(location_id="l3") == (200, "l3: 4 associations")
    token = agency_app.oauth.token("l3")
    browser.install(approved_locations=["l1"])
    assert browser.deliver(browser.make("INSTALL", locationId="l3")) == 204
    assert agency_app.oauth.token("l3") == token
    browser.now += 60
    browser.sandbox.oauth.uninstall(AGENCY)
    assert browser.deliver(browser.make("UNINSTALL")) == 204
    assert stored() == {"l3"}
    assert agency_app.first_call("l3") == 4
