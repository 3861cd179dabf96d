# Generated from facade/_async/associations.py by `make generate`: edit that file instead.
"""client.associations: associations between two kinds of object."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Unpack

from facade._core.call_options import resolved, with_query, without_extras
from facade._core.matching import (
    is_duplicate,
    is_requested,
    may_be_duplicate,
    with_objects,
)
from facade._core.paging import Paginator
from facade._core.request import path_segment
from facade.errors import (
    APIStatusError,
    AssociationsError,
    ContractError,
    NotFoundError,
)
from facade.models import Association, Ensured

from facade._core import mapping
from facade._sync.resource import Resource
from generated_client.models import CreateAssociationBody, UpdateAssociationBody

# Each method imports the operation that it sends: a process loads only those that it needs.

if TYPE_CHECKING:
    from facade._core.call_options import CallOptions
    from facade.models import Page

    from facade._sync.resource import Find


class Associations(Resource):
    """Associations of one location. Every method takes the options of CallOptions too."""

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

        An object key is `contact`, `opportunity`, `business` or `custom_objects.<key>`. Raises
        EqualLabelsError if both labels are equal, DuplicateAssociationError if the key is in use,
        and BadRequestError if the pair of labels is in use. HighLevel may swap the sides, keys and
        labels together: read from the returned association which object is first. If the outcome
        of a request is unknown, the association is looked up by its key before a retry. `id` is
        empty if neither the response nor the lookup contains it.
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

        def send(options: CallOptions) -> Association:
            read, operation = mapping.association, create_association.sync
            return self._call(options, read, operation, client=self._api, body=body)

        def find(options: CallOptions, error: AssociationsError) -> tuple[Association | None, bool]:
            found = self._find(key, options)
            return (found if found and is_requested(found, body.to_dict()) else None), False

        requested = Association(
            id="",
            key=key,
            first_object_key=first_object_key,
            first_object_label=first_object_label,
            second_object_key=second_object_key,
            second_object_label=second_object_label,
            location_id=self._location_id,
        )
        return self._create_once(options, send, find, requested)

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
        """Return the association with this key, or create it; an existing one keeps its labels.

        Its sides may be swapped. Raises AssociationConflictError if the key belongs to an
        association of other objects.
        """
        options = resolved(options)
        found = self._find(key, options)
        if found is not None:
            return Ensured(with_objects(found, first_object_key, second_object_key), False)
        try:
            created = self.create(
                key=key,
                first_object_key=first_object_key,
                first_object_label=first_object_label,
                second_object_key=second_object_key,
                second_object_label=second_object_label,
                **options,
            )
        except APIStatusError as error:
            if not may_be_duplicate(error):
                raise
            found = self._find_or_raise(error, self._finder(key), options)
            return Ensured(with_objects(found, first_object_key, second_object_key), False)
        return Ensured(created, True)

    def get(self, association_id: str, **options: Unpack[CallOptions]) -> Association:
        """Get an association by its id; raise NotFoundError if there is none.

        Most system associations have their key as id.
        """
        from generated_client.api.associations import get_association

        read, operation = mapping.association, get_association.sync
        return self._call(options, read, operation, path_segment(association_id), client=self._api)

    def get_by_key(self, key: str, **options: Unpack[CallOptions]) -> Association:
        """Get an association by its key; raise NotFoundError if there is none."""
        from generated_client.api.associations import get_association_by_key

        return self._call(
            options,
            mapping.association,
            get_association_by_key.sync,
            path_segment(key),
            client=self._api,
            location_id=self._location_id,
        )

    def list_for_object(
        self,
        object_key: str,
        *,
        include_internal: bool = False,
        **options: Unpack[CallOptions],
    ) -> Page[Association]:
        """List the associations that a kind of object, such as `contact`, takes part in.

        `include_internal` also lists the associations of tasks, such as TASK_CONTACT_ASSOCIATION,
        which HighLevel does not document.
        """
        from generated_client.api.associations import list_associations_by_object_key

        if include_internal:
            options = with_query(options, "includeInternalAssociations", "true")
        return self._call(
            options,
            mapping.association_page,
            list_associations_by_object_key.sync,
            path_segment(object_key),
            client=self._api,
            location_id=self._location_id,
        )

    def list(
        self, *, skip: int = 0, limit: int = 100, **options: Unpack[CallOptions]
    ) -> Page[Association]:
        """List one page of associations: `limit` of them, after the first `skip`.

        A `limit` of 200 is known to be accepted.
        """
        from generated_client.api.associations import list_associations

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
        """Iterate over all associations; each request reads a page of `page_size`."""
        pages: Paginator[Association] = Paginator(page_size)
        options = resolved(options)
        while pages.has_next:
            page = self.list(skip=pages.skip, limit=pages.limit, **options)
            for association in pages.add(page):
                yield association

    def update(
        self,
        association_id: str,
        *,
        first_object_label: str,
        second_object_label: str,
        **options: Unpack[CallOptions],
    ) -> Association:
        """Replace both labels of a user-defined association; nothing else of it can change.

        Raises NotFoundError if there is none. If the response does not contain the association,
        it is read with `get`.
        """
        from generated_client.api.associations import update_association

        body = UpdateAssociationBody(
            first_object_label=first_object_label, second_object_label=second_object_label
        )
        options = resolved(options)
        read, operation = mapping.association, update_association.sync
        try:
            return self._call(
                options, read, operation, path_segment(association_id), client=self._api, body=body
            )
        except ContractError:  # the status says that the update succeeded
            with suppress(AssociationsError):
                return self.get(association_id, **without_extras(options))
            return Association(
                id=association_id,
                first_object_label=first_object_label,
                second_object_label=second_object_label,
                location_id=self._location_id,
            )

    def delete(self, association_id: str, **options: Unpack[CallOptions]) -> None:
        """Delete a user-defined association and all its relations.

        Raises NotFoundError if there is none.
        """
        from generated_client.api.associations import delete_association

        try:
            read, operation = mapping.deletion, delete_association.sync
            self._call(options, read, operation, path_segment(association_id), client=self._api)
        except NotFoundError as error:
            if not error.repeated:  # otherwise an earlier attempt deleted it
                raise

    def _finder(self, key: str) -> Find[Association]:
        """Return a function that looks an association up by its key."""

        def find(options: CallOptions, error: AssociationsError) -> tuple[Association | None, bool]:
            return self._find(key, options), is_duplicate(error)

        return find

    def _find(self, key: str, options: CallOptions) -> Association | None:
        try:
            return self.get_by_key(key, **without_extras(options))
        except NotFoundError:
            return None
