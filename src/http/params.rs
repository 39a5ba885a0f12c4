//! A request's parameters: `query`, `operationName`, `variables`, from the URL or a JSON body.
//! Everything malformed is refused here with the status that names the fault; nothing is parsed as GraphQL yet.

use async_graphql::Variables;
use axum::body::{Body, Bytes};
use axum::extract::Query;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde::Deserialize;
use tokio::time::timeout;

use super::fault::Fault;
use super::front::Limits;

/// The parameters of one request.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Params {
    /// The document's text.
    pub query: String,
    /// The operation to execute, where the document has several.
    #[serde(default)]
    pub operation_name: Option<String>,
    /// The variables' values; null is the same as none.
    #[serde(default)]
    pub variables: Variables,
    /// Understood as an object and otherwise ignored.
    #[serde(default)]
    #[allow(dead_code, reason = "its type is checked, its content has no meaning here")]
    extensions: Option<serde_json::Map<String, serde_json::Value>>,
}

/// Reads the parameters of a GET or POST; other methods are refused with 405.
pub async fn read(limits: &Limits, parts: &Parts, body: Body) -> Result<Params, Fault> {
    match parts.method {
        Method::GET => from_url(parts),
        Method::POST => {
            check_content_type(&parts.headers)?;
            let body = read_body(limits, &parts.headers, body).await?;
            from_json(&body)
        }
        _ => Err(Fault::method_not_allowed("GET, POST", "GraphQL requests are sent with POST, queries also with GET.")),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UrlParams {
    query: Option<String>,
    operation_name: Option<String>,
    variables: Option<String>,
    extensions: Option<String>,
}

fn from_url(parts: &Parts) -> Result<Params, Fault> {
    let Query(url) =
        Query::<UrlParams>::try_from_uri(&parts.uri).map_err(|_| bad_request("The URL's parameters can't be read."))?;
    let query = url.query.ok_or_else(missing_query)?;
    Ok(Params {
        query,
        operation_name: url.operation_name.filter(|name| !name.is_empty()),
        variables: json_param("variables", url.variables)?,
        extensions: json_param("extensions", url.extensions)?,
    })
}

fn json_param<T: Default + for<'de> Deserialize<'de>>(name: &str, text: Option<String>) -> Result<T, Fault> {
    match text.filter(|text| !text.is_empty()) {
        None => Ok(T::default()),
        Some(text) => {
            serde_json::from_str(&text).map_err(|_| bad_request(&format!("\"{name}\" must be a JSON object.")))
        }
    }
}

fn check_content_type(headers: &HeaderMap) -> Result<(), Fault> {
    let text = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
    let mut parts = text.unwrap_or_default().split(';').map(str::trim);
    let is_json = parts.next().is_some_and(|media| media.eq_ignore_ascii_case("application/json"));
    let is_utf8 = parts.all(|parameter| match parameter.split_once('=') {
        Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
            let charset = value.trim().trim_matches('"');
            charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("utf8")
        }
        _ => true,
    });
    if is_json && is_utf8 {
        return Ok(());
    }
    Err(Fault::transport(StatusCode::UNSUPPORTED_MEDIA_TYPE, "POST bodies must be application/json in UTF-8."))
}

async fn read_body(limits: &Limits, headers: &HeaderMap, body: Body) -> Result<Bytes, Fault> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok());
    let announced: Option<u64> = announced.and_then(|length| length.parse().ok());
    if announced.is_some_and(|length| length > limits.body_bytes as u64) {
        return Err(too_large(limits));
    }
    let reading = Limited::new(body, limits.body_bytes).collect();
    match timeout(limits.body_time, reading).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large(limits)),
        Ok(Err(_)) => Err(bad_request("The body ended early.")),
        Err(_) => Err(Fault::transport(StatusCode::REQUEST_TIMEOUT, "The body took too long to arrive.")),
    }
}

fn from_json(body: &[u8]) -> Result<Params, Fault> {
    let json: serde_json::Value =
        serde_json::from_slice(body).map_err(|error| bad_request(&format!("The body is not JSON: {error}.")))?;
    match &json {
        serde_json::Value::Object(_) => {}
        serde_json::Value::Array(_) => {
            return Err(bad_request("Send one request at a time; there is no batching."));
        }
        _ => return Err(bad_request("The body must be a JSON object.")),
    }
    if json.get("query").is_none_or(serde_json::Value::is_null) {
        return Err(missing_query());
    }
    serde_json::from_value(json).map_err(|error| bad_request(&format!("A parameter has the wrong type: {error}.")))
}

/// Reads the parameters of a message's payload; none of its values is read as GraphQL yet.
///
/// # Errors
/// What has the wrong type, short enough for a close frame.
pub fn from_payload(payload: serde_json::Value) -> Result<Params, &'static str> {
    let is = |name: &str, fits: fn(&serde_json::Value) -> bool| {
        payload.get(name).is_none_or(|value| value.is_null() || fits(value))
    };
    match () {
        () if !payload.is_object() => Err("payload must be an object"),
        () if !payload.get("query").is_some_and(serde_json::Value::is_string) => Err("query must be a string"),
        () if !is("operationName", serde_json::Value::is_string) => Err("operationName must be a string"),
        () if !is("variables", serde_json::Value::is_object) => Err("variables must be an object"),
        () if !is("extensions", serde_json::Value::is_object) => Err("extensions must be an object"),
        () => serde_json::from_value(payload).map_err(|_| "payload can't be read"),
    }
}

fn too_large(limits: &Limits) -> Fault {
    Fault::transport(StatusCode::PAYLOAD_TOO_LARGE, format!("The body must be at most {} bytes.", limits.body_bytes))
}

fn missing_query() -> Fault {
    bad_request("The parameter \"query\" is missing.")
}

fn bad_request(message: &str) -> Fault {
    Fault::transport(StatusCode::BAD_REQUEST, message)
}
