//! Price tapes, the record of a replay, and the summary and report made from it.

pub mod record;
pub mod report;
pub mod table;
pub mod tape;
pub mod text;
