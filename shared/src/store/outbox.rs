//! Mail that waits to be sent: `OUTBOX#id / MAIL`. It is written in the commit that causes it; the table's stream
//! triggers the function that sends it, which deletes the item afterwards. `mail_delivery` has the attempts at it.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict};
use super::item::{Address, CorruptItem, Item, Millis, Record, Text, from_item};
use super::mail_delivery::entry_of_new;
use super::one_time::RequestingSessionRecord;
use super::write::Write;
use super::{Store, StoreError, keys};
use crate::domain::audit::Fact;
use crate::domain::mail_delivery::kept_until;
use crate::domain::{
    AdminId, CredentialChange, InvitationId, Language, Mail, MailId, MailPurpose, OrganizationId, Redirect, Region,
    RequestingSession, SessionId, TrustedOrigins, UserId,
};

#[derive(Debug, Serialize, Deserialize)]
struct MailRecord {
    id: Text<MailId>,
    created_at: Millis,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    language: Option<Text<Language>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    region: Option<Text<Region>>,
    #[serde(flatten)]
    purpose: MailPurposeRecord,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "purpose", rename_all = "snake_case")]
enum MailPurposeRecord {
    VerifyEmail {
        user_id: Text<UserId>,
        callback: Option<String>,
    },
    ResetPassword {
        user_id: Text<UserId>,
        callback: Option<String>,
    },
    ChangeEmail {
        user_id: Text<UserId>,
        #[serde(default)]
        requester: Option<RequestingSessionRecord>,
        new_email: Address,
        callback: Option<String>,
    },
    ApproveEmailChange {
        user_id: Text<UserId>,
        requester: RequestingSessionRecord,
        new_email: Address,
        callback: Option<String>,
    },
    EmailChanged {
        user_id: Text<UserId>,
        old_email: Address,
        /// Absent in mails of an earlier release, which are sent without a limit.
        #[serde(default = "verified")]
        was_verified: bool,
    },
    Activation {
        user_id: Text<UserId>,
        organization_id: Text<OrganizationId>,
    },
    PasswordChanged {
        user_id: Text<UserId>,
    },
    PasswordLocked {
        user_id: Text<UserId>,
    },
    ResetAdminPassword {
        admin_id: Text<AdminId>,
    },
    AdminPasswordChanged {
        admin_id: Text<AdminId>,
    },
    AdminPasswordLocked {
        admin_id: Text<AdminId>,
    },
    CredentialChanged {
        user_id: Text<UserId>,
        change: Text<CredentialChange>,
    },
    DeleteUser {
        user_id: Text<UserId>,
        #[serde(default)]
        requester: Option<RequestingSessionRecord>,
        callback: Option<String>,
    },
    TwoFactorCode {
        user_id: Text<UserId>,
        session_id: Text<SessionId>,
    },
    Invitation {
        organization_id: Text<OrganizationId>,
        invitation_id: Text<InvitationId>,
    },
}

impl Record for MailRecord {
    const KIND: &'static str = "mail";

    fn expires_at(&self) -> Option<Timestamp> {
        Some(kept_until(self.created_at.0))
    }
}

impl Store {
    /// The redirect target is checked again: it may no longer be trusted.
    pub async fn find_mail(&self, id: MailId, origins: &TrustedOrigins) -> Result<Option<Mail>, StoreError> {
        let item = self.table.get(&keys::mail(id)).await?;
        Ok(item.map(|item| parse(item, origins)).transpose()?)
    }
}

pub(super) fn parse(item: Item, origins: &TrustedOrigins) -> Result<Mail, CorruptItem> {
    Ok(from_item::<MailRecord>(item)?.into_mail(origins))
}

/// The mail of a record in the table's stream, from the keys of its item.
pub fn mail_id_of_stream_key<S: std::hash::BuildHasher>(keys: &HashMap<String, String, S>) -> Option<MailId> {
    keys::mail_of_partition(keys.get(keys::PARTITION)?)
}

