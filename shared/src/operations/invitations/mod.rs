//! Invitations into an organization, from both sides.

pub mod accept_invitation;
pub mod answer_invitation;
pub mod check_invitation;
pub mod invite_member;
pub mod lapse_invitations;
pub mod list_invitations;

pub use accept_invitation::{AcceptInvitation, AcceptInvitationError};
pub use answer_invitation::{AnswerInvitationError, ReceivedInvitation, ShowInvitationError};
pub use check_invitation::CheckInvitationError;
pub use invite_member::{InviteMember, InviteMemberError};
pub use list_invitations::{CancelInvitationError, ListInvitationsError};
