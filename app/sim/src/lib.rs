//! Price tapes, the record of a replay, and the summary and report made from it.

pub mod tape;
