# Generated from facade/_async/associations.py by `make generate`: edit that file instead.
"""client.associations: associations between two kinds of object."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, Unpack

from facade._core.call_options import (
    AssociationOptions,
    CallOptions,
    CallSettings,
    fields_and_options,
)
from facade._core.calls import Call, Lookup, path_segment
from facade._core.mapping import in_body
from facade._core.matching import (
    is_requested,
    keys_of,
    log_changed_key,
    may_have_been_created,
    with_objects,
)
from facade._core.paging import Paginator
from facade.errors import AssociationsError, NotFoundError
from facade.models import Association, Ensured, Page

from facade._core import mapping
from facade._sync.pipeline import Resource

# Each method imports what it sends: a process loads only the generated code that it needs.

_ONE, _PAGE = in_body(mapping.association), in_body(mapping.association_page)
_DELETED = in_body(mapping.deletion)
_REQUIRED = (  # fields of a creation
    "key",
    "first_object_key",
    "first_object_label",
    "second_object_key",
    "second_object_label",
)


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
        **options: Unpack[AssociationOptions],
    ) -> Association:
        """Create an association between two kinds of object.

        An object key is `contact`, `opportunity`, `business` or `custom_objects.<key>`. Raises
        EqualLabelsError if both labels are equal, DuplicateAssociationError if the key is in use,
        and BadRequestError if the pair of labels is in use. HighLevel stores the key in lower case,
        and may swap the sides, keys and labels together: read from the returned association which
        object is first. If the outcome of a request is unknown, the association is looked up by its
        key before a retry. `id` is empty if neither the response nor the lookup contains it.
        Cardinalities and limits are sent only if they are given: see AssociationOptions.
        """
        objects = first_object_key, first_object_label, second_object_key, second_object_label
        call = self._creation(options, key, *objects)
        log_changed_key(key)
        return self._pipeline.send(call)

    def ensure(
        self,
        *,
        key: str,
        first_object_key: str,
        first_object_label: str,
        second_object_key: str,
        second_object_label: str,
        **options: Unpack[AssociationOptions],
    ) -> Ensured[Association]:
        """Return the association with this key, or create it; an existing one stays as it is.

        Its sides may be swapped, and its key may be in lower case: HighLevel stores it so. Raises
        AssociationConflictError if the key belongs to an association of other objects.
        """
        objects = first_object_key, first_object_label, second_object_key, second_object_label
        call = self._creation(options, key, *objects)
        found = self._find(keys_of(key), call.settings)
        if found is not None:
            return Ensured(with_objects(found, first_object_key, second_object_key), False)
        log_changed_key(key)
        # Also one with other labels.
        by_key = Lookup(partial(self._find_created, key, None), Association(id=""))
        item, created = self._ensure(call, by_key)
        if not created:
            with_objects(item, first_object_key, second_object_key)
        return Ensured(item, created)

    def get(self, association_id: str, **options: Unpack[CallOptions]) -> Association:
        """Get an association by its id; raise NotFoundError if there is none.

        Most system associations have their key as id.
        """
        return self._get(association_id, self._settings(options))

    def get_by_key(self, key: str, **options: Unpack[CallOptions]) -> Association:
        """Get an association by its key; raise NotFoundError if there is none.

        A key with upper case is also looked up in lower case, in which HighLevel stores those that
        apps create; the keys of system associations are in upper case.
        """
        return self._get_by_key(keys_of(key), self._settings(options))

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
        from generated_client.api.associations import (
            list_associations_by_object_key as operation,
        )

        settings = self._settings(options)
        request = operation.get_kwargs(path_segment(object_key), location_id=self._location_id)
        if include_internal:  # generated code does not know it
            request["params"]["includeInternalAssociations"] = "true"
        return self._send("list_associations_by_object_key", request, _PAGE, settings)

    def list(
        self, *, skip: int = 0, limit: int = 100, **options: Unpack[CallOptions]
    ) -> Page[Association]:
        """List one page of associations: `limit` of them, after the first `skip`.

        A `limit` of 200 is known to be accepted.
        """
        return self._page(skip, limit, self._settings(options))

    def iterate(
        self, *, page_size: int = 100, **options: Unpack[CallOptions]
    ) -> Iterator[Association]:
        """Iterate over all associations; each request reads a page of `page_size`."""
        pages: Paginator[Association] = Paginator(page_size)
        settings = self._settings(options)
        while pages.has_next:
            page = self._page(pages.skip, pages.limit, settings)
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
        from generated_client.api.associations import update_association as operation
        from generated_client.models import UpdateAssociationBody

        def find(settings: CallSettings, _: AssociationsError) -> tuple[Association, bool]:
            return self._get(association_id, settings), False

        labels: dict[str, Any] = {
            "first_object_label": first_object_label,
            "second_object_label": second_object_label,
        }
        body = UpdateAssociationBody(**labels)
        request = operation.get_kwargs(path_segment(association_id), body=body)
        requested = Association(id=association_id, location_id=self._location_id, **labels)
        lookup, settings = Lookup(find, requested), self._settings(options)
        return self._send("update_association", request, _ONE, settings, lookup)

    def delete(self, association_id: str, **options: Unpack[CallOptions]) -> None:
        """Delete a user-defined association and all its relations.

        Raises NotFoundError if there is none.
        """
        from generated_client.api.associations import delete_association as operation

        request = operation.get_kwargs(path_segment(association_id))
        self._send("delete_association", request, _DELETED, self._settings(options))

    def _creation(self, options: AssociationOptions, *required: str) -> Call[Association]:
        """Return the call that creates an association once; its other fields are options."""
        from generated_client.api.associations import create_association as operation
        from generated_client.models import CreateAssociationBody

        others, options_of_call = fields_and_options(options)
        fields: dict[str, Any] = {"location_id": self._location_id, **others}
        fields.update(zip(_REQUIRED, required, strict=True))
        request = operation.get_kwargs(body=CreateAssociationBody(**fields))
        requested, settings = Association(id="", **fields), self._settings(options_of_call)
        lookup = Lookup(partial(self._find_created, fields["key"], requested), requested)
        build = self._pipeline.requests.call
        return build("create_association", self._location_id, request, _ONE, settings, lookup)

    def _find_created(
        self,
        key: str,
        requested: Association | None,
        settings: CallSettings,
        error: AssociationsError,
    ) -> tuple[Association | None, bool]:
        """Return the association of a key, the requested one if given, and whether it may lag."""
        found = self._find(keys_of(key, is_stored=True), settings)
        if found is None:
            return None, may_have_been_created(error)
        return (found if requested is None or is_requested(found, requested) else None), False

    def _get(self, association_id: str, settings: CallSettings) -> Association:
        from generated_client.api.associations import get_association as operation

        request = operation.get_kwargs(path_segment(association_id))
        return self._send("get_association", request, _ONE, settings)

    def _get_by_key(self, keys: Sequence[str], settings: CallSettings) -> Association:
        """Get the association of the first key that there is; the error is that of the first."""
        from generated_client.api.associations import (
            get_association_by_key as operation,
        )

        failure: NotFoundError | None = None
        for key in keys:
            request = operation.get_kwargs(path_segment(key), location_id=self._location_id)
            try:
                return self._send("get_association_by_key", request, _ONE, settings)
            except NotFoundError as error:
                failure = failure or error
        raise failure or AssertionError

    def _page(self, skip: int, limit: int, settings: CallSettings) -> Page[Association]:
        from generated_client.api.associations import list_associations as operation

        request = operation.get_kwargs(location_id=self._location_id, skip=skip, limit=limit)
        return self._send("list_associations", request, _PAGE, settings)

    def _find(self, keys: Sequence[str], settings: CallSettings) -> Association | None:
        try:
            found = self._get_by_key(keys, settings.without_extras())
        except NotFoundError:
            return None
        # HighLevel may not say which key a found association has.
        return found if (found.key or keys[0]).lower() == keys[0].lower() else None
