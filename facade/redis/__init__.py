"""The rate limit, tokens and received webhooks of several machines, shared through Redis."""

import warnings
from typing import TYPE_CHECKING

from facade.redis.deliveries import RedisReplayStore
from facade.redis.grants import RedisTokenStore
from facade.redis.health import RedisRefusedError
from facade.redis.rate_limit import RedisPace

__all__ = ["RedisPace", "RedisRefusedError", "RedisReplayStore", "RedisTokenStore"]


if not TYPE_CHECKING:  # a type checker would accept any name

    def __getattr__(name: str) -> object:
        if name != "RedisSeen":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        warnings.warn("RedisSeen is now RedisReplayStore", DeprecationWarning, stacklevel=2)
        return RedisReplayStore
