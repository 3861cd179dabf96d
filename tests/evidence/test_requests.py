"""A request has values of the run for its words."""

from scripts.evidence.requests import ProbeRequest


def test_the_words_of_an_argument_a_query_and_a_body_are_filled_in() -> None:
    body = {"labels": ["{key}", 1], "more": {"id": "{id}"}}
    request = ProbeRequest("get_association_by_key", "a {key}", {"locationId": "{id}"}, body)
    filled = request.filled({"key": "k", "id": "/"})
    assert filled[1:4] == ("a k", {"locationId": "/"}, {"labels": ["k", 1], "more": {"id": "/"}})
