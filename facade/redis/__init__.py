"""The rate limit, tokens and received webhooks of several machines, shared through Redis."""

from facade.redis.health import RedisRefusedError
from facade.redis.rate_limit import RedisPace
from facade.redis.shared_stores import RedisReplayStore, RedisTokenStore

__all__ = ["RedisPace", "RedisRefusedError", "RedisReplayStore", "RedisTokenStore"]
