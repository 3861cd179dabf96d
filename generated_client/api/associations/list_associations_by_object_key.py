from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.api_version import ApiVersion
from ...models.association_list_payload import AssociationListPayload
from ...models.association_payload import AssociationPayload
from ...models.error_payload import ErrorPayload
from ...models.unprocessable_payload import UnprocessablePayload
from ...types import UNSET, Response, Unset


def get_kwargs(
    object_key: str,
    *,
    location_id: str | Unset = UNSET,
    version: ApiVersion = ApiVersion.V2021_07_28,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    headers["Version"] = str(version)

    params: dict[str, Any] = {}

    params["locationId"] = location_id

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/associations/objectKey/{object_key}".format(
            object_key=quote(str(object_key), safe=""),
        ),
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> (
    AssociationListPayload
    | AssociationPayload
    | list[AssociationPayload]
    | ErrorPayload
    | UnprocessablePayload
    | None
):
    if response.status_code == 200:

        def _parse_response_200(
            data: object,
        ) -> AssociationListPayload | AssociationPayload | list[AssociationPayload]:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_object_associations_payload_type_0 = (
                    AssociationListPayload.from_dict(data)
                )

                return componentsschemas_object_associations_payload_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, list):
                    raise TypeError()
                componentsschemas_object_associations_payload_type_1 = []
                _componentsschemas_object_associations_payload_type_1 = data
                for (
                    componentsschemas_object_associations_payload_type_1_item_data
                ) in _componentsschemas_object_associations_payload_type_1:
                    componentsschemas_object_associations_payload_type_1_item = (
                        AssociationPayload.from_dict(
                            componentsschemas_object_associations_payload_type_1_item_data
                        )
                    )

                    componentsschemas_object_associations_payload_type_1.append(
                        componentsschemas_object_associations_payload_type_1_item
                    )

                return componentsschemas_object_associations_payload_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            componentsschemas_object_associations_payload_type_2 = AssociationPayload.from_dict(
                data
            )

            return componentsschemas_object_associations_payload_type_2

        response_200 = _parse_response_200(response.json())

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
) -> Response[
    AssociationListPayload
    | AssociationPayload
    | list[AssociationPayload]
    | ErrorPayload
    | UnprocessablePayload
]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    object_key: str,
    *,
    client: AuthenticatedClient,
    location_id: str | Unset = UNSET,
    version: ApiVersion = ApiVersion.V2021_07_28,
) -> Response[
    AssociationListPayload
    | AssociationPayload
    | list[AssociationPayload]
    | ErrorPayload
    | UnprocessablePayload
]:
    """List the associations that a kind of object takes part in.

    Args:
        object_key (str): Kind of object: contact, opportunity, business or custom_objects.<key>.
            Example: custom_objects.car.
        location_id (str | Unset): Location (sub-account) to look in. Example:
            ve9EPM428h8vShlRW1KT.
        version (ApiVersion): Versions of the API that publish the Associations operations.
            Default: ApiVersion.V2021_07_28.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AssociationListPayload | AssociationPayload | list[AssociationPayload] | ErrorPayload | UnprocessablePayload]
    """

    kwargs = get_kwargs(
        object_key=object_key,
        location_id=location_id,
        version=version,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    object_key: str,
    *,
    client: AuthenticatedClient,
    location_id: str | Unset = UNSET,
    version: ApiVersion = ApiVersion.V2021_07_28,
) -> (
    AssociationListPayload
    | AssociationPayload
    | list[AssociationPayload]
    | ErrorPayload
    | UnprocessablePayload
    | None
):
    """List the associations that a kind of object takes part in.

    Args:
        object_key (str): Kind of object: contact, opportunity, business or custom_objects.<key>.
            Example: custom_objects.car.
        location_id (str | Unset): Location (sub-account) to look in. Example:
            ve9EPM428h8vShlRW1KT.
        version (ApiVersion): Versions of the API that publish the Associations operations.
            Default: ApiVersion.V2021_07_28.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AssociationListPayload | AssociationPayload | list[AssociationPayload] | ErrorPayload | UnprocessablePayload
    """

    return sync_detailed(
        object_key=object_key,
        client=client,
        location_id=location_id,
        version=version,
    ).parsed


async def asyncio_detailed(
    object_key: str,
    *,
    client: AuthenticatedClient,
    location_id: str | Unset = UNSET,
    version: ApiVersion = ApiVersion.V2021_07_28,
) -> Response[
    AssociationListPayload
    | AssociationPayload
    | list[AssociationPayload]
    | ErrorPayload
    | UnprocessablePayload
]:
    """List the associations that a kind of object takes part in.

    Args:
        object_key (str): Kind of object: contact, opportunity, business or custom_objects.<key>.
            Example: custom_objects.car.
        location_id (str | Unset): Location (sub-account) to look in. Example:
            ve9EPM428h8vShlRW1KT.
        version (ApiVersion): Versions of the API that publish the Associations operations.
            Default: ApiVersion.V2021_07_28.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AssociationListPayload | AssociationPayload | list[AssociationPayload] | ErrorPayload | UnprocessablePayload]
    """

    kwargs = get_kwargs(
        object_key=object_key,
        location_id=location_id,
        version=version,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    object_key: str,
    *,
    client: AuthenticatedClient,
    location_id: str | Unset = UNSET,
    version: ApiVersion = ApiVersion.V2021_07_28,
) -> (
    AssociationListPayload
    | AssociationPayload
    | list[AssociationPayload]
    | ErrorPayload
    | UnprocessablePayload
    | None
):
    """List the associations that a kind of object takes part in.

    Args:
        object_key (str): Kind of object: contact, opportunity, business or custom_objects.<key>.
            Example: custom_objects.car.
        location_id (str | Unset): Location (sub-account) to look in. Example:
            ve9EPM428h8vShlRW1KT.
        version (ApiVersion): Versions of the API that publish the Associations operations.
            Default: ApiVersion.V2021_07_28.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AssociationListPayload | AssociationPayload | list[AssociationPayload] | ErrorPayload | UnprocessablePayload
    """

    return (
        await asyncio_detailed(
            object_key=object_key,
            client=client,
            location_id=location_id,
            version=version,
        )
    ).parsed
