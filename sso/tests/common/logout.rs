//! Logout tokens of the simulated portal.

use chrono::Utc;
use serde_json::{Value, json};
use sso::LoginError;
use sso::LogoutNotice;

use super::Stage;

/// The claims of a good token.
pub fn claims(stage: &Stage) -> Value {
    let now = Utc::now().timestamp();
    json!({
        "iss": stage.simulator.base_url(),
        "aud": "buzheng",
        "iat": now,
        "exp": now + 120,
        "jti": "jti-1",
        "sub": "ceshi",
        "sid": "sid-1",
        "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
    })
}

/// The good claims, changed; `null` removes one.
pub fn changed(stage: &Stage, change: &Value) -> Value {
    let mut claims = claims(stage);
    for (name, value) in change.as_object().unwrap() {
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        } else {
            claims[name] = value.clone();
        }
    }
    claims
}

/// The result for a token with the good claims, changed, correctly signed.
pub async fn notice(stage: &Stage, change: &Value) -> Result<LogoutNotice, LoginError> {
    let token = stage.simulator.signed_token(&changed(stage, change), Some("logout+jwt")).unwrap();
    stage.portal.logout_notice(&token, Utc::now()).await
}

pub fn refusal(result: Result<LogoutNotice, LoginError>) -> &'static str {
    match result {
        Err(LoginError::BadAnswer { what }) => what,
        other => panic!("expected a refused token, got {other:?}"),
    }
}
