//! Invitations into an organization, from both sides.

pub mod accept_invitation;
mod accept_waiting_invitations;
pub mod cancel_invitation;
pub mod check_invitation;
mod close_invitation;
pub mod invite_member;
pub mod invite_members;
mod inviter;
pub mod list_invitations;
pub mod list_received_invitations;
pub mod open_invitation;
mod received_invitation;
mod redeem_invitation;
pub mod reject_invitation;
mod release_expired_invitations;
pub mod show_invitation;

pub use accept_invitation::{AcceptInvitation, AcceptInvitationError};
pub use cancel_invitation::CancelInvitationError;
pub use check_invitation::CheckInvitationError;
pub use invite_member::{InviteMember, InviteMemberError};
pub use invite_members::{BulkInvitation, RowRefused, SentInvitation};
pub use list_invitations::ListInvitationsError;
pub use open_invitation::OpenedInvitation;
pub use received_invitation::{AnswerInvitationError, ReceivedInvitation};
pub use show_invitation::ShowInvitationError;
