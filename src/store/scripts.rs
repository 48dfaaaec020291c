//! Lua scripts: what must be atomic.

use redis::Script;
use std::sync::LazyLock;

/// Counts one more in a fixed window; returns count and milliseconds until the window ends.
pub(super) static COUNT: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local n = redis.call('INCR', KEYS[1])
         if n == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
         return {n, redis.call('PTTL', KEYS[1])}",
    )
});

/// Counts a try at each key, unless one of them is locked out; the lockout lasts from the last try that was let through. Returns 1 and the
/// tries left, or 0 and the milliseconds until the longest lockout ends.
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

/// Takes one try back at each key; a lockout that it caused ends.
pub(super) static TAKE_BACK: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "for _, key in ipairs(KEYS) do
           if redis.call('EXISTS', key) == 1 and redis.call('DECR', key) <= 0 then redis.call('DEL', key) end
         end",
    )
});

/// Keeps a value and lists it, unless one of the marks was set since a given time. Keys: the value's, then lists, then marks.
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

/// Deletes every value of the lists, and sets the marks, unless the claim stands already. Keys: lists, then marks, then the claim and the list
/// within which the first list's values count, as far as there are these. Returns how many values there were, -1 where the claim stood, or -2
/// where the first list's values are all elsewhere. Atomic: a claim that stands has been acted upon.
pub(super) static END_LISTED: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local lists, marks, gone = tonumber(ARGV[1]), tonumber(ARGV[2]), 0
         local claim = ARGV[6] == '1' and KEYS[lists + marks + 1]
         local within = ARGV[7] == '1' and KEYS[#KEYS]
         local elsewhere = {}
         if within then
           local first, others = redis.call('ZRANGE', KEYS[1], 0, -1), 0
           for _, key in ipairs(first) do
             if not redis.call('ZSCORE', within, key) then
               elsewhere[key] = true
               others = others + 1
             end
           end
           if others > 0 and others == #first then return -2 end
         end
         if claim and not redis.call('SET', claim, '', 'NX', 'PX', ARGV[5]) then return -1 end
         for at = 1, lists do
           for _, key in ipairs(redis.call('ZRANGE', KEYS[at], 0, -1)) do
             if not elsewhere[key] then
               gone = gone + redis.call('DEL', key)
               redis.call('ZREM', KEYS[at], key)
             end
           end
         end
         for at = lists + 1, lists + marks do
           redis.call('SET', KEYS[at], ARGV[3], 'PX', ARGV[4])
         end
         return gone",
    )
});

pub(super) static PROBE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
         return redis.call('GET', KEYS[1])",
    )
});
