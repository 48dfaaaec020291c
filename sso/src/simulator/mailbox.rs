//! What the service mailed, as its recipients would read it.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{Response, StatusCode};
use mail_parser::MessageParser;

use super::mail::{Captured, Mailbox};
use super::pages::{escape, page};
use super::world::World;

/// Newest first: rows `[data-to][data-subject]` with the plain text.
pub(super) async fn list(State(world): State<Arc<World>>) -> Response<Body> {
    let mails = world.lock().mailbox.as_ref().map(Mailbox::mails).unwrap_or_default();
    let rows: String = mails.iter().rev().map(row).collect();
    let content = if rows.is_empty() { "<p>还没有邮件。</p>".to_owned() } else { rows };
    page(StatusCode::OK, "模拟邮箱", &format!("<p>系统发出的邮件，新的在前；刷新本页查看新邮件。</p>{content}"))
}

fn row(mail: &Captured) -> String {
    let parsed = MessageParser::default().parse(mail.raw.as_bytes());
    let subject = parsed.as_ref().and_then(|message| message.subject()).unwrap_or_default();
    let text = parsed.as_ref().and_then(|message| message.body_text(0)).unwrap_or_default();
    let (to, subject) = (escape(&mail.to.join(", ")), escape(subject));
    format!(
        "<article data-to=\"{to}\" data-subject=\"{subject}\"><h2>{subject}</h2><p><small>收件人：{to}</small></p>{}</article>",
        with_links(&text)
    )
}

/// Line by line; a line that is an address leads there.
fn with_links(text: &str) -> String {
    let mut html = String::from("<pre>");
    for line in text.lines() {
        let (line, is_address) = (escape(line), line.starts_with("http://") || line.starts_with("https://"));
        // Writing to a String cannot fail.
        let _ = if is_address { writeln!(html, "<a href=\"{line}\">{line}</a>") } else { writeln!(html, "{line}") };
    }
    html.push_str("</pre>");
    html
}
