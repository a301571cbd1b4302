mod absorb_deficit;
mod cut_position;
pub mod leg;
mod liquidate_position;
mod sizes;
mod sweep_insurance;

pub use absorb_deficit::*;
pub use cut_position::*;
pub use liquidate_position::*;
pub use sweep_insurance::*;
