//! Accounts, which are the organizations of the accounts contract, and their users.

pub mod administer_account;
