"""client.associations: how two kinds of object relate."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from typing import TYPE_CHECKING, Unpack

from facade._async.resource import AsyncResource
from facade._core import mapping
from facade._core.call_options import resolved, with_query, without_extras
from facade._core.matching import is_requested, is_said_to_exist, may_exist, with_objects
from facade._core.paging import Paginator
from facade._core.request import path_segment
from facade.errors import APIStatusError, AssociationsError, ContractError, NotFoundError
from facade.models import Association, Ensured
from generated_client.models import CreateAssociationBody, UpdateAssociationBody

# Each method imports the operation that it sends: a process loads only those that it needs.

if TYPE_CHECKING:
    from facade._async.resource import AsyncFind
    from facade._core.call_options import CallOptions
    from facade.models import Page


class AsyncAssociations(AsyncResource):
    """Associations of one location. Every method takes the options of CallOptions too."""

    async def create(
        self,
        *,
        key: str,
        first_object_key: str,
        first_object_label: str,
        second_object_key: str,
        second_object_label: str,
        **options: Unpack[CallOptions],
    ) -> Association:
        """Create an association between two kinds of object.

        An object key is `contact`, `opportunity`, `business` or `custom_objects.<key>`. The labels
        must differ (EqualLabelsError), the key may not be in use (DuplicateAssociationError), nor
        the pair of labels (BadRequestError). HighLevel may store the association with its sides
        swapped, keys and labels together: what is returned tells which object is first. Where the
        outcome of a request is unknown, the association is looked for by its key before the
        request is sent again. `id` is empty where neither the response nor a look-up has it.
        """
        from generated_client.api.associations import create_association

        body = CreateAssociationBody(
            location_id=self._location_id,
            key=key,
            first_object_key=first_object_key,
            first_object_label=first_object_label,
            second_object_key=second_object_key,
            second_object_label=second_object_label,
        )

        async def send(options: CallOptions) -> Association:
            read, operation = mapping.association, create_association.asyncio
            return await self._call(options, read, operation, client=self._api, body=body)

        async def find(
            options: CallOptions, error: AssociationsError
        ) -> tuple[Association | None, bool]:
            found = await self._find(key, options)
            return (found if found and is_requested(found, body.to_dict()) else None), False

        asked_for = Association(
            id="",
            key=key,
            first_object_key=first_object_key,
            first_object_label=first_object_label,
            second_object_key=second_object_key,
            second_object_label=second_object_label,
            location_id=self._location_id,
        )
        return await self._create_once(options, send, find, asked_for)

    async def ensure(
        self,
        *,
        key: str,
        first_object_key: str,
        first_object_label: str,
        second_object_key: str,
        second_object_label: str,
        **options: Unpack[CallOptions],
    ) -> Ensured[Association]:
        """Return the association with this key, or create it; an existing one keeps its labels.

        Its sides may be swapped. AssociationConflictError where the key belongs to an association
        of other objects.
        """
        options = resolved(options)
        found = await self._find(key, options)
        if found is not None:
            return Ensured(with_objects(found, first_object_key, second_object_key), False)
        try:
            made = await self.create(
                key=key,
                first_object_key=first_object_key,
                first_object_label=first_object_label,
                second_object_key=second_object_key,
                second_object_label=second_object_label,
                **options,
            )
        except APIStatusError as error:
            if not may_exist(error):
                raise
            found = await self._found_despite(error, self._finding(key), options)
            return Ensured(with_objects(found, first_object_key, second_object_key), False)
        return Ensured(made, True)

    async def get(self, association_id: str, **options: Unpack[CallOptions]) -> Association:
        """Get an association by its id; NotFoundError if there is none.

        Most system associations have their key as id.
        """
        from generated_client.api.associations import get_association

        read, operation = mapping.association, get_association.asyncio
        return await self._call(
            options, read, operation, path_segment(association_id), client=self._api
        )

    async def get_by_key(self, key: str, **options: Unpack[CallOptions]) -> Association:
        """Get an association by its key; NotFoundError if there is none."""
        from generated_client.api.associations import get_association_by_key

        return await self._call(
            options,
            mapping.association,
            get_association_by_key.asyncio,
            path_segment(key),
            client=self._api,
            location_id=self._location_id,
        )

    async def list_for_object(
        self,
        object_key: str,
        *,
        include_internal: bool = False,
        **options: Unpack[CallOptions],
    ) -> Page[Association]:
        """List the associations that a kind of object, such as `contact`, takes part in.

        `include_internal` also lists those of tasks, such as TASK_CONTACT_ASSOCIATION, which
        HighLevel does not publish.
        """
        from generated_client.api.associations import list_associations_by_object_key

        if include_internal:
            options = with_query(options, "includeInternalAssociations", "true")
        return await self._call(
            options,
            mapping.association_page,
            list_associations_by_object_key.asyncio,
            path_segment(object_key),
            client=self._api,
            location_id=self._location_id,
        )

    async def list(
        self, *, skip: int = 0, limit: int = 100, **options: Unpack[CallOptions]
    ) -> Page[Association]:
        """List one page of associations: `limit` of them, after the first `skip`.

        A `limit` of 200 is known to be accepted.
        """
        from generated_client.api.associations import list_associations

        return await self._call(
            options,
            mapping.association_page,
            list_associations.asyncio,
            client=self._api,
            location_id=self._location_id,
            skip=skip,
            limit=limit,
        )

    async def iterate(
        self, *, page_size: int = 100, **options: Unpack[CallOptions]
    ) -> AsyncIterator[Association]:
        """Iterate over all associations; each request is for a page of `page_size`."""
        pages: Paginator[Association] = Paginator(page_size)
        options = resolved(options)
        while pages.has_next:
            page = await self.list(skip=pages.skip, limit=pages.limit, **options)
            for association in pages.add(page):
                yield association

    async def update(
        self,
        association_id: str,
        *,
        first_object_label: str,
        second_object_label: str,
        **options: Unpack[CallOptions],
    ) -> Association:
        """Replace both labels of a user-defined association; nothing else of it can change.

        NotFoundError. Where the response does not show the association, it is looked up.
        """
        from generated_client.api.associations import update_association

        body = UpdateAssociationBody(
            first_object_label=first_object_label, second_object_label=second_object_label
        )
        options = resolved(options)
        read, operation = mapping.association, update_association.asyncio
        try:
            return await self._call(
                options, read, operation, path_segment(association_id), client=self._api, body=body
            )
        except ContractError:  # it is done: its status says so
            with suppress(AssociationsError):
                return await self.get(association_id, **without_extras(options))
            return Association(
                id=association_id,
                first_object_label=first_object_label,
                second_object_label=second_object_label,
                location_id=self._location_id,
            )

    async def delete(self, association_id: str, **options: Unpack[CallOptions]) -> None:
        """Delete a user-defined association and all its relations; NotFoundError if it is gone."""
        from generated_client.api.associations import delete_association

        try:
            read, operation = mapping.deletion, delete_association.asyncio
            await self._call(
                options, read, operation, path_segment(association_id), client=self._api
            )
        except NotFoundError as error:
            if not error.repeated:  # else an earlier attempt deleted it
                raise

    def _finding(self, key: str) -> AsyncFind[Association]:
        """Return a function that looks for the association with a key."""

        async def find(
            options: CallOptions, error: AssociationsError
        ) -> tuple[Association | None, bool]:
            return await self._find(key, options), is_said_to_exist(error)

        return find

    async def _find(self, key: str, options: CallOptions) -> Association | None:
        try:
            return await self.get_by_key(key, **without_extras(options))
        except NotFoundError:
            return None
