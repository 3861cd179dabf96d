"""What all of facade.redis needs: the extra is installed, and no secret is in the name of a key."""

import subprocess
import sys

from facade.redis.connection import key_of


def test_without_the_extra_the_error_says_what_to_install() -> None:
    code = "import sys; sys.modules['redis'] = None; import facade.redis"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "ImportError: install highlevel-associations[redis]" in done.stderr


def test_a_key_names_its_app_by_a_digest_and_keeps_a_location_in_one_slot() -> None:
    key = key_of("client-secret", "pace", "loc")
    assert key == "highlevel:pace:{fdce8e4a65b70d18:loc}"
