//! Accounts, which are the organizations of the accounts contract, and their users.

pub mod administer_account;
pub mod create_account;
pub mod show_account;
mod spread_status;
pub mod update_account;

pub use create_account::{AdministratorRole, CreateAccount, CreateAccountError, FirstAdministrator};
pub use show_account::{Account, ShowAccountError};
pub use update_account::{UpdateAccount, UpdateAccountError};
