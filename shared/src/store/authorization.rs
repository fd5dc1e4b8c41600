//! Sign-ins that wait for a provider's response: `AUTHORIZATION#id / STATE`. Only hashes of the state and of the
//! browser's secret are stored.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict};
use super::condition::absent;
use super::item::{Bytes32, Millis, Record, Text, from_item};
use super::keys::SPENT;
use super::write::Write;
use super::{Store, StoreError, keys};
use crate::domain::{
    Authorization, AuthorizationId, AuthorizationPurpose, Contract, Issuer, LinkLimit, ProviderId, Redirect,
    SecretHash, SessionId, TrustedOrigins, UserId,
};

#[derive(Debug, Serialize, Deserialize)]
struct AuthorizationRecord {
    id: Text<AuthorizationId>,
    hash: Bytes32,
    browser: Bytes32,
    provider: Text<ProviderId>,
    /// Empty in items of earlier releases, and so the issuer of no provider.
    #[serde(default)]
    issuer: String,
    /// Absent for `better_auth`, and in items of earlier releases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    contract: Option<Text<Contract>>,
    /// Absent for a sign-in.
    link: Option<LinkRecord>,
    may_sign_up: bool,
    callback: Option<String>,
    new_user_callback: Option<String>,
    error_callback: Option<String>,
    expires_at: Millis,
}

#[derive(Debug, Serialize, Deserialize)]
struct LinkRecord {
    user_id: Text<UserId>,
    session_id: Text<SessionId>,
    #[serde(default)]
    one_per_provider: bool,
}

impl Record for AuthorizationRecord {
    const KIND: &'static str = "authorization";

    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.expires_at.0)
    }
}

impl Store {
    /// The final redirect target must still be trusted: the configuration may have changed since.
    pub async fn find_authorization(
        &self,
        id: AuthorizationId,
        origins: &TrustedOrigins,
    ) -> Result<Option<Authorization>, StoreError> {
        let item = self.table.get(&keys::authorization(id)).await?;
        let live = item.filter(|item| !item.contains_key(SPENT));
        let record = live.map(from_item::<AuthorizationRecord>).transpose()?;
        Ok(record.map(|record| record.into_authorization(origins)))
    }
}

impl Changes {
    pub fn create_authorization(self, authorization: &Authorization) -> Self {
        let write = Write::create(
            keys::authorization(authorization.id),
            &AuthorizationRecord::from(authorization),
        );
        self.with(write, Conflict::IdTaken)
    }

    /// Of many requests with the response, one succeeds. The item stays until it expires, because without the item a
    /// repeated request could not be distinguished from a second one.
    pub fn spend_authorization(self, id: AuthorizationId) -> Self {
        let write = Write::update(keys::authorization(id))
            .set(SPENT, AttributeValue::Bool(true))
            .when_exists()
            .when(absent(SPENT));
        self.with(write, Conflict::AuthorizationSpent)
    }
}

impl From<&Authorization> for AuthorizationRecord {
    fn from(authorization: &Authorization) -> Self {
        let (link, may_sign_up) = match authorization.purpose {
            AuthorizationPurpose::Link { user, session, limit } => {
                let link = LinkRecord {
                    user_id: Text(user),
                    session_id: Text(session),
                    one_per_provider: limit == LinkLimit::OnePerProvider,
                };
                (Some(link), false)
            }
            AuthorizationPurpose::SignIn { may_sign_up } => (None, may_sign_up),
        };
        let text = |redirect: &Option<Redirect>| redirect.as_ref().map(ToString::to_string);
        Self {
            id: Text(authorization.id),
            hash: Bytes32(*authorization.hash.as_bytes()),
            browser: Bytes32(*authorization.browser.as_bytes()),
            provider: Text(authorization.provider.clone()),
            issuer: authorization.issuer.to_string(),
            contract: Some(authorization.contract)
                .filter(|contract| *contract != Contract::BetterAuth)
                .map(Text),
            link,
            may_sign_up,
            callback: text(&authorization.callback),
            new_user_callback: text(&authorization.new_user_callback),
            error_callback: text(&authorization.error_callback),
            expires_at: Millis(authorization.expires_at),
        }
    }
}

impl AuthorizationRecord {
    fn into_authorization(self, origins: &TrustedOrigins) -> Authorization {
        let target = |target: Option<String>| target.and_then(|target| origins.redirect(&target).ok());
        Authorization {
            id: self.id.0,
            hash: SecretHash::from_bytes(self.hash.0),
            browser: SecretHash::from_bytes(self.browser.0),
            provider: self.provider.0,
            issuer: Issuer::new(self.issuer),
            contract: self.contract.map_or(Contract::BetterAuth, |contract| contract.0),
            purpose: match self.link {
                Some(link) => AuthorizationPurpose::Link {
                    user: link.user_id.0,
                    session: link.session_id.0,
                    limit: if link.one_per_provider {
                        LinkLimit::OnePerProvider
                    } else {
                        LinkLimit::None
                    },
                },
                None => AuthorizationPurpose::SignIn {
                    may_sign_up: self.may_sign_up,
                },
            },
            callback: target(self.callback),
            new_user_callback: target(self.new_user_callback),
            error_callback: target(self.error_callback),
            expires_at: self.expires_at.0,
        }
    }
}
