"""redis-server for tests: skipped where it is missing, but not on CI."""

import os
import shutil

import pytest

from scripts.redis_server import RedisServer

__all__ = ["RedisServer", "require_redis"]


def require_redis() -> None:
    """Skip a test where there is no redis-server; on CI that is a failure."""
    if shutil.which("redis-server") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("redis-server is missing: .ci/run installs it")
        pytest.skip("redis-server is not installed (apt-get install redis-server)")
