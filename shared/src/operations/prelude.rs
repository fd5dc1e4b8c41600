//! The names that nearly every operation uses. It imports from the files that define them, and from none that imports
//! an operation.

pub(in crate::operations) use super::core::Core;
pub(in crate::operations) use super::interruption::Interruption;
pub(in crate::operations) use super::refusal::refusals;
pub(in crate::operations) use super::sessions::authenticate::Caller;
