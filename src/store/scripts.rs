//! What Redis does in one step.

use redis::Script;
use std::sync::LazyLock;

/// Counts one more in a fixed window; answers count and milliseconds until the window ends.
pub(super) static COUNT: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local n = redis.call('INCR', KEYS[1])
         if n == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
         return {n, redis.call('PTTL', KEYS[1])}",
    )
});

/// Counts a try at each key, unless one of them has had its share; the lock lasts from the last try that was let through. Answers 1 and the
/// tries left, or 0 and the milliseconds until the longest lock ends.
pub(super) static TRY: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local limit, window, wait = tonumber(ARGV[1]), tonumber(ARGV[2]), 0
         for _, key in ipairs(KEYS) do
           if tonumber(redis.call('GET', key) or '0') >= limit then
             wait = math.max(wait, redis.call('PTTL', key))
           end
         end
         if wait > 0 then return {0, wait} end
         local most = 0
         for _, key in ipairs(KEYS) do
           most = math.max(most, redis.call('INCR', key))
           redis.call('PEXPIRE', key, window)
         end
         return {1, limit - most}",
    )
});

/// Takes one try back at each key; a lock that it made ends.
pub(super) static TAKE_BACK: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "for _, key in ipairs(KEYS) do
           if redis.call('EXISTS', key) == 1 and redis.call('DECR', key) <= 0 then redis.call('DEL', key) end
         end",
    )
});

/// Adds a member to a set whose members expire, unless it is full; answers 0, or the time at which the first member expires.
pub(super) static JOIN: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[2])
         if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[4]) then
           return redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2]
         end
         redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
         redis.call('PEXPIREAT', KEYS[1], ARGV[3])
         return '0'",
    )
});

/// Keeps a value and lists it, unless one of the marks was set since a moment. Keys: the value's, then lists, then marks.
pub(super) static PUT_LISTED: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local value, life, lists, since, now, until_ = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5], ARGV[6]
         for at = lists + 2, #KEYS do
           local mark = tonumber(redis.call('GET', KEYS[at]) or '-1')
           if mark >= since then return 0 end
         end
         redis.call('SET', KEYS[1], value, 'PX', life)
         for at = 2, lists + 1 do
           redis.call('ZREMRANGEBYSCORE', KEYS[at], '-inf', now)
           redis.call('ZADD', KEYS[at], until_, KEYS[1])
           if redis.call('PTTL', KEYS[at]) < until_ - now then redis.call('PEXPIREAT', KEYS[at], until_) end
         end
         return 1",
    )
});

/// Forgets every value of the lists, and sets the marks, unless the claim stands already. Keys: lists, then marks, then the claim, if there is
/// one. Answers how many values there were, or -1. All in one step: a claim that stands has been acted upon.
pub(super) static END_LISTED: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local lists, marks, gone = tonumber(ARGV[1]), tonumber(ARGV[2]), 0
         local claim = KEYS[lists + marks + 1]
         if claim and not redis.call('SET', claim, '', 'NX', 'PX', ARGV[5]) then return -1 end
         for at = 1, lists do
           for _, key in ipairs(redis.call('ZRANGE', KEYS[at], 0, -1)) do
             gone = gone + redis.call('DEL', key)
           end
           redis.call('DEL', KEYS[at])
         end
         for at = lists + 1, lists + marks do
           redis.call('SET', KEYS[at], ARGV[3], 'PX', ARGV[4])
         end
         return gone",
    )
});

/// Keeps a value and reads it.
pub(super) static PROBE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
         return redis.call('GET', KEYS[1])",
    )
});
