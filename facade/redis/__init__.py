"""What the workers of several machines share, in Redis."""

from facade.redis.pace import RedisPace
from facade.redis.seen import RedisSeen

__all__ = ["RedisPace", "RedisSeen"]
