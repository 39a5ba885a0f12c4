//! A parsed, guarded and validated document, and the cache of those that were seen before.
//! Only documents that passed everything independent of variables enter the cache, and nobody edits one afterwards.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use async_graphql::parser::types::{ExecutableDocument, OperationDefinition};
use async_graphql::{Name, ServerError};

use super::codes;

/// Documents kept at most.
const MAX_DOCUMENTS: usize = 256;
/// Bytes of query text kept at most; a parsed document takes about thirty times its text.
const MAX_TEXT: usize = 512 * 1024;
/// Longer documents are parsed each time.
const MAX_DOCUMENT: usize = 32 * 1024;

/// A document that passed the guard's limits on its shape and the validator.
pub struct Document {
    /// What the parser made of the text.
    pub ast: ExecutableDocument,
    /// Variables, by operation, that the validator would refuse although the specification allows their use; they are
    /// replaced by their value on the copy that is executed.
    pub inlined: HashSet<(Option<Name>, Name)>,
    /// Whether an object may be asked for none of its fields: by `@skip` and `@include`, or by fragments for other types.
    pub marked: bool,
}

impl Document {
    /// The operation to execute: the named one, or the only one. Anything else is `BAD_REQUEST`.
    pub fn operation(&self, name: Option<&str>) -> Result<(Option<&Name>, &OperationDefinition), ServerError> {
        let mut operations = self.ast.operations.iter();
        let found = match name {
            Some(name) => operations.find(|(n, _)| n.is_some_and(|n| n.as_str() == name)),
            None => operations.next().filter(|_| operations.next().is_none()),
        };
        match (found, name) {
            (Some((name, operation)), _) => Ok((name, &operation.node)),
            (None, Some(name)) => {
                Err(codes::error(codes::BAD_REQUEST, format!("The document has no operation named \"{name}\".")))
            }
            (None, None) => Err(codes::error(
                codes::BAD_REQUEST,
                "The document has several operations; \"operationName\" says which one to execute.",
            )),
        }
    }
}

/// Documents by their text, bounded in number and size; the least recently used go first.
#[derive(Default)]
pub struct DocumentCache {
    kept: RwLock<Kept>,
    tick: AtomicU64,
}

#[derive(Default)]
struct Kept {
    documents: HashMap<Box<str>, Entry>,
    text: usize,
}

struct Entry {
    document: Arc<Document>,
    used: AtomicU64,
}

impl DocumentCache {
    /// The document of this text, if it is kept.
    pub fn get(&self, text: &str) -> Option<Arc<Document>> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        let entry = kept.documents.get(text)?;
        entry.used.store(self.next_tick(), Ordering::Relaxed);
        Some(Arc::clone(&entry.document))
    }

    /// Keeps the document unless its text is very long.
    pub fn insert(&self, text: &str, document: Arc<Document>) {
        if text.len() > MAX_DOCUMENT {
            return;
        }
        let entry = Entry { document, used: AtomicU64::new(self.next_tick()) };
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        if kept.documents.insert(text.into(), entry).is_none() {
            kept.text += text.len();
        }
        if kept.documents.len() > MAX_DOCUMENTS || kept.text > MAX_TEXT {
            kept.drop_oldest();
        }
    }

    fn next_tick(&self) -> u64 {
        self.tick.fetch_add(1, Ordering::Relaxed)
    }
}

impl Kept {
    /// Drops the older half, so that a full cache isn't sorted on every insert.
    fn drop_oldest(&mut self) {
        let mut ticks: Vec<u64> = self.documents.values().map(Entry::last_used).collect();
        ticks.sort_unstable();
        let Some(&middle) = ticks.get(ticks.len() / 2) else {
            return;
        };
        self.documents.retain(|_, entry| entry.last_used() >= middle);
        self.text = self.documents.keys().map(|text| text.len()).sum();
    }
}

impl Entry {
    fn last_used(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    fn document(text: &str) -> Arc<Document> {
        Arc::new(Document { ast: parse_query(text).unwrap(), inlined: HashSet::new(), marked: false })
    }

    #[test]
    fn the_cache_is_bounded_and_keeps_what_is_used() {
        let cache = DocumentCache::default();
        cache.insert("{ a }", document("{ a }"));
        for n in 0..2_000 {
            assert!(cache.get("{ a }").is_some(), "used, so kept");
            let text = format!("{{ a{n} }}");
            cache.insert(&text, document(&text));
        }
        let kept = cache.kept.read().unwrap();
        assert!(kept.documents.len() <= MAX_DOCUMENTS);
        assert_eq!(kept.text, kept.documents.keys().map(|t| t.len()).sum::<usize>());
    }

    #[test]
    fn long_documents_are_not_kept() {
        let cache = DocumentCache::default();
        let text = format!("{{ a }} #{}", " ".repeat(MAX_DOCUMENT));
        cache.insert(&text, document(&text));
        assert!(cache.get(&text).is_none());
    }

    #[test]
    fn an_operation_is_found_by_name_or_alone() {
        let two = document("query A { a } mutation B { b }");
        assert!(two.operation(Some("B")).is_ok());
        assert!(two.operation(None).is_err());
        assert!(two.operation(Some("C")).is_err());
        let one = document("query A { a }");
        assert!(one.operation(None).is_ok());
        assert!(document("{ a }").operation(Some("A")).is_err());
    }
}
