"""The rate limit, tokens and received webhooks of several machines, shared through Redis."""

from facade.redis.deliveries import RedisReplayStore
from facade.redis.grants import RedisTokenStore
from facade.redis.health import RedisRefusedError
from facade.redis.rate_limit import RedisPace

__all__ = ["RedisPace", "RedisRefusedError", "RedisReplayStore", "RedisTokenStore"]
