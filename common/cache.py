"""A Redis cache that is a help and never a need."""

import logging
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache; while the server is away every look-up is a miss.

    Pages go on without it: sessions are read from the database, rate limits let
    people through. Only the class of the error is logged.
    """

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        try:
            return super().get(key, default, version)
        except (RedisError, OSError) as away:
            return self._missed(away, default)

    def set(self, *args: Any, **kwargs: Any) -> None:
        try:
            super().set(*args, **kwargs)
        except (RedisError, OSError) as away:
            self._missed(away)

    def add(self, *args: Any, **kwargs: Any) -> bool:
        try:
            return super().add(*args, **kwargs)
        except (RedisError, OSError) as away:
            return self._missed(away, True)

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        try:
            return super().incr(key, delta, version)
        except (RedisError, OSError) as away:
            return self._missed(away, delta)

    def delete(self, key: str, version: int | None = None) -> bool:
        try:
            return super().delete(key, version)
        except (RedisError, OSError) as away:
            return self._missed(away, False)

    def has_key(self, key: str, version: int | None = None) -> bool:
        try:
            return super().has_key(key, version)
        except (RedisError, OSError) as away:
            return self._missed(away, False)

    def _missed(self, away: Exception, answer: Any = None) -> Any:
        log.warning("cache away: %s", type(away).__name__)
        return answer
