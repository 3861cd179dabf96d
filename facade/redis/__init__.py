"""What several machines share through Redis: the pace, tokens, received webhooks."""

from facade.redis.pace import RedisPace
from facade.redis.replay import RedisReplayStore
from facade.redis.tokens import RedisTokenStore

__all__ = ["RedisPace", "RedisReplayStore", "RedisTokenStore"]
