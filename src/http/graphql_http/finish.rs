//! From what the library answered to what the client gets: request errors apart, nulls mended, fields in order, every error with a code.

use async_graphql::parser::types::OperationDefinition;
use async_graphql::{Response, ServerError, Value};

use crate::http::access::RequestId;
use crate::http::document::Document;
use crate::http::fault::{Fault, status_of};
use crate::http::front::Front;
use crate::http::{codes, mend};

/// Finishes an answer. Errors without a path come from before the execution: those are the request's.
pub fn finish(
    front: &Front,
    id: &RequestId,
    document: &Document,
    operation: &OperationDefinition,
    order: &mend::Order,
    mut response: Response,
) -> Result<Response, Fault> {
    let refused = !response.errors.is_empty()
        && response.data == Value::Null
        && response.errors.iter().all(|error| error.path.is_empty());
    for error in &mut response.errors {
        give_code(error, id, refused);
    }
    if refused {
        return Err(refusal(response.errors));
    }
    mend::mend_nulls(front.index(), &document.ast.fragments, operation, &mut response);
    if document.marked {
        mend::strip_markers(&mut response.data);
    }
    order.restore(&mut response.data);
    Ok(response)
}

fn refusal(errors: Vec<ServerError>) -> Fault {
    let status = errors.iter().find_map(status_of);
    let mut fault = Fault::request(errors);
    if let Some(status) = status {
        fault.status = status;
        fault.well_formed = false;
    }
    fault
}

/// Errors of our own have a code. Of the library's, those from an error value are faults of the server and hide what
/// they say; the others speak of arguments.
pub fn give_code(error: &mut ServerError, id: &RequestId, refused: bool) {
    if codes::code_of(error).is_none() {
        let leaked = error.source.is_some() && !refused;
        if leaked {
            tracing::error!(message = %error.message, path = ?error.path, "an error without a code");
        }
        let code = if leaked { codes::INTERNAL } else { codes::BAD_REQUEST };
        *error = codes::with_code(error.clone(), code);
    }
    if codes::code_of(error) == Some(codes::INTERNAL) {
        hide(error, id);
    }
}

/// What a client sees of a fault of the server.
pub fn hide(error: &mut ServerError, id: &RequestId) {
    error.message = "internal error".to_owned();
    if let Some(extensions) = &mut error.extensions {
        extensions.set("requestId", id.0.as_str());
    }
}
