//! Short sessions through the compiled program: what a replay does with prices, gaps and refusals.

mod crash;
mod depeg;
mod gaps;
mod refusals;
mod tapes;
mod volatility;
