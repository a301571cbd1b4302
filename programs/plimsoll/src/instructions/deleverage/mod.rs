mod backing;
mod close_deleveraging;
mod deleverage_position;
mod open_deleveraging;
mod register_winner;

pub use close_deleveraging::*;
pub use deleverage_position::*;
pub use open_deleveraging::*;
pub use register_winner::*;
