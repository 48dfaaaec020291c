//! What the first page says of a form that came too late.

use axum::http::HeaderMap;

use super::cookies::login_browsers;
use crate::app::App;

/// What became of a form that this browser sent after its session had ended.
pub(crate) async fn timed_out(app: &App, headers: &HeaderMap) -> Option<&'static str> {
    let waiting = match app.unsent(&login_browsers(app, headers)).await {
        Ok(waiting) => waiting,
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "whether a form is kept cannot be told");
            return None;
        }
    };
    if waiting.iter().any(|unsent| unsent.draft.is_some()) {
        return Some("登录已超时，您填写的内容已保留；尚未提交。请在 30 分钟内重新登录，登录后接着填写、提交。");
    }
    (!waiting.is_empty()).then_some("登录已超时，刚才的操作没有提交。请重新登录后再操作。")
}
