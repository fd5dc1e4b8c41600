//! Authenticator apps: `SECOND_FACTOR#user / AUTHENTICATOR`, in a partition of their own so that IAM can keep functions
//! out.

use aws_sdk_dynamodb::types::Update;
use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict, put_any};
use super::item::{Bytes, Record, Text, from_item, number, text, to_item};
use super::two_factor::TallyRecord;
use super::{Store, StoreError, keys};
use crate::domain::totp::AuthenticatorState;
use crate::domain::two_factor::Tally;
use crate::domain::{Authenticator, EncryptedSecret, UserId};

#[derive(Debug, Serialize, Deserialize)]
struct AuthenticatorRecord {
    user_id: Text<UserId>,
    secret: Bytes,
    state: Text<AuthenticatorState>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_step: Option<u64>,
}

impl Record for AuthenticatorRecord {
    const KIND: &'static str = "authenticator";
}

impl Store {
    pub async fn find_authenticator(&self, user: UserId) -> Result<Option<Authenticator>, StoreError> {
        let item = self.table.get(&keys::authenticator(user)).await?;
        Ok(item
            .map(from_item::<AuthenticatorRecord>)
            .transpose()?
            .map(Authenticator::from))
    }

    /// The authenticator, and how often the second factor was tried.
    pub async fn view_for_totp(&self, user: UserId) -> Result<(Option<Authenticator>, Option<Tally>), StoreError> {
        let keys = [&keys::authenticator(user), &keys::second_factor_attempts(user)];
        let [authenticator, tally] = self.table.get_all(keys).await?;
        Ok((
            authenticator
                .map(from_item::<AuthenticatorRecord>)
                .transpose()?
                .map(Authenticator::from),
            tally.map(from_item::<TallyRecord>).transpose()?.map(Tally::from),
        ))
    }
}

impl Changes {
    /// Keeps an authenticator that no code has confirmed yet, in place of any other such one.
    pub fn put_pending_authenticator(self, authenticator: &Authenticator) -> Self {
        let key = keys::authenticator(authenticator.user_id);
        let mut put = put_any(to_item(&key, &AuthenticatorRecord::from(authenticator)));
        put.condition_expression = Some("attribute_not_exists(pk) OR #state = :pending".to_owned());
        put.expression_attribute_names = Some([("#state".to_owned(), "state".to_owned())].into());
        put.expression_attribute_values = Some([(":pending".to_owned(), text(AuthenticatorState::Pending))].into());
        self.put(put, Conflict::AuthenticatorMoved)
    }

    /// Accepts the code of a time step, once, and takes the authenticator as confirmed. Not if it was replaced since it
    /// was read.
    pub fn accept_step(self, seen: &Authenticator, step: u64) -> Self {
        let update = Update::builder()
            .set_key(Some(keys::authenticator(seen.user_id).to_item()))
            .update_expression("SET last_step = :step, #state = :active")
            .condition_expression("secret = :secret AND (attribute_not_exists(last_step) OR last_step < :step)")
            .expression_attribute_names("#state", "state")
            .expression_attribute_values(":step", number(step))
            .expression_attribute_values(":active", text(AuthenticatorState::Active))
            .expression_attribute_values(":secret", text(Bytes::to_text(seen.secret.as_bytes())))
            .table_name(String::new())
            .build();
        self.update(
            update.expect("key, expression and table are set"),
            Conflict::AuthenticatorMoved,
        )
    }

    pub fn delete_authenticator(self, user: UserId) -> Self {
        self.remove(&keys::authenticator(user), Conflict::AuthenticatorMoved)
    }
}

impl From<&Authenticator> for AuthenticatorRecord {
    fn from(authenticator: &Authenticator) -> Self {
        Self {
            user_id: Text(authenticator.user_id),
            secret: Bytes(authenticator.secret.as_bytes().to_vec()),
            state: Text(authenticator.state),
            last_step: authenticator.last_step,
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
        }
    }
}
