//! The pages for browsers: the choice of personas, and the returns. `sign_in.rs` handles the choice.

use std::collections::HashMap;
use std::fmt::Write as _;

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use url::Url;

use super::answer::send;
use super::personas::Persona;
use super::signing::random_text;
use super::world::{Request, World};

pub(super) type Fields = HashMap<String, String>;

const STYLE: &str = "body{font:18px/1.6 sans-serif;max-width:32em;margin:0 auto;padding:1em;color:#1a1a1a}\
    h1{font-size:1.4em}button{display:block;width:100%;min-height:44px;margin:.5em 0;padding:.5em 1em;font:inherit;\
    text-align:left;background:#fff;border:2px solid #0b3d78;border-radius:4px}button:focus{outline:3px solid #f5a800}\
    small{color:#444}pre{font:inherit;white-space:pre-wrap;overflow-wrap:anywhere}\
    article{border-top:2px solid #0b3d78;margin-top:1em}h2{font-size:1.2em}";

/// The page on which the citizen chooses who to be, for a request that has been accepted.
pub(super) fn choose(world: &World, request: Request) -> Response<Body> {
    let Ok(handle) = random_text() else {
        return page(StatusCode::INTERNAL_SERVER_ERROR, "系统错误", "<p>请稍后再试。</p>");
    };
    let form = form(&handle, &world.lock().personas);
    world.lock().requests.insert(handle, request);
    page(StatusCode::OK, "模拟门户 · 用户登录", &form)
}

fn form(handle: &str, personas: &[Persona]) -> String {
    let mut html = format!(
        "<p>请选择登录人：</p><form method=\"post\" action=\"/simulator/sign-in\">\
         <input type=\"hidden\" name=\"request\" value=\"{handle}\">"
    );
    for Persona { id, name, note, .. } in personas {
        let (id, name, note) = (escape(id), escape(name), escape(note));
        // Writing to a String cannot fail.
        let _ = write!(html, "<button name=\"persona\" value=\"{id}\">{name} <small>{note}</small></button>");
    }
    html.push_str("<button name=\"cancel\" value=\"1\">取消登录</button></form>");
    html
}

/// Sends the browser on: 303 to the place, with parameters.
pub(super) fn back(place: &str, parameters: &[Option<(&str, &str)>]) -> Response<Body> {
    let Ok(mut url) = Url::parse(place) else {
        return page(StatusCode::BAD_REQUEST, "请求无效", "<p>返回地址无效。</p>");
    };
    url.query_pairs_mut().extend_pairs(parameters.iter().flatten());
    let mut response = send(StatusCode::SEE_OTHER, "text/plain", Body::empty());
    if let Ok(value) = HeaderValue::from_str(url.as_str()) {
        response.headers_mut().insert(header::LOCATION, value);
    }
    response
}

pub(super) fn page(status: StatusCode, title: &str, content: &str) -> Response<Body> {
    let html = format!(
        "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><style>{STYLE}</style></head>\
         <body><main><h1>{title}</h1>{content}</main></body></html>"
    );
    send(status, "text/html; charset=utf-8", html.into())
}

pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
