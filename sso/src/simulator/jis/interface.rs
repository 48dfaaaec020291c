//! The endpoints for servers: exchange a ticket for a token, a token for a person.

mod accept;

use aes::Aes128;
use axum::body::Body;
use axum::http::Response;
use chrono::{TimeDelta, Utc};
use ecb::Encryptor;
use ecb::cipher::block_padding::Pkcs7;
use ecb::cipher::{BlockModeEncrypt, KeyInit};
use encoding_rs::GB18030;
use serde_json::{Value, json};

use super::shape::{Packing, Shape};
use crate::config::Charset;
use crate::simulator::answer::Writing;
use crate::simulator::fault::{Endpoint, Fault, merge};
use crate::simulator::pages::Fields;
use crate::simulator::personas::{Persona, Telling};
use crate::simulator::signing::random_text;
use crate::simulator::world::World;
use accept::accept;

/// The lifetime of a ticket.
const TICKET_LIFE: TimeDelta = TimeDelta::minutes(5);

/// A key that no gateway has.
const FOREIGN_KEY: &[u8; 16] = b"nobody's key 016";

/// Answers a request to the interface.
pub(super) async fn answer(world: &World, shape: &Shape, form: &Fields) -> Response<Body> {
    let get = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let endpoint = if get("servicename") == "ticketValidate" { Endpoint::Ticket } else { Endpoint::Person };
    let accepted = accept(world, shape, form);
    let params: Value = serde_json::from_str(get("params")).unwrap_or_default();
    let shown = |key: &str| params.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    // Showing a ticket uses it up, also in a request that is refused.
    let found = match get("servicename") {
        "ticketValidate" => {
            world.lock().jis.tickets.remove(&shown("ticket")).filter(|(_, made)| Utc::now() - *made < TICKET_LIFE)
        }
        "findOutsideUserByToken" => {
            world.lock().jis.tokens.get(&shown("token")).cloned().map(|persona| (persona, Utc::now()))
        }
        _ => None,
    };
    let persona = found.map(|(persona, _)| persona);
    let fault = world.arrive(endpoint, persona.as_ref().map(|persona| persona.subject.as_str()));
    let envelope = match (accepted, persona) {
        (Err(code), _) => refusal(code),
        (Ok(()), None) => refusal(Shape::BAD_TICKET),
        (Ok(()), Some(persona)) => world.told(shape, endpoint, persona, fault.as_ref()),
    };
    let charset = if shape.gbk { Charset::Gbk } else { Charset::Utf8 };
    world.answer_in(Writing { charset, ..Writing::default() }, fault, envelope).await
}

fn refusal(code: &str) -> Value {
    json!({ "retcode": code, "msg": "请求被拒绝", "data": "" })
}

impl World {
    /// The packed token or person.
    fn told(&self, shape: &Shape, endpoint: Endpoint, persona: Persona, fault: Option<&Fault>) -> Value {
        let mut data = if endpoint == Endpoint::Ticket {
            let Ok(token) = random_text() else { return refusal(Shape::BUSY) };
            self.lock().jis.tokens.insert(token.clone(), persona);
            json!({ "token": token })
        } else {
            Value::Object(persona.told(&Telling { subject: "uuid", name: "name", ..Telling::default() }))
        };
        if let Some(Fault::PatchData(_, patch)) = fault {
            merge(&mut data, patch);
        }
        let key = match fault {
            Some(Fault::ForeignKey(_)) => FOREIGN_KEY,
            _ => shape.key(&self.config.client_secret),
        };
        let data = match (shape.packing, endpoint) {
            (Packing::Object, _) => data,
            (Packing::Text, _) | (Packing::PersonSealed, Endpoint::Ticket) => Value::from(data.to_string()),
            (Packing::PersonSealed | Packing::Sealed, _) => Value::from(seal(&data.to_string(), key, shape.gbk)),
        };
        json!({ "retcode": Shape::SUCCESS, "msg": "操作成功", "data": data })
    }
}

fn seal(text: &str, key: &[u8], gbk: bool) -> String {
    let plain = if gbk { GB18030.encode(text).0.into_owned() } else { text.as_bytes().to_vec() };
    let mut padded = vec![0; plain.len() + 16];
    let sealed = Encryptor::<Aes128>::new_from_slice(key).ok();
    let sealed = sealed.and_then(|cipher| cipher.encrypt_padded_b2b::<Pkcs7>(&plain, &mut padded).ok());
    sealed.map(hex::encode).unwrap_or_default()
}
