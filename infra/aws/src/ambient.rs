//! The clock and the randomness of this crate, each read in one place.
//!
//! A remote service has its own clock, so neither is injected here, as they are in `shared`.

use jiff::Timestamp;
use uuid::{Builder, Uuid};

#[expect(
    clippy::disallowed_methods,
    reason = "AWS reads its own clock, not that of its callers"
)]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

#[expect(
    clippy::disallowed_methods,
    reason = "AWS draws its own randomness, not that of its callers"
)]
pub(crate) fn fill(bytes: &mut [u8]) {
    getrandom::fill(bytes).expect("the operating system has random bytes to give");
}

pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    fill(&mut bytes);
    bytes
}

pub(crate) fn random_uuid() -> Uuid {
    Builder::from_random_bytes(random()).into_uuid()
}
