//! The operator's 公告, read again while the service runs.

use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;

use crate::app::App;

/// Between two readings.
const PAUSE: Duration = Duration::from_secs(5);

/// Reads the file for ever; a failure is logged once until it changes.
pub(in crate::cli::serve) async fn announcement(app: Arc<App>) {
    let mut last: Option<String> = None;
    loop {
        let failure = match app.read_announcement().await {
            Ok(changed) => {
                if changed {
                    tracing::info!("the pages show what site.notice_file says now");
                }
                None
            }
            Err(error) => Some(error.to_string()),
        };
        if let Some(cause) = failure.as_ref().filter(|_| failure != last) {
            tracing::warn!(cause, "site.notice_file cannot be used; the pages keep the text of before");
        }
        last = failure;
        sleep(PAUSE).await;
    }
}
