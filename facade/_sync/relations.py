# Generated from facade/_async/relations.py by `make generate`: edit that file instead.
"""client.relations: relations between two records under an association."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Unpack

from facade._core.call_options import CallOptions, CallSettings
from facade._core.calls import Call, Lookup, id_list, path_segment
from facade._core.mapping import in_body
from facade._core.matching import (
    PAGE_SIZE,
    RelationSearch,
    checked_association,
    filter_by_association,
    id_to_delete,
    page_of_associations,
)
from facade._core.paging import Paginator
from facade.errors import AssociationsError, NotFoundError
from facade.models import Association, Ensured, Page, Relation

from facade._core import mapping
from facade._sync.pipeline import Resource
from generated_client.types import UNSET

# Each method imports what it sends: a process loads only the generated code that it needs.

_ONE, _DELETED = in_body(mapping.relation), in_body(mapping.deletion)


class Relations(Resource):
    """Relations of one location. Every method takes the options of CallOptions too."""

    def create(
        self,
        association_id: str,
        *,
        first_record_id: str,
        second_record_id: str,
        **options: Unpack[CallOptions],
    ) -> Relation:
        """Relate two records; the first one must be a record of the association's first object.

        The sides are those of the association that HighLevel returned, which may differ from those
        that it was created with: `link` finds them by object key. Raises DuplicateRelationError if
        the relation exists, and InvalidRecordError if a record is on the wrong side. If the outcome
        of a request is unknown, the relation is looked up before a retry. `id` is empty if neither
        the response nor the lookup contains it.
        """
        call = self._creation(association_id, first_record_id, second_record_id, options)
        return self._pipeline.send(call)

    def ensure(
        self,
        association_id: str,
        *,
        first_record_id: str,
        second_record_id: str,
        **options: Unpack[CallOptions],
    ) -> Ensured[Relation]:
        """Return the relation of two records, or create it; it is safe to repeat.

        If HighLevel refuses to create the relation because it may exist, the method looks it up,
        in the lists of both records and in either order of them, for some seconds: a new relation
        may not be listed at once. If it is not found although HighLevel says that it exists, it was
        deleted meanwhile: the method creates it once more.
        `created` is True, too, if the first response was lost and a lookup found the relation: it
        may have existed before.
        If the relation is neither found nor created, the refusal is raised, such as
        RelationLimitError.
        """
        call = self._creation(association_id, first_record_id, second_record_id, options)
        return self._ensure(call, call.lookup)

    def link(
        self,
        association: Association,
        records: Mapping[str, str],
        **options: Unpack[CallOptions],
    ) -> Ensured[Relation]:
        """Ensure a relation of two records given by object key: `{"contact": ..., ...}`.

        Raises ValueError if the keys do not determine the sides, as in an association of an object
        with itself: call `ensure` with both record ids instead.
        """
        first, second = checked_association(association).orient(records)
        return self.ensure(
            association.id, first_record_id=first, second_record_id=second, **options
        )

    def unlink(
        self,
        association: Association,
        records: Mapping[str, str],
        **options: Unpack[CallOptions],
    ) -> Relation | None:
        """Delete the relation of two records given by object key; it is safe to repeat.

        Returns the relation that was deleted, or None if there was none. It is looked up in the
        lists of both records. Raises ValueError as `link` does.
        """
        first, second = map(path_segment, checked_association(association).orient(records))
        under, settings = path_segment(association.id), self._settings(options)
        found, _ = self._search(under, (first, second), settings.without_extras(), None)
        with suppress(NotFoundError):  # another process deleted it
            if found is not None:
                self._delete(id_to_delete(found), settings)
                return found
        return None

    def list(
        self,
        record_id: str,
        *,
        association_ids: Sequence[str] | None = None,
        skip: int = 0,
        limit: int = 100,
        **options: Unpack[CallOptions],
    ) -> Page[Relation]:
        """List one page of a record's relations, whichever side the record is on.

        A page has `limit` relations, after the first `skip`. `association_ids` limits the list to
        these associations; None lists all. HighLevel reduces a `limit` above 100 to 100.
        """
        wanted = id_list(association_ids)
        page = self._page(record_id, wanted, (skip, limit), self._settings(options))
        return page_of_associations(page, wanted)

    def iterate(
        self,
        record_id: str,
        *,
        association_ids: Sequence[str] | None = None,
        page_size: int = 100,
        **options: Unpack[CallOptions],
    ) -> Iterator[Relation]:
        """Iterate over all relations of a record; each request reads a page of `page_size`.

        A page has at most 100 relations, whatever `page_size` is.
        """
        # HighLevel returns no more, and a page that is not full may be taken for the last one.
        pages: Paginator[Relation] = Paginator(page_size, PAGE_SIZE)
        settings, wanted = self._settings(options), id_list(association_ids)
        while pages.has_next:
            for relation in self._next(record_id, wanted, pages, settings):
                yield relation

    def delete(self, relation_id: str, **options: Unpack[CallOptions]) -> None:
        """Delete one relation, not its records or its association.

        Raises NotFoundError if there is none.
        """
        self._delete(relation_id, self._settings(options))

    def _delete(self, relation_id: str, settings: CallSettings) -> None:
        from generated_client.api.relations import delete_relation as operation

        request = operation.get_kwargs(path_segment(relation_id), location_id=self._location_id)
        self._send("delete_relation", request, _DELETED, settings)

    def _next(
        self,
        record_id: str,
        wanted: tuple[str, ...] | None,
        pages: Paginator[Relation],
        settings: CallSettings,
    ) -> tuple[Relation, ...]:
        """Read the next page of a list; return its relations under the wanted associations."""
        # All relations of the page are counted: the server may ignore the filter.
        page = self._page(record_id, wanted, (pages.skip, pages.limit), settings)
        return filter_by_association(pages.add(page), wanted)

    def _page(
        self,
        record_id: str,
        wanted: tuple[str, ...] | None,
        place: tuple[int, int],
        settings: CallSettings,
    ) -> Page[Relation]:
        """List a page, under some associations or all; `place` is its skip and limit."""
        from generated_client.api.relations import list_relations as operation

        skip, limit = place
        request = operation.get_kwargs(
            path_segment(record_id),
            location_id=self._location_id,
            skip=skip,
            limit=limit,
            association_ids=UNSET if wanted is None else [*wanted],
        )
        read = in_body(partial(mapping.relation_page, record_id))
        return self._send("list_relations", request, read, settings)

    def _creation(
        self, association_id: str, first: str, second: str, options: CallOptions
    ) -> Call[Relation]:
        from generated_client.api.relations import create_relation as operation
        from generated_client.models import CreateRelationBody

        fields: dict[str, Any] = {
            "association_id": path_segment(association_id),
            "first_record_id": path_segment(first),
            "second_record_id": path_segment(second),
            "location_id": self._location_id,
        }
        request = operation.get_kwargs(body=CreateRelationBody(**fields))
        find = partial(self._search, association_id, (first, second))
        lookup, settings = Lookup(find, Relation(id="", **fields)), self._settings(options)
        build = self._pipeline.requests.call
        return build("create_relation", self._location_id, request, _ONE, settings, lookup)

    def _search(
        self,
        association_id: str,
        records: tuple[str, str],
        settings: CallSettings,
        error: AssociationsError | None,
    ) -> tuple[Relation | None, bool]:
        """Return the relation of two records, and whether a list may lag behind it.

        `error` is that of its creation, if it was created.
        """
        search, wanted = RelationSearch(*records, error), (association_id,)
        while records_left := search.next_records():
            for record_id in records_left:
                pages = search.lists[record_id]
                listed = self._next(record_id, wanted, pages, settings)
                if search.is_in(record_id, listed) or search.is_futile:
                    return search.found, search.may_lag
        return search.found, search.may_lag
