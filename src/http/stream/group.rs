//! Subscriptions that read the same of everything: the same operation with the same variables, for viewers who see the same.
//!
//! What one of them is sent is what all of them are sent, so it is executed once. An operation that selects what is the viewer's own
//! has a group for each viewer.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use async_graphql::parser::types::{ExecutableDocument, OperationDefinition, Selection, SelectionSet};
use async_graphql::{Request, Variables};
use sha2::{Digest as _, Sha256};

use crate::domain::permission::{AccessClass, Principal, Viewer};
use crate::http::document::Document;
use crate::http::mend::Order;

/// The fields whose value is the viewer's own.
const PERSONAL: &[&str] = &["viewerFollow", "viewerUnread", "notificationReceived"];

/// What a subscription executes for each delivery, whoever it is for.
pub struct Plan {
    /// The document as the client wrote it.
    pub document: Arc<Document>,
    /// The operation's name, if it was named.
    pub name: Option<String>,
    /// The query's text.
    pub text: String,
    /// The mended copy that is executed.
    pub executable: ExecutableDocument,
    /// The variables that matter to what is delivered.
    pub variables: Variables,
    /// The order of what is delivered.
    pub order: Order,
}

impl Plan {
    /// The operation in the document as the client wrote it.
    pub fn operation(&self) -> Option<&OperationDefinition> {
        self.document.operation(self.name.as_deref()).ok().map(|(_, operation)| operation)
    }

    /// A request for one execution.
    pub fn request(&self) -> Request {
        let mut request = Request::new(self.text.as_str()).variables(self.variables.clone());
        request.operation_name.clone_from(&self.name);
        request.set_parsed_query(self.executable.clone());
        request
    }

    fn digest(&self) -> [u8; 32] {
        let variables = serde_json::to_string(&self.variables).unwrap_or_default();
        let mut hash = Sha256::new();
        for part in [self.text.as_str(), self.name.as_deref().unwrap_or_default(), &variables] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        hash.finalize().into()
    }

    fn is_personal(&self) -> bool {
        let operations = self.executable.operations.iter().map(|(_, operation)| &operation.node.selection_set.node);
        let fragments = self.executable.fragments.values().map(|fragment| &fragment.node.selection_set.node);
        operations.chain(fragments).any(names_a_personal_field)
    }
}

fn names_a_personal_field(set: &SelectionSet) -> bool {
    set.items.iter().any(|selection| match &selection.node {
        Selection::Field(field) => {
            PERSONAL.contains(&field.node.name.node.as_str()) || names_a_personal_field(&field.node.selection_set.node)
        }
        Selection::InlineFragment(fragment) => names_a_personal_field(&fragment.node.selection_set.node),
        // Its definition is looked at by itself.
        Selection::FragmentSpread(_) => false,
    })
}

/// A group; whoever is in it holds it.
pub struct Group {
    /// Unique as long as the server runs.
    pub id: u64,
    /// What is executed.
    pub plan: Arc<Plan>,
    /// For whom: one of those who see the same, or the one viewer.
    pub viewer: Arc<Viewer>,
    /// What they see.
    pub class: AccessClass,
}

#[derive(PartialEq, Eq, Hash)]
struct Key {
    /// SHA-256 of the text, the operation's name and the variables: keys outlive their groups for a while.
    call: [u8; 32],
    class: AccessClass,
    own: Option<Principal>,
}

/// The groups that somebody is in.
#[derive(Default)]
pub struct Groups {
    kept: Mutex<HashMap<Key, Weak<Group>>>,
    last: AtomicU64,
}

impl Groups {
    /// The group of those who execute this and see what this viewer sees.
    pub fn join(&self, plan: &Arc<Plan>, viewer: &Arc<Viewer>) -> Arc<Group> {
        let class = viewer.class();
        let key =
            Key { call: plan.digest(), class: class.clone(), own: plan.is_personal().then_some(viewer.principal) };
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(group) = kept.get(&key).and_then(Weak::upgrade) {
            return group;
        }
        // Each time the room would have to grow, those that nobody is in any more make room.
        if kept.len() == kept.capacity() {
            kept.retain(|_, group| group.strong_count() > 0);
        }
        let id = self.last.fetch_add(1, Ordering::Relaxed);
        let group = Arc::new(Group { id, plan: Arc::clone(plan), viewer: Arc::clone(viewer), class });
        kept.insert(key, Arc::downgrade(&group));
        group
    }
}
