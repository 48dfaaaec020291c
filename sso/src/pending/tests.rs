use super::*;

fn pending(now: DateTime<Utc>) -> PendingLogin {
    PendingLogin::new("handle-1".to_owned(), now, &json!({ "nonce": "n" }))
}

#[test]
fn the_handle_and_the_time_must_fit() {
    let now = Utc::now();
    assert!(pending(now).redeem::<serde_json::Value>("handle-1", now).is_ok());
    assert!(pending(now).redeem::<serde_json::Value>("handle-1", now + PendingLogin::LIFETIME).is_ok());
    for state in ["", "handle-2", "handle-", "handle-11", "HANDLE-1"] {
        assert_eq!(pending(now).redeem::<serde_json::Value>(state, now), Err(LoginError::StateMismatch), "{state}");
    }
    let late = now + PendingLogin::LIFETIME + TimeDelta::seconds(1);
    let result = pending(now).redeem::<serde_json::Value>("handle-1", late);
    assert!(matches!(result, Err(LoginError::Expired { .. })));
}

#[test]
fn storing_keeps_everything_and_garbage_is_refused() {
    let now = Utc::now();
    let restored = PendingLogin::from_stored(&pending(now).into_stored()).unwrap();
    assert_eq!((restored.handle(), restored.started_at()), ("handle-1", now));
    assert_eq!(restored.redeem::<serde_json::Value>("handle-1", now), Ok(json!({ "nonce": "n" })));
    for garbage in [&b""[..], b"{}", b"\xff", b"{\"handle\":1}"] {
        assert!(matches!(PendingLogin::from_stored(garbage), Err(LoginError::Expired { .. })));
    }
}

#[test]
fn debug_prints_hold_no_secret() {
    let shown = format!("{:?}", pending(Utc::now()));
    assert!(!shown.contains("handle-1") && !shown.contains("nonce"), "{shown}");
}
