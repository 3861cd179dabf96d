"""If a package is missing, the error says which extra installs it."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("missing", "code", "extra"),
    [
        ("redis", "import facade.redis", "redis"),
        ("cryptography", "import facade.webhooks", "webhooks"),
        ("cryptography.fernet", "from facade.redis.grants import Cipher; Cipher(b'k')", "redis"),
        (
            "cryptography",
            "from facade.testing import Sandbox; Sandbox().webhooks(print)",
            "webhooks",
        ),
    ],
)
def test_without_the_extra_the_error_says_what_to_install(
    missing: str, code: str, extra: str
) -> None:
    code = f"import sys; sys.modules[{missing!r}] = None; {code}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    said = f'a package is missing: pip install "highlevel-associations[{extra}]"'
    assert done.stderr.splitlines()[-1] == f"ImportError: {said}"
