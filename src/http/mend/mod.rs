//! What the front mends of async-graphql 7.2.1, on a copy before execution and on the answer after it.
//! Before: omitted variables, variables' defaults under `@skip` and `@include`, variables its validator refuses wrongly.
//! After: failed fields without a key, errors below a `!`, objects none of whose fields is selected in the end, fields in the order they were answered.

mod copy;
mod nulls;
mod order;
mod reach;
mod skipped;
mod variables;

pub use copy::{Call, executable, operations};
pub use nulls::mend_nulls;
pub use order::Order;
pub use reach::cut_out;
pub use skipped::{may_answer_nothing, strip_markers};
pub use variables::check_required;
