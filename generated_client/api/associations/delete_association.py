from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.api_version import ApiVersion
from ...models.deleted_payload import DeletedPayload
from ...models.error_payload import ErrorPayload
from ...models.unprocessable_payload import UnprocessablePayload
from ...types import Response


def get_kwargs(
    association_id: str,
    *,
    version: ApiVersion = ApiVersion.V2021_07_28,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    headers["Version"] = str(version)

    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/associations/{association_id}".format(
            association_id=quote(str(association_id), safe=""),
        ),
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> DeletedPayload | ErrorPayload | UnprocessablePayload | None:
    if response.status_code == 200:
        response_200 = DeletedPayload.from_dict(response.json())

        return response_200

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
) -> Response[DeletedPayload | ErrorPayload | UnprocessablePayload]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    association_id: str,
    *,
    client: AuthenticatedClient,
    version: ApiVersion = ApiVersion.V2021_07_28,
) -> Response[DeletedPayload | ErrorPayload | UnprocessablePayload]:
    """Delete a user-defined association, and with it all its relations.

    Args:
        association_id (str): Association that is meant.
        version (ApiVersion): Versions of the API that publish the Associations operations.
            Default: ApiVersion.V2021_07_28.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DeletedPayload | ErrorPayload | UnprocessablePayload]
    """

    kwargs = get_kwargs(
        association_id=association_id,
        version=version,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    association_id: str,
    *,
    client: AuthenticatedClient,
    version: ApiVersion = ApiVersion.V2021_07_28,
) -> DeletedPayload | ErrorPayload | UnprocessablePayload | None:
    """Delete a user-defined association, and with it all its relations.

    Args:
        association_id (str): Association that is meant.
        version (ApiVersion): Versions of the API that publish the Associations operations.
            Default: ApiVersion.V2021_07_28.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DeletedPayload | ErrorPayload | UnprocessablePayload
    """

    return sync_detailed(
        association_id=association_id,
        client=client,
        version=version,
    ).parsed


async def asyncio_detailed(
    association_id: str,
    *,
    client: AuthenticatedClient,
    version: ApiVersion = ApiVersion.V2021_07_28,
) -> Response[DeletedPayload | ErrorPayload | UnprocessablePayload]:
    """Delete a user-defined association, and with it all its relations.

    Args:
        association_id (str): Association that is meant.
        version (ApiVersion): Versions of the API that publish the Associations operations.
            Default: ApiVersion.V2021_07_28.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DeletedPayload | ErrorPayload | UnprocessablePayload]
    """

    kwargs = get_kwargs(
        association_id=association_id,
        version=version,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    association_id: str,
    *,
    client: AuthenticatedClient,
    version: ApiVersion = ApiVersion.V2021_07_28,
) -> DeletedPayload | ErrorPayload | UnprocessablePayload | None:
    """Delete a user-defined association, and with it all its relations.

    Args:
        association_id (str): Association that is meant.
        version (ApiVersion): Versions of the API that publish the Associations operations.
            Default: ApiVersion.V2021_07_28.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DeletedPayload | ErrorPayload | UnprocessablePayload
    """

    return (
        await asyncio_detailed(
            association_id=association_id,
            client=client,
            version=version,
        )
    ).parsed
