//! Authenticator apps: `SECOND_FACTOR#user / AUTHENTICATOR`, in a partition of their own, so that IAM can deny it to
//! other functions.

use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict};
use super::condition::{absent, below, is, missing};
use super::item::{Bytes, Millis, Record, Text, bytes, number, parse, text};
use super::keys::{self, Key};
use super::one_time::RequestingSessionRecord;
use super::two_factor::TallyRecord;
use super::write::Write;
use super::{Store, StoreError};
use crate::domain::audit::Fact;
use crate::domain::totp::{AuthenticatorState, Enrolment};
use crate::domain::two_factor::Tally;
use crate::domain::{AdminId, Authenticator, EncryptedSecret, UserId};

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct AuthenticatorRecord {
    user_id: Text<UserId>,
    secret: Bytes,
    state: Text<AuthenticatorState>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_step: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    enrolment: Option<EnrolmentRecord>,
}

#[derive(Debug, Serialize, Deserialize)]
struct EnrolmentRecord {
    requester: RequestingSessionRecord,
    at: Millis,
}

impl Record for AuthenticatorRecord {
    const KIND: &'static str = "authenticator";
}

impl Store {
    pub async fn find_authenticator(&self, user: UserId) -> Result<Option<Authenticator>, StoreError> {
        self.table
            .find::<AuthenticatorRecord, _>(&keys::authenticator(user))
            .await
    }

    /// The authenticator, and the tally of attempts at the second factor.
    pub async fn view_for_totp(&self, user: UserId) -> Result<(Option<Authenticator>, Option<Tally>), StoreError> {
        let keys = [&keys::authenticator(user), &keys::second_factor_attempts(user)];
        let [authenticator, tally] = self.table.get_all(keys).await?;
        Ok((
            parse::<AuthenticatorRecord, _>(authenticator)?,
            parse::<TallyRecord, _>(tally)?,
        ))
    }
}

impl Changes {
    /// Stores an authenticator that no code has confirmed yet, and replaces any other unconfirmed one.
    pub fn put_pending_authenticator(self, authenticator: &Authenticator) -> Self {
        let key = keys::authenticator(authenticator.user_id);
        let write = Write::put(key, &AuthenticatorRecord::from(authenticator))
            .when(missing().or(is("state", text(AuthenticatorState::Pending))));
        self.fact(Fact::AuthenticatorRegistered {
            user: authenticator.user_id,
        })
        .with(write, Conflict::AuthenticatorMoved)
    }

    /// Stores an authenticator that a code has confirmed in another system.
    pub fn create_authenticator(self, authenticator: &Authenticator) -> Self {
        let key = keys::authenticator(authenticator.user_id);
        let write = Write::create(key, &AuthenticatorRecord::from(authenticator));
        self.fact(Fact::AuthenticatorRegistered {
            user: authenticator.user_id,
        })
        .with(write, Conflict::IdTaken)
    }

    /// Accepts the code of a time step once, and marks the authenticator as confirmed. The write fails if the
    /// authenticator was replaced since it was read.
    pub fn accept_step(self, seen: &Authenticator, step: u64) -> Self {
        let write = accepting(keys::authenticator(seen.user_id), seen, step);
        self.with(write, Conflict::AuthenticatorMoved)
    }

    /// Replaces any authenticator of an administrator of the platform. The commit has the condition that the
    /// administrator is unchanged.
    pub fn put_admin_authenticator(self, admin: AdminId, authenticator: &Authenticator) -> Self {
        let key = keys::admin_authenticator(admin);
        let write = Write::put(key, &AuthenticatorRecord::from(authenticator));
        self.fact(Fact::AdministratorAuthenticatorSet { administrator: admin })
            .with(write, Conflict::AuthenticatorMoved)
    }

    /// As [`Changes::accept_step`].
    pub fn accept_admin_step(self, admin: AdminId, seen: &Authenticator, step: u64) -> Self {
        let write = accepting(keys::admin_authenticator(admin), seen, step);
        self.with(write, Conflict::AuthenticatorMoved)
    }

    pub fn delete_authenticator(self, user: UserId) -> Self {
        self.with(Write::delete(keys::authenticator(user)), Conflict::AuthenticatorMoved)
    }
}

fn accepting(key: Key, seen: &Authenticator, step: u64) -> Write {
    Write::update(key)
        .set("last_step", number(step))
        .set("state", text(AuthenticatorState::Active))
        .when(is("secret", bytes(seen.secret.as_bytes())))
        .when(absent("last_step").or(below("last_step", number(step))))
}

impl From<&Authenticator> for AuthenticatorRecord {
    fn from(authenticator: &Authenticator) -> Self {
        Self {
            user_id: Text(authenticator.user_id),
            secret: Bytes(authenticator.secret.as_bytes().to_vec()),
            state: Text(authenticator.state),
            last_step: authenticator.last_step,
            enrolment: authenticator.enrolment.as_ref().map(|enrolment| EnrolmentRecord {
                requester: RequestingSessionRecord::from(&enrolment.requester),
                at: Millis(enrolment.at),
            }),
        }
    }
}

impl From<AuthenticatorRecord> for Authenticator {
    fn from(record: AuthenticatorRecord) -> Self {
        Self {
            user_id: record.user_id.0,
            secret: EncryptedSecret::from_bytes(record.secret.0),
            state: record.state.0,
            last_step: record.last_step,
            enrolment: record.enrolment.map(|enrolment| Enrolment {
                requester: enrolment.requester.into(),
                at: enrolment.at.0,
            }),
        }
    }
}
