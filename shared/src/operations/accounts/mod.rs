//! Accounts, which are the organizations of the accounts contract, and their users.

#[allow(dead_code, reason = "the operations on accounts and their users follow")]
pub mod administer_account;
