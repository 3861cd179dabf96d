"""client.api: generated operations go down the pipeline of their client."""

import asyncio
from typing import Any

import httpx
import pytest

import facade
from facade import AssociationsClient, AsyncAssociationsClient
from facade.observe import CallEvent
from facade.testing import Sandbox
from generated_client.api.associations import get_association, list_associations
from generated_client.models import AssociationListPayload, AssociationPayload
from tests.facade.responding import OK, TOKEN, in_turn


def listed(client: AssociationsClient) -> object:
    return list_associations.sync(
        client=client.api, location_id=client.location_id, skip=0, limit=1
    )


class TokenOf:
    """A token source with another token for each location."""

    def token(self, location_id: str) -> str:
        return f"token-of-{location_id}"

    def renew(self, location_id: str, token: str) -> bool:
        return False


def test_the_api_of_a_client_for_another_location_sends_that_locations_token() -> None:
    transport, requests = in_turn(OK)
    with AssociationsClient(TokenOf(), "a", transport=transport) as client:
        other = client.for_location("b")
        for one in (client, other, client):
            get_association.sync("a1", client=one.api)
        assert client.api is client.api
    sent = [request.headers["Authorization"] for request in requests]
    assert sent == ["Bearer token-of-a", "Bearer token-of-b", "Bearer token-of-a"]


def test_a_generated_operation_answers_inside_a_listener(sandbox: Sandbox) -> None:
    answers: list[object] = []

    def listen(event: CallEvent) -> None:
        if not answers:
            answers.append(None)
            answers[0] = listed(client)

    client = AssociationsClient(
        sandbox.token, sandbox.location_id, transport=sandbox.transport(), on_event=listen
    )
    with client:
        client.associations.list()
    assert isinstance(answers[0], AssociationListPayload)


def test_a_generated_operation_answers_inside_a_callable_token(sandbox: Sandbox) -> None:
    answers: list[object] = []

    def token() -> str:
        if not answers:
            answers.append(None)
            answers[0] = listed(client)
        return sandbox.token

    client = AssociationsClient(token, sandbox.location_id, transport=sandbox.transport())
    with client:
        client.associations.list()
    assert isinstance(answers[0], AssociationListPayload)


def test_a_generated_operation_answers_in_async_code(sandbox: Sandbox) -> None:
    async def main() -> object:
        async with AsyncAssociationsClient(
            sandbox.token, sandbox.location_id, transport=sandbox.transport()
        ) as client:
            first = (await client.associations.list()).items[0]
            return await get_association.asyncio(first.id, client=client.api)

    assert isinstance(asyncio.run(main()), AssociationPayload)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(520, text="<html>"), facade.ServerError),
        (httpx.Response(404, json={"message": "Association not found"}), facade.NotFoundError),
    ],
)
def test_a_generated_operation_raises_the_errors_of_the_client(
    answer: httpx.Response, error: type[Exception]
) -> None:
    transport, _ = in_turn(answer)
    with (
        AssociationsClient(TOKEN, "loc", transport=transport, retries=0) as client,
        pytest.raises(error),
    ):
        get_association.sync("a1", client=client.api)


def test_the_http_client_of_generated_code_sends_nothing_past_the_pipeline() -> None:
    with AssociationsClient(TOKEN, "loc", transport=in_turn(OK)[0]) as client:
        http: Any = client.api.get_httpx_client()
        with pytest.raises(RuntimeError, match="sends with `request` only"):
            http.send(httpx.Request("GET", "https://api.test/associations/"))
