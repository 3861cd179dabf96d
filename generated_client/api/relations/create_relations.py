from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.api_version import ApiVersion
from ...models.create_relations_body import CreateRelationsBody
from ...models.created_relations_payload import CreatedRelationsPayload
from ...models.error_payload import ErrorPayload
from ...models.unprocessable_payload import UnprocessablePayload
from ...types import Response


def get_kwargs(
    *,
    body: CreateRelationsBody,
    version: ApiVersion = ApiVersion.V2021_07_28,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    headers["Version"] = str(version)

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/associations/relations/bulk",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> CreatedRelationsPayload | ErrorPayload | UnprocessablePayload | None:
    if response.status_code == 200:
        response_200 = CreatedRelationsPayload.from_dict(response.json())

        return response_200

    if response.status_code == 201:
        response_201 = CreatedRelationsPayload.from_dict(response.json())

        return response_201

    if response.status_code == 400:
        response_400 = ErrorPayload.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = ErrorPayload.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = ErrorPayload.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = ErrorPayload.from_dict(response.json())

        return response_404

    if response.status_code == 422:
        response_422 = UnprocessablePayload.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = ErrorPayload.from_dict(response.json())

        return response_429

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[CreatedRelationsPayload | ErrorPayload | UnprocessablePayload]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: CreateRelationsBody,
    version: ApiVersion = ApiVersion.V2021_07_28,
) -> Response[CreatedRelationsPayload | ErrorPayload | UnprocessablePayload]:
    """Relate several pairs of records; not published by HighLevel.

    Args:
        version (ApiVersion): Versions of the API that publish the Associations operations.
            Default: ApiVersion.V2021_07_28.
        body (CreateRelationsBody): Pairs of records to join.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CreatedRelationsPayload | ErrorPayload | UnprocessablePayload]
    """

    kwargs = get_kwargs(
        body=body,
        version=version,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: CreateRelationsBody,
    version: ApiVersion = ApiVersion.V2021_07_28,
) -> CreatedRelationsPayload | ErrorPayload | UnprocessablePayload | None:
    """Relate several pairs of records; not published by HighLevel.

    Args:
        version (ApiVersion): Versions of the API that publish the Associations operations.
            Default: ApiVersion.V2021_07_28.
        body (CreateRelationsBody): Pairs of records to join.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CreatedRelationsPayload | ErrorPayload | UnprocessablePayload
    """

    return sync_detailed(
        client=client,
        body=body,
        version=version,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: CreateRelationsBody,
    version: ApiVersion = ApiVersion.V2021_07_28,
) -> Response[CreatedRelationsPayload | ErrorPayload | UnprocessablePayload]:
    """Relate several pairs of records; not published by HighLevel.

    Args:
        version (ApiVersion): Versions of the API that publish the Associations operations.
            Default: ApiVersion.V2021_07_28.
        body (CreateRelationsBody): Pairs of records to join.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CreatedRelationsPayload | ErrorPayload | UnprocessablePayload]
    """

    kwargs = get_kwargs(
        body=body,
        version=version,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: CreateRelationsBody,
    version: ApiVersion = ApiVersion.V2021_07_28,
) -> CreatedRelationsPayload | ErrorPayload | UnprocessablePayload | None:
    """Relate several pairs of records; not published by HighLevel.

    Args:
        version (ApiVersion): Versions of the API that publish the Associations operations.
            Default: ApiVersion.V2021_07_28.
        body (CreateRelationsBody): Pairs of records to join.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CreatedRelationsPayload | ErrorPayload | UnprocessablePayload
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            version=version,
        )
    ).parsed
