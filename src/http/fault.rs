//! A request that is not executed: its status, its errors, the headers that say what to do about it.

use async_graphql::ServerError;
use axum::http::StatusCode;

use super::codes;

/// Why a request is not executed. Its answer has no `data`.
#[derive(Debug)]
pub struct Fault {
    /// The status, where the media type doesn't ask for another.
    pub status: StatusCode,
    /// Whether the request was well-formed and only its GraphQL is wrong; `application/json` answers that with 200.
    pub well_formed: bool,
    /// At least one.
    pub errors: Vec<ServerError>,
    /// Seconds after which trying again may help.
    pub retry_after: Option<u64>,
    /// The methods that would be allowed.
    pub allow: Option<&'static str>,
}

impl Fault {
    /// The request's GraphQL is wrong.
    pub fn request(errors: Vec<ServerError>) -> Self {
        let mut fault = Self::new(StatusCode::BAD_REQUEST, errors);
        fault.well_formed = true;
        fault
    }

    /// The request itself is wrong, in the way the status says.
    pub fn transport(status: StatusCode, message: impl Into<String>) -> Self {
        Self::new(status, vec![codes::error(codes::BAD_REQUEST, message)])
    }

    /// The status that fits the error's code.
    pub fn from_error(error: ServerError) -> Self {
        let status = status_of(&error).unwrap_or(StatusCode::BAD_REQUEST);
        Self::new(status, vec![error])
    }

    /// No media type the client accepts.
    pub fn not_acceptable() -> Self {
        Self::transport(StatusCode::NOT_ACCEPTABLE, "Accept application/graphql-response+json or application/json.")
    }

    /// A method that can't carry this.
    pub fn method_not_allowed(allow: &'static str, message: &str) -> Self {
        let mut fault = Self::transport(StatusCode::METHOD_NOT_ALLOWED, message);
        fault.allow = Some(allow);
        fault
    }

    /// Too many requests in flight.
    pub fn overloaded() -> Self {
        let error = codes::error(codes::OVERLOADED, "The server is busy; try again soon.");
        let mut fault = Self::from_error(error);
        fault.retry_after = Some(1);
        fault
    }

    /// The token's budget is spent for `seconds`.
    pub fn rate_limited(seconds: u64) -> Self {
        let message = format!("The token's budget of cost points is spent; try again in {seconds} s.");
        let mut fault = Self::from_error(codes::error(codes::RATE_LIMITED, message));
        fault.retry_after = Some(seconds);
        fault
    }

    /// A fault of the server; the log says more.
    pub fn internal() -> Self {
        Self::from_error(codes::error(codes::INTERNAL, "internal error"))
    }

    fn new(status: StatusCode, errors: Vec<ServerError>) -> Self {
        Self { status, well_formed: false, errors, retry_after: None, allow: None }
    }
}

/// The status of an answer without data whose error has this code; none for codes that speak of GraphQL alone.
pub fn status_of(error: &ServerError) -> Option<StatusCode> {
    match codes::code_of(error)? {
        codes::UNAUTHENTICATED => Some(StatusCode::UNAUTHORIZED),
        "FORBIDDEN" => Some(StatusCode::FORBIDDEN),
        codes::RATE_LIMITED => Some(StatusCode::TOO_MANY_REQUESTS),
        codes::OVERLOADED | codes::SHUTTING_DOWN => Some(StatusCode::SERVICE_UNAVAILABLE),
        codes::INTERNAL => Some(StatusCode::INTERNAL_SERVER_ERROR),
        _ => None,
    }
}
