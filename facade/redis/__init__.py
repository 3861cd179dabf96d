"""What several machines share through Redis."""

from facade.redis.tokens import RedisTokenStore

__all__ = ["RedisTokenStore"]
