//! From query text to a document that may be executed: scan, parse, guard, validate, in this order, once per text.
//! It never executes anything; what depends on variables is judged per request by its callers.

use std::sync::Arc;

use async_graphql::parser::types::{ExecutableDocument, OperationDefinition};
use async_graphql::parser::{Error as ParseError, parse_query};
use async_graphql::{Request, ServerError, Variables};

use super::document::Document;
use super::front::Front;
use super::guard::{self, Refusal};
use super::{codes, mend, positions};

/// Errors answered for one document at most; the first ones say what is wrong.
const MAX_ERRORS: usize = 20;
/// No document has an operation of this name: it isn't a GraphQL name.
const NO_OPERATION: &str = "-";

/// The document of this text, ready to be priced and executed; from the cache when it was seen before.
pub async fn document(front: &Front, text: &str) -> Result<Arc<Document>, Vec<ServerError>> {
    if let Some(document) = front.documents().get(text) {
        return Ok(document);
    }
    let refuse = |refusal| vec![refused(front, refusal)];
    guard::scan(text).map_err(refuse)?;
    let ast = parse_query(text).map_err(|error| vec![syntax_error(&error)])?;
    guard::check_shape(&ast).map_err(refuse)?;
    let inlined = validate(front, text, &ast).await?;
    let marked = mend::may_answer_nothing(&ast);
    let document = Arc::new(Document { ast, inlined, marked });
    front.documents().insert(text, Arc::clone(&document));
    Ok(document)
}

/// Judges what depends on the variables and prices the operation. Answers its cost in points.
pub fn price(
    front: &Front,
    document: &Document,
    operation: &OperationDefinition,
    variables: &Variables,
) -> Result<u64, ServerError> {
    let refuse = |refusal| refused(front, refusal);
    guard::check_variable_weight(&document.ast, operation, variables).map_err(refuse)?;
    let cost = guard::cost(front.index(), &document.ast, operation, variables).map_err(refuse)?;
    mend::check_required(operation, variables)?;
    Ok(cost)
}

fn refused(front: &Front, refusal: Refusal) -> ServerError {
    front.metrics().refused(refusal.limit);
    refusal.into_error()
}

/// Validates as the library does, except that its rule on variable positions is replaced by ours: it refuses
/// `$a: [T!]!` for `[T!]` and `$b: T` for `T! = default`, which the specification allows.
async fn validate(front: &Front, text: &str, ast: &ExecutableDocument) -> Result<positions::Inlined, Vec<ServerError>> {
    let positions = positions::check(front.index(), ast);
    let mut request = Request::new(text).operation_name(NO_OPERATION);
    request.set_parsed_query(ast.clone());
    // The library validates first and only then looks for the operation, so this never executes.
    let response = front.served().validate(request).await;
    let unknown = format!("Unknown operation named \"{NO_OPERATION}\"");
    let mut errors: Vec<ServerError> = response
        .errors
        .into_iter()
        .filter(|error| error.message != unknown && !positions::is_the_librarys(&error.message))
        .chain(positions.errors)
        .map(|error| codes::with_code(error, codes::VALIDATION_FAILED))
        .collect();
    if errors.is_empty() {
        return Ok(positions.inlined);
    }
    errors.truncate(MAX_ERRORS);
    Err(errors)
}

/// The parser's message quotes the whole line; only its last part says what was expected.
fn syntax_error(error: &ParseError) -> ServerError {
    let words = error.to_string();
    let expected = words.rsplit("\n").find_map(|line| line.trim().strip_prefix("= "));
    let message = match expected {
        Some(expected) => format!("Syntax error: {expected}."),
        None => format!("Syntax error: {words}"),
    };
    let mut server_error = codes::error(codes::PARSE_FAILED, message);
    server_error.locations = error.positions().collect();
    server_error
}
