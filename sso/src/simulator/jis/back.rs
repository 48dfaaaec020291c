//! The ways back to the gateway.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use chrono::Utc;
use url::Url;

use crate::simulator::answer::send;
use crate::simulator::fault::Fault;
use crate::simulator::pages::{escape, page};
use crate::simulator::personas::Persona;
use crate::simulator::signing::random_text;
use crate::simulator::world::World;

use super::memory::AuthRequest;
use super::shape::WayBack;

/// Back to the gateway. A cancelled sign-in returns without a ticket, and so does an error: the family has no code for either.
pub(in crate::simulator) fn send_back(
    world: &World,
    request: AuthRequest,
    persona: Option<Persona>,
    fault: Option<&Fault>,
) -> Response<Body> {
    let AuthRequest { back, shape } = request;
    let Some(persona) = persona.filter(|_| !matches!(fault, Some(Fault::AuthorizeError(_)))) else { return to(&back) };
    let Ok(ticket) = random_text() else {
        return page(StatusCode::INTERNAL_SERVER_ERROR, "系统错误", "<p>请稍后再试。</p>");
    };
    world.lock().jis.tickets.insert(ticket.clone(), (persona, Utc::now()));
    let name = shape.ticket_param;
    match shape.way_back {
        WayBack::Query => to(&format!("{back}?{name}={ticket}")),
        WayBack::Twice => to(&format!("{back}?{name}={ticket}&{name}={ticket}")),
        WayBack::SecondMark => to(&format!("{back}?{name}={ticket}?{name}={ticket}")),
        WayBack::Ampersand => to(&format!("{back}&{name}={ticket}")),
        WayBack::Encoded => to(&format!("{back}%3F{name}%3D{ticket}")),
        WayBack::Post => post_page(&back, name, &ticket),
    }
}

/// A 303 to the place as it is written: portals of this family concatenate texts, they build no URLs.
pub(super) fn to(place: &str) -> Response<Body> {
    let (Ok(_), Ok(value)) = (Url::parse(place), HeaderValue::from_str(place)) else {
        return page(StatusCode::BAD_REQUEST, "请求无效", "<p>返回地址无效。</p>");
    };
    let mut response = send(StatusCode::SEE_OTHER, "text/plain", Body::empty());
    response.headers_mut().insert(header::LOCATION, value);
    response
}

/// A form that sends itself.
fn post_page(back: &str, name: &str, ticket: &str) -> Response<Body> {
    let (back, name, ticket) = (escape(back), escape(name), escape(ticket));
    let form = format!(
        "<form method=\"post\" action=\"{back}\"><input type=\"hidden\" name=\"{name}\" value=\"{ticket}\">\
         <button>返回应用</button></form><script>document.forms[0].submit()</script>"
    );
    page(StatusCode::OK, "登录成功", &form)
}
