//! Lua scripts that keep values and list them in sorted sets, by the time at which they expire.

use redis::Script;
use std::sync::LazyLock;

/// Keeps a value (the first key) and lists it (the keys behind it); beyond a list's limit its oldest values go. A function of the scripts below.
/// Its arguments: value, now, life; then the limit of each list.
const KEEP_AMONG: &str = "
    local function keep(keys, arguments)
      local key, lists, now, life = keys[1], {unpack(keys, 2)}, tonumber(arguments[2]), tonumber(arguments[3])
      redis.call('SET', key, arguments[1], 'PX', life)
      for at, list in ipairs(lists) do
        redis.call('ZREMRANGEBYSCORE', list, '-inf', now)
        redis.call('ZADD', list, now + life, key)
        redis.call('PEXPIRE', list, life)
        local limit = tonumber(arguments[at + 3])
        local beyond = limit > 0 and redis.call('ZCARD', list) - limit or 0
        if beyond > 0 then
          for _, oldest in ipairs(redis.call('ZRANGE', list, 0, beyond - 1)) do
            redis.call('DEL', oldest)
            for _, other in ipairs(lists) do redis.call('ZREM', other, oldest) end
          end
        end
      end
    end
";

/// Keeps a value unless the last list is full: that one refuses, the others make room. Returns the time at which the full list's first value
/// expires, or 0. Arguments: how many values the last list may have (0: any number); then those of [`KEEP_AMONG`].
pub(super) static KEEP_UNLESS_FULL: LazyLock<Script> = LazyLock::new(|| {
    Script::new(&format!(
        "{KEEP_AMONG}
         local list, limit, now = KEYS[#KEYS], tonumber(ARGV[1]), ARGV[3]
         redis.call('ZREMRANGEBYSCORE', list, '-inf', now)
         if limit > 0 and redis.call('ZCARD', list) >= limit then
           return redis.call('ZRANGE', list, 0, 0, 'WITHSCORES')[2]
         end
         keep(KEYS, {{unpack(ARGV, 2)}})
         return '0'"
    ))
});

/// Keeps a value if one of the first keys exists. Arguments: how many keys those are; then those of [`KEEP_AMONG`].
pub(super) static KEEP_WHILE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(&format!(
        "{KEEP_AMONG}
         local conditions, wanted = tonumber(ARGV[1]), false
         for at = 1, conditions do wanted = wanted or redis.call('EXISTS', KEYS[at]) == 1 end
         if not wanted then return 0 end
         keep({{unpack(KEYS, conditions + 1)}}, {{unpack(ARGV, 2)}})
         return 1"
    ))
});

/// Keeps a value. Keys and arguments: those of [`KEEP_AMONG`].
pub(super) static KEEP: LazyLock<Script> =
    LazyLock::new(|| Script::new(&format!("{KEEP_AMONG} keep({{unpack(KEYS)}}, {{unpack(ARGV)}})")));

/// Returns the values of a list that [`KEEP_AMONG`] wrote.
pub(super) static LISTED: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local values = {}
         for _, key in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
           local value = redis.call('GET', key)
           if value then values[#values + 1] = value end
         end
         return values",
    )
});

/// Deletes a list and its values.
pub(super) static FORGET_LISTED: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "for _, key in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do redis.call('DEL', key) end
         redis.call('DEL', KEYS[1])",
    )
});

/// Takes a value (the first key) once, leaves another in its place, and strikes the first off its lists. Arguments: how many keys behind the first
/// one belong to the other value, before the keys of those lists; then those of [`KEEP_AMONG`].
pub(super) static SPEND: LazyLock<Script> = LazyLock::new(|| {
    Script::new(&format!(
        "{KEEP_AMONG}
         if redis.call('DEL', KEYS[1]) == 0 then return 0 end
         local kept = 1 + tonumber(ARGV[1])
         keep({{unpack(KEYS, 2, kept)}}, {{unpack(ARGV, 2)}})
         for at = kept + 1, #KEYS do redis.call('ZREM', KEYS[at], KEYS[1]) end
         return 1"
    ))
});
