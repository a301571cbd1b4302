//! Price tapes, the record of a replay, and the summary and report made from it.

pub mod progress;
pub mod record;
pub mod replay;
pub mod report;
pub mod study;
pub mod table;
pub mod tape;
pub mod text;
