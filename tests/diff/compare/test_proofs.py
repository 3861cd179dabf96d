"""What is known of two documents is found out once."""

from scripts.diff.compare.proofs import Documents
from scripts.diff.rules import Direction, Position
from scripts.openapi.nodes import Node
from tests.diff.documents import S
from tests.diff.domain import new_document
from tests.diff.schemas import texts


def test_a_proof_belongs_to_a_direction_and_to_the_way_of_writing() -> None:
    documents = Documents(new_document("old"), new_document("new"))
    loose, tight = (
        documents.old.shape(Node(each, f"/{i}")) for i, each in enumerate((S, texts(maxLength=1)))
    )
    number = documents.old.shape(Node({"type": "integer"}, "/2"))
    for position, pairs in (
        (Position(Direction.REQUEST), [(tight, loose)]),
        (Position(Direction.RESPONSE), [(loose, tight)]),
        (Position(Direction.UNUSED), []),
        (Position(Direction.REQUEST, text="once"), [(tight, loose), (number, loose)]),
        (Position(Direction.REQUEST, in_code=False), [(tight, loose)]),
    ):
        for old, new in [(tight, loose), (loose, tight), (number, loose)]:
            assert documents.is_proved(old, new, position) is ((old, new) in pairs)


def test_only_what_is_on_both_sides_is_unchanged() -> None:
    documents = Documents(new_document("old"), new_document("new"))
    text = Node(S, "/a")
    assert documents.are_unchanged(text, text)
    assert not documents.are_unchanged(text, Node({"type": "integer"}, "/a"))
    assert not documents.are_unchanged(text, None)
    assert not documents.are_unchanged(None, text)
