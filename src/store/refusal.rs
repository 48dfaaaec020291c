//! Error codes by which Redis refuses what pages need: it is a replica, it is full, it is not ready.
//!
//! A refused command was not carried out, nor was a script: scripts write nothing before the first command that is refused.

use redis::{RedisError, ServerError, Value};

/// Codes after which another server at the same address, or this one later, may carry out the command.
const CODES: [&str; 9] = [
    "READONLY",   // a replica
    "OOM",        // maxmemory is reached
    "MISCONF",    // it cannot write its file
    "LOADING",    // it has just started
    "MASTERDOWN", // a replica without its primary
    "CLUSTERDOWN",
    "NOREPLICAS", // a primary that lost its replicas
    "BUSY",       // a script runs
    "NOAUTH",     // another server than the one that the connection signed in to
];

pub(super) fn is_one(value: &Value) -> bool {
    matches!(value, Value::ServerError(error) if is_refusal(error))
}

fn is_refusal(error: &ServerError) -> bool {
    CODES.contains(&code(error.code(), error.details()))
}

/// The error code of Redis; `None` where Redis did not answer.
pub(super) fn code_of(error: &RedisError) -> Option<&str> {
    Some(code(error.code()?, error.detail()))
}

/// Redis 6 wraps what a script met: `ERR Error running script (…): @user_script:1: @user_script: 1: -READONLY You can't …`.
fn code<'a>(code: &'a str, details: Option<&'a str>) -> &'a str {
    let Some(details) = details.filter(|details| code == "ERR" && details.starts_with("Error running script")) else {
        return code;
    };
    let mut words = details.split_whitespace().filter_map(|word| word.strip_prefix('-'));
    words.find(|word| CODES.contains(word)).unwrap_or(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_script_met_is_told_from_what_is_wrong_with_it() {
        let wrapped = |what| format!("Error running script (call to f_0c): @user_script:1: @user_script: 1: {what}");
        for (told, means) in [
            ("-READONLY You can't write against a read only replica.", "READONLY"),
            ("-OOM command not allowed when used memory > 'maxmemory'.", "OOM"),
            ("-MISCONF Redis is configured to save RDB snapshots", "MISCONF"),
            ("attempt to index a nil value: 'READONLY'", "ERR"),
        ] {
            assert_eq!(code("ERR", Some(&wrapped(told))), means);
        }
        assert_eq!(code("ERR", Some("unknown command -OOM")), "ERR");
        assert_eq!(code("ERR", None), "ERR");
        assert_eq!(code("NOPERM", Some("no permissions")), "NOPERM");
    }

    #[test]
    fn a_replica_refuses_and_a_user_without_permission_is_no_reason_for_another_connection() {
        let answer = |text: &[u8]| redis::parse_redis_value(text).unwrap();
        for refusal in CODES {
            assert!(is_one(&answer(format!("-{refusal} so it is\r\n").as_bytes())), "{refusal}");
        }
        for other in ["NOPERM", "WRONGTYPE", "ERR", "NOSCRIPT"] {
            assert!(!is_one(&answer(format!("-{other} so it is\r\n").as_bytes())), "{other}");
        }
        assert!(!is_one(&Value::Nil));
    }
}
