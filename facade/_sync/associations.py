# Generated from facade/_async/associations.py by `make generate`: edit that file instead.
"""client.associations: how two kinds of object relate."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Unpack

from facade._core.options import resolved, without_extras
from facade._core.paging import Paginator
from facade._core.request import path_segment
from facade.errors import (
    AssociationsError,
    BadRequestError,
    ContractError,
    NotFoundError,
)
from facade.models import Association, Ensured

from facade._core import mapping
from facade._sync.resource import Resource
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
    from facade._core.options import CallOptions
    from facade.models import Page


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

        An object key is `contact`, `opportunity`, `business` or `custom_objects.<key>`. The labels
        must differ (EqualLabelsError), and neither key nor pair of labels may be in use
        (BadRequestError). Where the outcome of a request is unknown, the association is looked for
        by its key before the request is sent again.
        """
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

        def find(options: CallOptions) -> Association | None:
            found = self._find(key, options)
            return found if found and mapping.is_requested(found, body.to_dict()) else None

        return self._create_once(options, send, find)

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

        AssociationConflictError where the key belongs to an association of other objects.
        """
        options = resolved(options)
        found = self._find(key, options)
        if found is not None:
            return Ensured(mapping.with_objects(found, first_object_key, second_object_key), False)
        try:
            made = self.create(
                key=key,
                first_object_key=first_object_key,
                first_object_label=first_object_label,
                second_object_key=second_object_key,
                second_object_label=second_object_label,
                **options,
            )
        except BadRequestError:
            found = self._find(key, options)  # another process was quicker
            if found is None:
                raise
            return Ensured(mapping.with_objects(found, first_object_key, second_object_key), False)
        return Ensured(made, True)

    def get(self, association_id: str, **options: Unpack[CallOptions]) -> Association:
        """Get an association by its id; NotFoundError. A system association has its key as id."""
        read, operation = mapping.association, get_association.sync
        return self._call(options, read, operation, path_segment(association_id), client=self._api)

    def get_by_key(self, key: str, **options: Unpack[CallOptions]) -> Association:
        """Get an association by its key; NotFoundError."""
        return self._call(
            options,
            mapping.association,
            get_association_by_key.sync,
            path_segment(key),
            client=self._api,
            location_id=self._location_id,
        )

    def list_for_object(self, object_key: str, **options: Unpack[CallOptions]) -> Page[Association]:
        """List the associations that a kind of object, such as `contact`, takes part in."""
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
        """List one page of associations; the largest `limit` of HighLevel is not known."""
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
        """Iterate over all associations, a page with each request."""
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

        Where the response does not show the association, it is looked up.
        """
        body = UpdateAssociationBody(
            first_object_label=first_object_label, second_object_label=second_object_label
        )
        options = resolved(options)
        read, operation = mapping.association, update_association.sync
        try:
            return self._call(
                options, read, operation, path_segment(association_id), client=self._api, body=body
            )
        except ContractError:  # it is done: its status says so
            with suppress(AssociationsError):
                return self.get(association_id, **without_extras(options))
            return Association(
                id=association_id,
                first_object_label=first_object_label,
                second_object_label=second_object_label,
                location_id=self._location_id,
            )

    def delete(self, association_id: str, **options: Unpack[CallOptions]) -> None:
        """Delete a user-defined association and all its relations; NotFoundError."""
        try:
            read, operation = mapping.deletion, delete_association.sync
            self._call(options, read, operation, path_segment(association_id), client=self._api)
        except NotFoundError as error:
            if not error.repeated:  # else an earlier attempt deleted it
                raise

    def _find(self, key: str, options: CallOptions) -> Association | None:
        try:
            return self.get_by_key(key, **without_extras(options))
        except NotFoundError:
            return None
