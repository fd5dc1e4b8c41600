//! Policy rules: administration, synchronization, and evaluation.

pub mod check_policy_health;
pub mod create_policy;
pub mod delete_policy;
pub mod evaluate_policies;
pub mod list_policies;
pub mod policy_keeper;
pub mod sync_policies;
pub mod update_policy;

pub use check_policy_health::PolicyHealth;
pub use evaluate_policies::{Denial, PolicyDecision};
pub use policy_keeper::PolicyKeeper;
pub use sync_policies::{SyncPoliciesError, SyncedPolicies};
pub use update_policy::UpdatePolicy;
