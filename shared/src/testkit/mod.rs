//! For tests of all crates: the real router of a function over an AWS of its own, with a clock that stands still, seeded
//! randomness, and answers that are held against the contract's document. Behind the feature `testkit`.

mod app;
pub mod authenticator;
mod fixed_clock;
pub mod race;
mod request;
mod seeded_entropy;

pub use app::TestApp;
pub use authenticator::Authenticator;
pub use fixed_clock::FixedClock;
pub use request::{Answer, TestRequest};
pub use seeded_entropy::SeededEntropy;
