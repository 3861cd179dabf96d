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
from ...types import UNSET, Response


def get_kwargs(
    id: str,
    *,
    location_id: str,
    version: ApiVersion = ApiVersion.V2021_07_28,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    headers["Version"] = str(version)

    params: dict[str, Any] = {}

    params["locationId"] = location_id

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/associations/relations/{id}".format(
            id=quote(str(id), safe=""),
        ),
        "params": params,
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
    id: str,
    *,
    client: AuthenticatedClient,
    location_id: str,
    version: ApiVersion = ApiVersion.V2021_07_28,
) -> Response[DeletedPayload | ErrorPayload | UnprocessablePayload]:
    """Delete one relation; its records and its association stay.

    Args:
        id (str): Relation to delete; not one of its records.
        location_id (str): Location (sub-account) to look in. Example: clF1LD04GTUKN3b3XuOj.
        version (ApiVersion): Versions of the API that publish the Associations operations.
            Default: ApiVersion.V2021_07_28.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DeletedPayload | ErrorPayload | UnprocessablePayload]
    """

    kwargs = get_kwargs(
        id=id,
        location_id=location_id,
        version=version,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    id: str,
    *,
    client: AuthenticatedClient,
    location_id: str,
    version: ApiVersion = ApiVersion.V2021_07_28,
) -> DeletedPayload | ErrorPayload | UnprocessablePayload | None:
    """Delete one relation; its records and its association stay.

    Args:
        id (str): Relation to delete; not one of its records.
        location_id (str): Location (sub-account) to look in. Example: clF1LD04GTUKN3b3XuOj.
        version (ApiVersion): Versions of the API that publish the Associations operations.
            Default: ApiVersion.V2021_07_28.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DeletedPayload | ErrorPayload | UnprocessablePayload
    """

    return sync_detailed(
        id=id,
        client=client,
        location_id=location_id,
        version=version,
    ).parsed


async def asyncio_detailed(
    id: str,
    *,
    client: AuthenticatedClient,
    location_id: str,
    version: ApiVersion = ApiVersion.V2021_07_28,
) -> Response[DeletedPayload | ErrorPayload | UnprocessablePayload]:
    """Delete one relation; its records and its association stay.

    Args:
        id (str): Relation to delete; not one of its records.
        location_id (str): Location (sub-account) to look in. Example: clF1LD04GTUKN3b3XuOj.
        version (ApiVersion): Versions of the API that publish the Associations operations.
            Default: ApiVersion.V2021_07_28.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DeletedPayload | ErrorPayload | UnprocessablePayload]
    """

    kwargs = get_kwargs(
        id=id,
        location_id=location_id,
        version=version,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    id: str,
    *,
    client: AuthenticatedClient,
    location_id: str,
    version: ApiVersion = ApiVersion.V2021_07_28,
) -> DeletedPayload | ErrorPayload | UnprocessablePayload | None:
    """Delete one relation; its records and its association stay.

    Args:
        id (str): Relation to delete; not one of its records.
        location_id (str): Location (sub-account) to look in. Example: clF1LD04GTUKN3b3XuOj.
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
            id=id,
            client=client,
            location_id=location_id,
            version=version,
        )
    ).parsed
