//! What the service does, one verb per file. Every operation has the same beats: load, authorise, decide (in `domain`), commit
//! once. Mail is part of the commit: it waits in the outbox.
//!
//! An operation knows no contract, no HTTP and no item key. Its error says what happened in facts; what a client is told of
//! it is for `contract` to say.

mod accept_invitation;
mod authenticate;
mod change_email;
mod change_organization;
mod change_password;
mod change_user;
mod check_health;
mod check_invitation;
mod check_username;
mod confirm_subscription;
mod create_admin;
mod create_organization;
mod delete_user;
mod deliver_mail;
mod grant_admin;
mod invite_member;
mod issue_tokens;
mod lift_suppression;
mod limit_rate;
mod list_sessions;
mod pass_second_factor;
mod publish_keys;
mod record_mail_event;
mod refresh_session;
mod request_password_reset;
mod reset_password;
mod revoke_sessions;
mod send_verification_email;
mod show_keys;
mod show_suppression;
mod sign_in;
mod sign_out;
mod sign_up;
mod update_user;
mod verify_email;

pub mod core;
pub mod interruption;

pub use self::core::{Core, Settings};
pub use accept_invitation::{AcceptInvitation, AcceptInvitationError};
pub use authenticate::{Caller, Credential};
pub use change_email::{ChangeEmail, ChangeEmailError, ConfirmEmailChangeError};
pub use change_organization::{ChangeOrganizationError, ChangedOrganization};
pub use change_password::{ChangePassword, ChangePasswordError, ChangedPassword};
pub use check_invitation::CheckInvitationError;
pub use confirm_subscription::ConfirmSubscriptionError;
pub use create_admin::{CreateAdmin, CreateAdminError};
pub use create_organization::{CreateOrganization, CreateOrganizationError};
pub use delete_user::{DeleteUser, DeleteUserError, Deletion};
pub use deliver_mail::DeliverMailError;
pub use grant_admin::{GrantAdminError, GrantedAdmin};
pub use interruption::Interruption;
pub use invite_member::{InviteMember, InviteMemberError};
pub use issue_tokens::{Challenge, Client, Issue, OpenedSession, SignedIn};
pub use lift_suppression::{AccountList, Administrator, LiftSuppressionError, Lifted};
pub use pass_second_factor::{ActivatedSession, PendingSignIn};
pub use refresh_session::{RefreshError, Refreshed};
pub use request_password_reset::RequestPasswordReset;
pub use reset_password::{CheckResetTokenError, ResetPasswordError};
pub use send_verification_email::{SendVerificationEmail, SendVerificationEmailError};
pub use show_keys::{Retired, ShownKey, ShownRing};
pub use show_suppression::ShownSuppression;
pub use sign_in::{SignIn, SignInError};
pub use sign_up::{SignUp, SignUpError, SignedUp};
pub use update_user::{UpdateUser, UpdateUserError};
pub use verify_email::{VerifiedEmail, VerifyEmailError};