impl Changes {
    pub fn enqueue(self, mail: &Mail) -> Self {
        let asks_for = match mail.purpose {
            MailPurpose::ResetPassword { user_id, .. } => Some(Fact::PasswordResetRequested { user: user_id }),
            MailPurpose::ResetAdminPassword { admin_id } => Some(Fact::AdministratorPasswordResetRequested {
                administrator: admin_id,
            }),
            MailPurpose::ChangeEmail { user_id, .. } | MailPurpose::ApproveEmailChange { user_id, .. } => {
                Some(Fact::AddressChangeRequested { user: user_id })
            }
            MailPurpose::DeleteUser { user_id, .. } => Some(Fact::DeletionRequested { user: user_id }),
            MailPurpose::VerifyEmail { .. }
            | MailPurpose::EmailChanged { .. }
            | MailPurpose::Activation { .. }
            | MailPurpose::PasswordChanged { .. }
            | MailPurpose::PasswordLocked { .. }
            | MailPurpose::AdminPasswordChanged { .. }
            | MailPurpose::AdminPasswordLocked { .. }
            | MailPurpose::CredentialChanged { .. }
            | MailPurpose::TwoFactorCode { .. }
            | MailPurpose::Invitation { .. } => None,
        };
        self.with(enqueueing(mail), Conflict::IdTaken).facts(asks_for)
    }

    /// Deletes the mail, whether or not it still exists.
    pub fn dequeue(self, mail: MailId) -> Self {
        self.with(Write::delete(keys::mail(mail)), Conflict::MailGone)
    }
}

pub(super) fn enqueueing(mail: &Mail) -> Write {
    Write::create(keys::mail(mail.id), &MailRecord::from(mail)).listed(&entry_of_new(mail))
}

fn verified() -> bool {
    true
}

fn written(callback: Option<&Redirect>) -> Option<String> {
    callback.map(ToString::to_string)
}

impl From<&Mail> for MailRecord {
    fn from(mail: &Mail) -> Self {
        let purpose = match &mail.purpose {
            MailPurpose::VerifyEmail { user_id, callback } => MailPurposeRecord::VerifyEmail {
                user_id: Text(*user_id),
                callback: written(callback.as_ref()),
            },
            MailPurpose::ResetPassword { user_id, callback } => MailPurposeRecord::ResetPassword {
                user_id: Text(*user_id),
                callback: written(callback.as_ref()),
            },
            MailPurpose::ChangeEmail {
                user_id,
                requester,
                new_email,
                callback,
            } => MailPurposeRecord::ChangeEmail {
                user_id: Text(*user_id),
                requester: requester.as_ref().map(RequestingSessionRecord::from),
                new_email: Address(new_email.clone()),
                callback: written(callback.as_ref()),
            },
            MailPurpose::ApproveEmailChange {
                user_id,
                requester,
                new_email,
                callback,
            } => MailPurposeRecord::ApproveEmailChange {
                user_id: Text(*user_id),
                requester: RequestingSessionRecord::from(requester),
                new_email: Address(new_email.clone()),
                callback: written(callback.as_ref()),
            },
            MailPurpose::EmailChanged {
                user_id,
                old_email,
                was_verified,
            } => MailPurposeRecord::EmailChanged {
                user_id: Text(*user_id),
                old_email: Address(old_email.clone()),
                was_verified: *was_verified,
            },
            MailPurpose::Activation {
                user_id,
                organization_id,
            } => MailPurposeRecord::Activation {
                user_id: Text(*user_id),
                organization_id: Text(*organization_id),
            },
            MailPurpose::PasswordChanged { user_id } => MailPurposeRecord::PasswordChanged {
                user_id: Text(*user_id),
            },
            MailPurpose::PasswordLocked { user_id } => MailPurposeRecord::PasswordLocked {
                user_id: Text(*user_id),
            },
            MailPurpose::ResetAdminPassword { admin_id } => MailPurposeRecord::ResetAdminPassword {
                admin_id: Text(*admin_id),
            },
            MailPurpose::AdminPasswordChanged { admin_id } => MailPurposeRecord::AdminPasswordChanged {
                admin_id: Text(*admin_id),
            },
            MailPurpose::AdminPasswordLocked { admin_id } => MailPurposeRecord::AdminPasswordLocked {
                admin_id: Text(*admin_id),
            },
            MailPurpose::CredentialChanged { user_id, change } => MailPurposeRecord::CredentialChanged {
                user_id: Text(*user_id),
                change: Text(*change),
            },
            MailPurpose::DeleteUser {
                user_id,
                requester,
                callback,
            } => MailPurposeRecord::DeleteUser {
                user_id: Text(*user_id),
                requester: requester.as_ref().map(RequestingSessionRecord::from),
                callback: written(callback.as_ref()),
            },
            MailPurpose::TwoFactorCode { user_id, session_id } => MailPurposeRecord::TwoFactorCode {
                user_id: Text(*user_id),
                session_id: Text(*session_id),
            },
            MailPurpose::Invitation {
                organization_id,
                invitation_id,
            } => MailPurposeRecord::Invitation {
                organization_id: Text(*organization_id),
                invitation_id: Text(*invitation_id),
            },
        };
        Self {
            id: Text(mail.id),
            created_at: Millis(mail.created_at),
            language: mail.language.map(Text),
            region: mail.region.clone().map(Text),
            purpose,
        }
    }
}

