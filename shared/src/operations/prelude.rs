//! What nearly every operation uses. It names the files that define it, and nothing that imports an operation.

pub(in crate::operations) use super::core::Core;
pub(in crate::operations) use super::interruption::Interruption;
pub(in crate::operations) use super::refusal::refusals;
pub(in crate::operations) use super::sessions::authenticate::Caller;
