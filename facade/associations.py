"""client.associations: how kinds of object relate; blocking, and its async twin."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Unpack

from facade import errors, mapping
from facade.models import Ensured
from facade.resource import AsyncResource, Resource, Walk, segment
from facade.retry import fixed
from generated_client.api.associations import (
    create_association,
    delete_association,
    get_association,
    get_association_by_key,
    list_associations,
    list_associations_by_object_key,
    update_association,
)
from generated_client.models import CreateAssociationBody, UpdateAssociationBody

if TYPE_CHECKING:
    from facade.models import Association, Page
    from facade.retry import CallOptions


class Associations(Resource):
    """Associations of one location. Every method takes `timeout`, `retries` and `deadline` too."""

    def create(
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
        must differ (EqualLabelsError), and neither key nor pair of labels may be in use
        (BadRequestError). Where the outcome of a request is unknown, it is looked for by its key
        before it is sent again.
        """
        body = CreateAssociationBody(
            location_id=self._location_id,
            key=key,
            first_object_key=first_object_key,
            first_object_label=first_object_label,
            second_object_key=second_object_key,
            second_object_label=second_object_label,
        )

        def post(options: CallOptions) -> Association:
            read, operation = mapping.association, create_association.sync
            return self._call(options, read, operation, client=self._api, body=body)

        def look(options: CallOptions) -> Association | None:
            found = self._find(key, options)
            return found if found and mapping.is_what_was_asked_for(found, body) else None

        return self._once(options, post, look)

    def ensure(
        self,
        *,
        key: str,
        first_object_key: str,
        first_object_label: str,
        second_object_key: str,
        second_object_label: str,
        **options: Unpack[CallOptions],
    ) -> Ensured[Association]:
        """Find an association by its key, or create it; labels of one that is there stay.

        AssociationConflictError where the key belongs to an association of other objects.
        """
        options, objects = fixed(options), (first_object_key, second_object_key)
        found = self._find(key, options)
        if found is not None:
            return Ensured(same_objects(found, objects), False)
        try:
            made = self.create(
                key=key,
                first_object_key=first_object_key,
                first_object_label=first_object_label,
                second_object_key=second_object_key,
                second_object_label=second_object_label,
                **options,
            )
        except errors.BadRequestError:
            found = self._find(key, options)  # somebody else was quicker
            if found is None:
                raise
            return Ensured(same_objects(found, objects), False)
        return Ensured(made, True)

    def get(self, association_id: str, **options: Unpack[CallOptions]) -> Association:
        """Get an association by its id; a system association has its key as id. NotFoundError."""
        read, operation = mapping.association, get_association.sync
        return self._call(options, read, operation, segment(association_id), client=self._api)

    def get_by_key(self, key: str, **options: Unpack[CallOptions]) -> Association:
        """Get an association by its key. NotFoundError."""
        return self._call(
            options,
            mapping.association,
            get_association_by_key.sync,
            segment(key),
            client=self._api,
            location_id=self._location_id,
        )

    def list_for_object(self, object_key: str, **options: Unpack[CallOptions]) -> Page[Association]:
        """List the associations that a kind of object, such as `contact`, takes part in."""
        return self._call(
            options,
            mapping.association_page,
            list_associations_by_object_key.sync,
            segment(object_key),
            client=self._api,
            location_id=self._location_id,
        )

    def list(
        self, *, skip: int = 0, limit: int = 100, **options: Unpack[CallOptions]
    ) -> Page[Association]:
        """List one page of associations; the largest `limit` that is allowed is not known."""
        return self._call(
            options,
            mapping.association_page,
            list_associations.sync,
            client=self._api,
            location_id=self._location_id,
            skip=skip,
            limit=limit,
        )

    def iterate(
        self, *, page_size: int = 100, **options: Unpack[CallOptions]
    ) -> Iterator[Association]:
        """Walk through all associations, a page at a time."""
        walk: Walk[Association] = Walk(page_size)
        options = fixed(options)
        while walk.goes_on:
            page = self.list(skip=walk.skip, limit=walk.limit, **options)
            yield from walk.take(page)

    def update(
        self,
        association_id: str,
        *,
        first_object_label: str,
        second_object_label: str,
        **options: Unpack[CallOptions],
    ) -> Association:
        """Replace both labels of a user-defined association; nothing else of it can change."""
        body = UpdateAssociationBody(
            first_object_label=first_object_label, second_object_label=second_object_label
        )
        read, operation = mapping.association, update_association.sync
        return self._call(
            options, read, operation, segment(association_id), client=self._api, body=body
        )

    def delete(self, association_id: str, **options: Unpack[CallOptions]) -> None:
        """Delete a user-defined association, and with it all its relations. NotFoundError."""
        try:
            read, operation = mapping.deleted, delete_association.sync
            self._call(options, read, operation, segment(association_id), client=self._api)
        except errors.NotFoundError as error:
            if not error.repeated:  # else an earlier attempt deleted it
                raise

    def _find(self, key: str, options: CallOptions) -> Association | None:
        try:
            return self.get_by_key(key, **options)
        except errors.NotFoundError:
            return None


