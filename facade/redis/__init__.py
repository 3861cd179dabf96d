"""What several machines share through Redis."""

from facade.redis.pace import RedisPace
from facade.redis.seen import RedisSeen
from facade.redis.tokens import RedisTokenStore

__all__ = ["RedisPace", "RedisSeen", "RedisTokenStore"]
