//! Mail that waits to be sent: `OUTBOX#id / MAIL`. It is written in the commit that causes it; the table's stream
//! triggers the function that sends it, which deletes the item afterwards.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict};
use super::item::{Millis, Record, Text, from_item};
use super::write::Write;
use super::{Store, StoreError, keys};
use crate::domain::{
    EmailAddress, Errand, InvitationId, Mail, MailId, OrganizationId, Redirect, SessionId, TrustedOrigins, UserId,
};

/// A mail that could not be sent for this long is no longer wanted.
const KEPT_FOR: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);

#[derive(Debug, Serialize, Deserialize)]
struct MailRecord {
    id: Text<MailId>,
    created_at: Millis,
    #[serde(flatten)]
    errand: ErrandRecord,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "errand", rename_all = "snake_case")]
enum ErrandRecord {
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
        generation: u64,
        new_email: Text<EmailAddress>,
        callback: Option<String>,
    },
    EmailChanged {
        user_id: Text<UserId>,
        old_email: Text<EmailAddress>,
    },
    PasswordChanged {
        user_id: Text<UserId>,
    },
    DeleteUser {
        user_id: Text<UserId>,
        generation: u64,
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
        Some(self.created_at.0 + KEPT_FOR)
    }
}

impl Store {
    /// The redirect target is checked again: it may no longer be trusted.
    pub async fn find_mail(&self, id: MailId, origins: &TrustedOrigins) -> Result<Option<Mail>, StoreError> {
        let item = self.table.get(&keys::mail(id)).await?;
        Ok(item
            .map(from_item::<MailRecord>)
            .transpose()?
            .map(|record| record.into_mail(origins)))
    }
}

/// The mail of a record in the table's stream, from the keys of its item.
pub fn mail_id_of_stream_key<S: std::hash::BuildHasher>(keys: &HashMap<String, String, S>) -> Option<MailId> {
    keys::mail_of_partition(keys.get(keys::PARTITION)?)
}

impl Changes {
    pub fn enqueue(self, mail: &Mail) -> Self {
        let write = Write::create(keys::mail(mail.id), &MailRecord::from(mail));
        self.with(write, Conflict::IdTaken)
    }

    /// Deletes the mail, whether or not it still exists.
    pub fn dequeue(self, mail: MailId) -> Self {
        self.with(Write::delete(keys::mail(mail)), Conflict::MailGone)
    }
}

fn written(callback: Option<&Redirect>) -> Option<String> {
    callback.map(ToString::to_string)
}

impl From<&Mail> for MailRecord {
    fn from(mail: &Mail) -> Self {
        let errand = match &mail.errand {
            Errand::VerifyEmail { user_id, callback } => ErrandRecord::VerifyEmail {
                user_id: Text(*user_id),
                callback: written(callback.as_ref()),
            },
            Errand::ResetPassword { user_id, callback } => ErrandRecord::ResetPassword {
                user_id: Text(*user_id),
                callback: written(callback.as_ref()),
            },
            Errand::ChangeEmail {
                user_id,
                generation,
                new_email,
                callback,
            } => ErrandRecord::ChangeEmail {
                user_id: Text(*user_id),
                generation: *generation,
                new_email: Text(new_email.clone()),
                callback: written(callback.as_ref()),
            },
            Errand::EmailChanged { user_id, old_email } => ErrandRecord::EmailChanged {
                user_id: Text(*user_id),
                old_email: Text(old_email.clone()),
            },
            Errand::PasswordChanged { user_id } => ErrandRecord::PasswordChanged {
                user_id: Text(*user_id),
            },
            Errand::DeleteUser {
                user_id,
                generation,
                callback,
            } => ErrandRecord::DeleteUser {
                user_id: Text(*user_id),
                generation: *generation,
                callback: written(callback.as_ref()),
            },
            Errand::TwoFactorCode { user_id, session_id } => ErrandRecord::TwoFactorCode {
                user_id: Text(*user_id),
                session_id: Text(*session_id),
            },
            Errand::Invitation {
                organization_id,
                invitation_id,
            } => ErrandRecord::Invitation {
                organization_id: Text(*organization_id),
                invitation_id: Text(*invitation_id),
            },
        };
        Self {
            id: Text(mail.id),
            created_at: Millis(mail.created_at),
            errand,
        }
    }
}

impl MailRecord {
    fn into_mail(self, origins: &TrustedOrigins) -> Mail {
        let callback = |target: Option<String>| target.and_then(|target| origins.redirect(&target).ok());
        let errand = match self.errand {
            ErrandRecord::VerifyEmail {
                user_id,
                callback: target,
            } => Errand::VerifyEmail {
                user_id: user_id.0,
                callback: callback(target),
            },
            ErrandRecord::ResetPassword {
                user_id,
                callback: target,
            } => Errand::ResetPassword {
                user_id: user_id.0,
                callback: callback(target),
            },
            ErrandRecord::ChangeEmail {
                user_id,
                generation,
                new_email,
                callback: target,
            } => Errand::ChangeEmail {
                user_id: user_id.0,
                generation,
                new_email: new_email.0,
                callback: callback(target),
            },
            ErrandRecord::EmailChanged { user_id, old_email } => Errand::EmailChanged {
                user_id: user_id.0,
                old_email: old_email.0,
            },
            ErrandRecord::PasswordChanged { user_id } => Errand::PasswordChanged { user_id: user_id.0 },
            ErrandRecord::DeleteUser {
                user_id,
                generation,
                callback: target,
            } => Errand::DeleteUser {
                user_id: user_id.0,
                generation,
                callback: callback(target),
            },
            ErrandRecord::TwoFactorCode { user_id, session_id } => Errand::TwoFactorCode {
                user_id: user_id.0,
                session_id: session_id.0,
            },
            ErrandRecord::Invitation {
                organization_id,
                invitation_id,
            } => Errand::Invitation {
                organization_id: organization_id.0,
                invitation_id: invitation_id.0,
            },
        };
        Mail {
            id: self.id.0,
            errand,
            created_at: self.created_at.0,
        }
    }
}