class AsyncAssociations(AsyncResource):
    """Associations of one location. Every method takes `timeout`, `retries` and `deadline` too."""

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
        """Create an association between two kinds of object."""
        body = CreateAssociationBody(
            location_id=self._location_id,
            key=key,
            first_object_key=first_object_key,
            first_object_label=first_object_label,
            second_object_key=second_object_key,
            second_object_label=second_object_label,
        )

        async def post(options: CallOptions) -> Association:
            read, operation = mapping.association, create_association.asyncio
            return await self._call(options, read, operation, client=self._api, body=body)

        async def look(options: CallOptions) -> Association | None:
            found = await self._find(key, options)
            return found if found and mapping.is_what_was_asked_for(found, body) else None

        return await self._once(options, post, look)

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
        """Find an association by its key, or create it; labels of one that is there stay."""
        options, objects = fixed(options), (first_object_key, second_object_key)
        found = await self._find(key, options)
        if found is not None:
            return Ensured(same_objects(found, objects), False)
        try:
            made = await self.create(
                key=key,
                first_object_key=first_object_key,
                first_object_label=first_object_label,
                second_object_key=second_object_key,
                second_object_label=second_object_label,
                **options,
            )
        except errors.BadRequestError:
            found = await self._find(key, options)  # somebody else was quicker
            if found is None:
                raise
            return Ensured(same_objects(found, objects), False)
        return Ensured(made, True)

    async def get(self, association_id: str, **options: Unpack[CallOptions]) -> Association:
        """Get an association by its id; a system association has its key as id."""
        read, operation = mapping.association, get_association.asyncio
        return await self._call(options, read, operation, segment(association_id), client=self._api)

    async def get_by_key(self, key: str, **options: Unpack[CallOptions]) -> Association:
        """Get an association by its key."""
        return await self._call(
            options,
            mapping.association,
            get_association_by_key.asyncio,
            segment(key),
            client=self._api,
            location_id=self._location_id,
        )

    async def list_for_object(
        self, object_key: str, **options: Unpack[CallOptions]
    ) -> Page[Association]:
        """List the associations that a kind of object, such as `contact`, takes part in."""
        return await self._call(
            options,
            mapping.association_page,
            list_associations_by_object_key.asyncio,
            segment(object_key),
            client=self._api,
            location_id=self._location_id,
        )

    async def list(
        self, *, skip: int = 0, limit: int = 100, **options: Unpack[CallOptions]
    ) -> Page[Association]:
        """List one page of associations; the largest `limit` that is allowed is not known."""
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
        """Walk through all associations, a page at a time."""
        walk: Walk[Association] = Walk(page_size)
        options = fixed(options)
        while walk.goes_on:
            page = await self.list(skip=walk.skip, limit=walk.limit, **options)
            for association in walk.take(page):
                yield association

    async def update(
        self,
        association_id: str,
        *,
        first_object_label: str,
        second_object_label: str,
        **options: Unpack[CallOptions],
    ) -> Association:
        """Replace both labels of a user-defined association; nothing else of it can change."""
        body = UpdateAssociationBody(
            first_object_label=first_object_label, second_object_label=second_object_label
        )
        read, operation = mapping.association, update_association.asyncio
        return await self._call(
            options, read, operation, segment(association_id), client=self._api, body=body
        )

    async def delete(self, association_id: str, **options: Unpack[CallOptions]) -> None:
        """Delete a user-defined association, and with it all its relations."""
        try:
            read, operation = mapping.deleted, delete_association.asyncio
            await self._call(options, read, operation, segment(association_id), client=self._api)
        except errors.NotFoundError as error:
            if not error.repeated:  # else an earlier attempt deleted it
                raise

    async def _find(self, key: str, options: CallOptions) -> Association | None:
        try:
            return await self.get_by_key(key, **options)
        except errors.NotFoundError:
            return None


def same_objects(association: Association, objects: tuple[str, str]) -> Association:
    """Refuse an association that has the key but joins other objects."""
    joined = (association.first_object_key, association.second_object_key)
    if joined != objects:
        raise errors.AssociationConflictError(
            f"the key {association.key} belongs to an association of {joined[0]} and {joined[1]}, "
            f"not of {objects[0]} and {objects[1]}: choose another key"
        )
    return association
