//! The evaluation of policy rules in this process, and the policy server that gets the same rules. This is the only
//! module that names types of `regorus`.

mod engine;
mod opa;

pub use engine::{CompiledPolicies, PolicyError, PolicyProgram};
pub use opa::{InvalidOpaUrl, Opa, OpaError};
