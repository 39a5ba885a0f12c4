//! What happens by itself when something happened: what starts a workflow, when it matches, and what it then does (semantics §12).
//!
//! A function of the workflow, the entry and the conversation as it now is. Nothing here loads, writes or acts.

pub mod act;
pub mod condition;
pub mod judge;
pub mod outcome;
pub mod place;
pub mod trigger;

pub use self::condition::Condition;
pub use self::judge::{Judged, Verdict, Verdicts, judge};
pub use self::outcome::Outcome;
pub use self::trigger::starts;