impl MailRecord {
    fn into_mail(self, origins: &TrustedOrigins) -> Mail {
        let callback = |target: Option<String>| target.and_then(|target| origins.redirect(&target).ok());
        let purpose = match self.purpose {
            MailPurposeRecord::VerifyEmail {
                user_id,
                callback: target,
            } => MailPurpose::VerifyEmail {
                user_id: user_id.0,
                callback: callback(target),
            },
            MailPurposeRecord::ResetPassword {
                user_id,
                callback: target,
            } => MailPurpose::ResetPassword {
                user_id: user_id.0,
                callback: callback(target),
            },
            MailPurposeRecord::ChangeEmail {
                user_id,
                requester,
                new_email,
                callback: target,
            } => MailPurpose::ChangeEmail {
                user_id: user_id.0,
                requester: requester.map(RequestingSession::from),
                new_email: new_email.0,
                callback: callback(target),
            },
            MailPurposeRecord::ApproveEmailChange {
                user_id,
                requester,
                new_email,
                callback: target,
            } => MailPurpose::ApproveEmailChange {
                user_id: user_id.0,
                requester: RequestingSession::from(requester),
                new_email: new_email.0,
                callback: callback(target),
            },
            MailPurposeRecord::EmailChanged {
                user_id,
                old_email,
                was_verified,
            } => MailPurpose::EmailChanged {
                user_id: user_id.0,
                old_email: old_email.0,
                was_verified,
            },
            MailPurposeRecord::Activation {
                user_id,
                organization_id,
            } => MailPurpose::Activation {
                user_id: user_id.0,
                organization_id: organization_id.0,
            },
            MailPurposeRecord::PasswordChanged { user_id } => MailPurpose::PasswordChanged { user_id: user_id.0 },
            MailPurposeRecord::PasswordLocked { user_id } => MailPurpose::PasswordLocked { user_id: user_id.0 },
            MailPurposeRecord::ResetAdminPassword { admin_id } => {
                MailPurpose::ResetAdminPassword { admin_id: admin_id.0 }
            }
            MailPurposeRecord::AdminPasswordChanged { admin_id } => {
                MailPurpose::AdminPasswordChanged { admin_id: admin_id.0 }
            }
            MailPurposeRecord::AdminPasswordLocked { admin_id } => {
                MailPurpose::AdminPasswordLocked { admin_id: admin_id.0 }
            }
            MailPurposeRecord::CredentialChanged { user_id, change } => MailPurpose::CredentialChanged {
                user_id: user_id.0,
                change: change.0,
            },
            MailPurposeRecord::DeleteUser {
                user_id,
                requester,
                callback: target,
            } => MailPurpose::DeleteUser {
                user_id: user_id.0,
                requester: requester.map(RequestingSession::from),
                callback: callback(target),
            },
            MailPurposeRecord::TwoFactorCode { user_id, session_id } => MailPurpose::TwoFactorCode {
                user_id: user_id.0,
                session_id: session_id.0,
            },
            MailPurposeRecord::Invitation {
                organization_id,
                invitation_id,
            } => MailPurpose::Invitation {
                organization_id: organization_id.0,
                invitation_id: invitation_id.0,
            },
        };
        Mail {
            id: self.id.0,
            purpose,
            language: self.language.map(|language| language.0),
            region: self.region.map(|region| region.0),
            created_at: self.created_at.0,
        }
    }
}
