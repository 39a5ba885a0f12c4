//! What happens by itself when something happened: what starts a workflow, when it matches, and what it then does (semantics §12).
//!
//! A function of the workflow, the entry and the conversation as it now is. Nothing here loads, writes or acts.

pub mod act;
pub mod attribute;
pub mod condition;
pub mod email;
pub mod judge;
pub mod named;
mod number;
pub mod outcome;
mod pattern;
pub mod place;
pub mod room;
pub mod tags;
pub mod text;
pub mod trigger;
pub mod values;

pub use self::condition::Condition;
pub use self::judge::{Judged, Verdict, Verdicts, judge, matches};
pub use self::outcome::Outcome;
pub use self::text::Text;
pub use self::trigger::starts;
