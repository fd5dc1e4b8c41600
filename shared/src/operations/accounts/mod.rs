//! Accounts, which are the organizations of the accounts contract, and their users.

pub mod accept_registration_link;
pub mod account_user;
pub mod administer_account;
pub mod check_account_invitation;
pub mod check_registration_link;
pub mod create_account;
pub mod create_account_user;
pub mod create_account_users;
pub mod create_registration_link;
pub mod delete_account_user;
pub mod remind_users;
pub mod set_account_user_roles;
pub mod show_account;
pub mod show_bulk_upload;
mod spread_status;
pub mod update_account;
pub mod update_account_user;

pub use accept_registration_link::{AcceptRegistrationLink, AcceptRegistrationLinkError, Registered};
pub use account_user::{AccountUser, AccountUserError};
pub use check_account_invitation::{AccountInvitationOffer, CheckAccountInvitationError};
pub use check_registration_link::CheckRegistrationLinkError;
pub use create_account::{AdministratorRole, CreateAccount, CreateAccountError, FirstAdministrator};
pub use create_account_user::{CreateAccountUserError, NewAccountUser};
pub use create_account_users::{CreateAccountUsers, CreateAccountUsersError, Repetition, RequestedRow};
pub use create_registration_link::{CreateRegistrationLink, CreateRegistrationLinkError, CreatedLink};
pub use delete_account_user::{DeleteAccountUser, RoleTaken};
pub use remind_users::{RemindUserError, Reminded, Reminder};
pub use set_account_user_roles::SetAccountUserRoles;
pub use show_account::{Account, ShowAccountError};
pub use show_bulk_upload::ShowBulkUploadError;
pub use update_account::{UpdateAccount, UpdateAccountError};
pub use update_account_user::{RoleOperation, RoleUpdate, UpdateAccountUser};
