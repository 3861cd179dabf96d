"""What all of facade.redis needs: no secret is in the name of a key."""

from facade.redis.connection import key_of


def test_a_key_names_its_app_by_a_digest_and_keeps_a_location_in_one_slot() -> None:
    key = key_of("client-secret", "pace", "loc")
    assert key == "highlevel:pace:{fdce8e4a65b70d18:loc}"
