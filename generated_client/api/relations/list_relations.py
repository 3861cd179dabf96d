from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.api_version import ApiVersion
from ...models.error_payload import ErrorPayload
from ...models.relation_list_payload import RelationListPayload
from ...models.unprocessable_payload import UnprocessablePayload
from ...types import UNSET, Response, Unset


def get_kwargs(
    id: str,
    *,
    location_id: str,
    skip: int,
    limit: int,
    association_ids: list[str] | Unset = UNSET,
    version: ApiVersion = ApiVersion.V2021_07_28,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    headers["Version"] = str(version)

    params: dict[str, Any] = {}

    params["locationId"] = location_id

    params["skip"] = skip

    params["limit"] = limit

    json_association_ids: list[str] | Unset = UNSET
    if not isinstance(association_ids, Unset):
        json_association_ids = association_ids

    params["associationIds"] = json_association_ids

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/associations/relations/{id}".format(
            id=quote(str(id), safe=""),
        ),
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ErrorPayload | RelationListPayload | UnprocessablePayload | None:
    if response.status_code == 200:
        response_200 = RelationListPayload.from_dict(response.json())

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
) -> Response[ErrorPayload | RelationListPayload | UnprocessablePayload]:
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
    skip: int,
    limit: int,
    association_ids: list[str] | Unset = UNSET,
    version: ApiVersion = ApiVersion.V2021_07_28,
) -> Response[ErrorPayload | RelationListPayload | UnprocessablePayload]:
    """List the relations of a record, whichever side it is on, a page at a time.

    Args:
        id (str): Record whose relations are asked for, whichever side it is on.
        location_id (str): Location (sub-account) to look in. Example: clF1LD04GTUKN3b3XuOj.
        skip (int): How many items to pass over. Example: 10.
        limit (int): How many items a page may hold; more than 100 relations are cut to 100.
            Example: 100.
        association_ids (list[str] | Unset): Only relations under these associations.
        version (ApiVersion): Versions of the API that publish the Associations operations.
            Default: ApiVersion.V2021_07_28.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorPayload | RelationListPayload | UnprocessablePayload]
    """

    kwargs = get_kwargs(
        id=id,
        location_id=location_id,
        skip=skip,
        limit=limit,
        association_ids=association_ids,
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
    skip: int,
    limit: int,
    association_ids: list[str] | Unset = UNSET,
    version: ApiVersion = ApiVersion.V2021_07_28,
) -> ErrorPayload | RelationListPayload | UnprocessablePayload | None:
    """List the relations of a record, whichever side it is on, a page at a time.

    Args:
        id (str): Record whose relations are asked for, whichever side it is on.
        location_id (str): Location (sub-account) to look in. Example: clF1LD04GTUKN3b3XuOj.
        skip (int): How many items to pass over. Example: 10.
        limit (int): How many items a page may hold; more than 100 relations are cut to 100.
            Example: 100.
        association_ids (list[str] | Unset): Only relations under these associations.
        version (ApiVersion): Versions of the API that publish the Associations operations.
            Default: ApiVersion.V2021_07_28.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorPayload | RelationListPayload | UnprocessablePayload
    """

    return sync_detailed(
        id=id,
        client=client,
        location_id=location_id,
        skip=skip,
        limit=limit,
        association_ids=association_ids,
        version=version,
    ).parsed


async def asyncio_detailed(
    id: str,
    *,
    client: AuthenticatedClient,
    location_id: str,
    skip: int,
    limit: int,
    association_ids: list[str] | Unset = UNSET,
    version: ApiVersion = ApiVersion.V2021_07_28,
) -> Response[ErrorPayload | RelationListPayload | UnprocessablePayload]:
    """List the relations of a record, whichever side it is on, a page at a time.

    Args:
        id (str): Record whose relations are asked for, whichever side it is on.
        location_id (str): Location (sub-account) to look in. Example: clF1LD04GTUKN3b3XuOj.
        skip (int): How many items to pass over. Example: 10.
        limit (int): How many items a page may hold; more than 100 relations are cut to 100.
            Example: 100.
        association_ids (list[str] | Unset): Only relations under these associations.
        version (ApiVersion): Versions of the API that publish the Associations operations.
            Default: ApiVersion.V2021_07_28.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorPayload | RelationListPayload | UnprocessablePayload]
    """

    kwargs = get_kwargs(
        id=id,
        location_id=location_id,
        skip=skip,
        limit=limit,
        association_ids=association_ids,
        version=version,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    id: str,
    *,
    client: AuthenticatedClient,
    location_id: str,
    skip: int,
    limit: int,
    association_ids: list[str] | Unset = UNSET,
    version: ApiVersion = ApiVersion.V2021_07_28,
) -> ErrorPayload | RelationListPayload | UnprocessablePayload | None:
    """List the relations of a record, whichever side it is on, a page at a time.

    Args:
        id (str): Record whose relations are asked for, whichever side it is on.
        location_id (str): Location (sub-account) to look in. Example: clF1LD04GTUKN3b3XuOj.
        skip (int): How many items to pass over. Example: 10.
        limit (int): How many items a page may hold; more than 100 relations are cut to 100.
            Example: 100.
        association_ids (list[str] | Unset): Only relations under these associations.
        version (ApiVersion): Versions of the API that publish the Associations operations.
            Default: ApiVersion.V2021_07_28.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorPayload | RelationListPayload | UnprocessablePayload
    """

    return (
        await asyncio_detailed(
            id=id,
            client=client,
            location_id=location_id,
            skip=skip,
            limit=limit,
            association_ids=association_ids,
            version=version,
        )
    ).parsed
