//! What a client says: text to message, or what is wrong with it, short enough for a close frame.

use serde_json::{Map, Value};

use crate::http::auth;
use crate::http::params::{self, Params};

/// Bytes of a subscription's id.
const MAX_ID: usize = 256;

/// A message of a client.
#[derive(Debug)]
pub enum Message {
    /// Who the client is.
    Init {
        /// The token behind `Authorization: Bearer`; none when there is none or another scheme.
        token: Option<Box<str>>,
    },
    /// Asks for a pong with the same payload.
    Ping(Option<Map<String, Value>>),
    /// An answer to a ping, or a sign of life.
    Pong,
    /// Begins a subscription.
    Subscribe {
        /// The client's name for it.
        id: Box<str>,
        /// What is asked for.
        params: Params,
    },
    /// Ends a subscription.
    Complete {
        /// The client's name for it.
        id: Box<str>,
    },
}

/// Reads a message.
///
/// # Errors
/// What the protocol doesn't allow in it.
pub fn parse(text: &str) -> Result<Message, &'static str> {
    let value = serde_json::from_str(text).map_err(|_| "The message is not JSON")?;
    let Value::Object(mut fields) = value else { return Err("The message must be an object") };
    let kind = fields.remove("type");
    match kind.as_ref().and_then(Value::as_str).ok_or("type must be a string")? {
        "connection_init" => Ok(Message::Init { token: token(object(&mut fields)?) }),
        "ping" => object(&mut fields).map(Message::Ping),
        "pong" => object(&mut fields).map(|_| Message::Pong),
        "subscribe" => {
            let id = id(&mut fields)?;
            let params = params::from_payload(fields.remove("payload").unwrap_or_default())?;
            Ok(Message::Subscribe { id, params })
        }
        "complete" => id(&mut fields).map(|id| Message::Complete { id }),
        "connection_ack" | "next" | "error" => Err("Only servers send messages of this type"),
        _ => Err("Unknown type of message"),
    }
}

fn object(fields: &mut Map<String, Value>) -> Result<Option<Map<String, Value>>, &'static str> {
    match fields.remove("payload") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(payload)) => Ok(Some(payload)),
        Some(_) => Err("payload must be an object"),
    }
}

fn id(fields: &mut Map<String, Value>) -> Result<Box<str>, &'static str> {
    match fields.remove("id") {
        Some(Value::String(id)) if id.is_empty() => Err("id must not be empty"),
        Some(Value::String(id)) if id.len() > MAX_ID => Err("id is too long"),
        Some(Value::String(id)) => Ok(id.into_boxed_str()),
        _ => Err("id must be a string"),
    }
}

/// The key is compared without regard to case, as a header's name would be.
fn token(payload: Option<Map<String, Value>>) -> Option<Box<str>> {
    let payload = payload?;
    let (_, value) = payload.iter().find(|(key, _)| key.eq_ignore_ascii_case("authorization"))?;
    value.as_str().and_then(auth::bearer).map(Into::into)
}

#[cfg(test)]
mod tests;
