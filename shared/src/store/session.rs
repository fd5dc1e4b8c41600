//! Session items: `USER#user / SESSION#id`, beside their user, so that both are one read.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, ConditionCheck, Put, Update};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict, put_any};
use super::item::{Bytes, Bytes32, Millis, Record, Text, from_item, number, text, to_item, ttl};
use super::keys::{self, TTL};
use super::user::UserRecord;
use super::{Store, StoreError};
use crate::domain::session::{AuthenticationMethod, Impersonator, RefreshChain, ReplacedRefresh, SessionState};
use crate::domain::{ApiKeyId, OrganizationId, SecretHash, Session, SessionId, TeamId, User, UserId};

#[derive(Debug, Serialize, Deserialize)]
struct SessionRecord {
    id: Text<SessionId>,
    user_id: Text<UserId>,
    state: Text<SessionState>,
    hash: Bytes32,
    generation: u64,
    #[serde(default)]
    trust_generation: u64,
    created_at: Millis,
    updated_at: Millis,
    expires_at: Millis,
    remember_me: bool,
    ip_address: String,
    user_agent: String,
    active_organization: Option<Text<OrganizationId>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    active_team: Option<Text<TeamId>>,
    methods: Vec<Text<AuthenticationMethod>>,
    impersonator: Option<ImpersonatorRecord>,
    refresh_family: Bytes32,
    refresh: Bytes32,
    replaced: Option<ReplacedRecord>,
}

#[derive(Debug, Serialize, Deserialize)]
struct ImpersonatorRecord {
    user_id: Text<UserId>,
    session_id: Text<SessionId>,
}

#[derive(Debug, Serialize, Deserialize)]
struct ReplacedRecord {
    hash: Bytes32,
    salt: Bytes32,
    at: Millis,
}

impl Record for SessionRecord {
    const KIND: &'static str = "session";

    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.expires_at.0)
    }
}

/// A session and its user, as of one read.
#[derive(Debug, Clone)]
pub struct LiveSession {
    pub session: Session,
    pub user: User,
}

impl Store {
    /// The session check: one round trip for both. `None` when either is gone; whether it is live is the domain's to say.
    pub async fn find_session(&self, user: UserId, id: SessionId) -> Result<Option<LiveSession>, StoreError> {
        let [user, session] = self
            .table
            .get_all([&keys::user(user), &keys::session(user, id)])
            .await?;
        let (Some(user), Some(session)) = (user, session) else {
            return Ok(None);
        };
        let user = User::from(from_item::<UserRecord>(user)?);
        let session = Session::from(from_item::<SessionRecord>(session)?);
        Ok(Some(LiveSession { session, user }))
    }

    /// Oldest first: ids are made of time.
    pub async fn list_sessions(&self, user: UserId) -> Result<Vec<Session>, StoreError> {
        let items = self
            .table
            .query(&keys::user_partition(user), keys::SESSION_PREFIX)
            .await?;
        items
            .into_iter()
            .map(|item| Ok(Session::from(from_item::<SessionRecord>(item)?)))
            .collect()
    }
}

impl Changes {
    pub fn create_session(self, session: &Session) -> Self {
        self.create(
            &keys::session(session.user_id, session.id),
            &SessionRecord::from(session),
            Conflict::IdTaken,
        )
    }

    /// Writes the session as it now is, if it is still there and neither its token nor its refresh token has moved.
    pub fn update_session(self, session: &Session) -> Self {
        let mut put: Put = put_any(to_item(
            &keys::session(session.user_id, session.id),
            &SessionRecord::from(session),
        ));
        put.condition_expression = Some("refresh = :refresh AND #hash = :hash".to_owned());
        put.expression_attribute_names = Some(hash_name());
        put.expression_attribute_values = Some([refresh_value(session), hash_value(session)].into());
        self.put(put, Conflict::SessionGone)
    }

    /// Moves the refresh token on from the one that was seen, and extends the session; not if the session moved on to another
    /// generation or another token meanwhile, which writing the one that was seen would undo.
    pub fn rotate_refresh(self, session: &Session, next: &RefreshChain) -> Self {
        let moved = Session {
            refresh: *next,
            ..session.clone()
        };
        let mut put: Put = put_any(to_item(
            &keys::session(session.user_id, session.id),
            &SessionRecord::from(&moved),
        ));
        put.condition_expression = Some("refresh = :refresh AND generation = :generation AND #hash = :hash".to_owned());
        put.expression_attribute_names = Some(hash_name());
        let generation = (":generation".to_owned(), number(session.generation));
        put.expression_attribute_values = Some([refresh_value(session), hash_value(session), generation].into());
        self.put(put, Conflict::RefreshMoved)
    }

    /// Extends the session without touching what else may be changing.
    pub fn extend_session(self, session: &Session) -> Self {
        let update = Update::builder()
            .set_key(Some(keys::session(session.user_id, session.id).to_item()))
            .update_expression("SET updated_at = :updated, expires_at = :expires, #ttl = :ttl")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_names("#ttl", TTL)
            .expression_attribute_values(":updated", number(session.updated_at.as_millisecond()))
            .expression_attribute_values(":expires", number(session.expires_at.as_millisecond()))
            .expression_attribute_values(":ttl", ttl(session.expires_at))
            .table_name(String::new())
            .build();
        self.update(
            update.expect("key, expression and table are set"),
            Conflict::SessionGone,
        )
    }

    /// Makes a session whose second factor was pending an active one. Its secret changes with it, so this happens once.
    pub fn activate_session(self, pending: &Session, active: &Session) -> Self {
        let mut put: Put = put_any(to_item(
            &keys::session(active.user_id, active.id),
            &SessionRecord::from(active),
        ));
        put.condition_expression = Some("#hash = :hash".to_owned());
        put.expression_attribute_names = Some(hash_name());
        put.expression_attribute_values = Some([hash_value(pending)].into());
        self.put(put, Conflict::SessionGone)
    }

    /// Gives a live session a new token, and what was shown for it, without touching what else may be changing.
    pub fn renew_session(self, seen: &Session, renewed: &Session) -> Self {
        let methods = renewed.methods.iter().map(text).collect();
        let (name, hash) = hash_value(seen);
        let update = Update::builder()
            .set_key(Some(keys::session(seen.user_id, seen.id).to_item()))
            .update_expression(
                "SET #hash = :renewed, methods = :methods, trust_generation = :trust, created_at = :created, \
                 updated_at = :updated, expires_at = :expires, #ttl = :ttl",
            )
            .condition_expression("#hash = :hash AND generation = :generation")
            .set_expression_attribute_names(Some(hash_name()))
            .expression_attribute_names("#ttl", TTL)
            .expression_attribute_values(name, hash)
            .expression_attribute_values(":generation", number(seen.generation))
            .expression_attribute_values(":renewed", text(Bytes::to_text(renewed.hash.as_bytes())))
            .expression_attribute_values(":methods", AttributeValue::L(methods))
            .expression_attribute_values(":trust", number(renewed.trust_generation))
            .expression_attribute_values(":created", number(renewed.created_at.as_millisecond()))
            .expression_attribute_values(":updated", number(renewed.updated_at.as_millisecond()))
            .expression_attribute_values(":expires", number(renewed.expires_at.as_millisecond()))
            .expression_attribute_values(":ttl", ttl(renewed.expires_at))
            .table_name(String::new())
            .build();
        self.update(
            update.expect("key, expression and table are set"),
            Conflict::SessionGone,
        )
    }

    /// For changes that its user asked for in the session: they must not come after it was ended.
    pub fn expect_session(self, user: UserId, id: SessionId) -> Self {
        let check = ConditionCheck::builder()
            .set_key(Some(keys::session(user, id).to_item()))
            .condition_expression("attribute_exists(pk)")
            .table_name(String::new())
            .build();
        self.check(check.expect("key, condition and table are set"), Conflict::SessionGone)
    }

    /// For changes that a caller asked for: they hold only while the user, with memberships, roles and second factor, is as it was read,
    /// and the session, or the API key in its place, has not ended.
    pub fn require_caller(self, user: &User, session: &Session) -> Self {
        let changes = if self.touches(&keys::user(user.id)) {
            self
        } else {
            self.expect_user(user)
        };
        if session.is_of_api_key() {
            return changes.expect_api_key(user.id, ApiKeyId::from_bytes(session.id.to_bytes()));
        }
        if changes.touches(&keys::session(user.id, session.id)) {
            changes
        } else {
            changes.expect_session(user.id, session.id)
        }
    }

    fn expect_api_key(self, user: UserId, id: ApiKeyId) -> Self {
        let key = keys::api_key(user, id);
        if self.touches(&key) {
            return self;
        }
        let check = ConditionCheck::builder()
            .set_key(Some(key.to_item()))
            .condition_expression("attribute_exists(pk)")
            .table_name(String::new())
            .build();
        self.check(check.expect("key, condition and table are set"), Conflict::SessionGone)
    }

    /// Whether or not it was still there: what matters is that it is gone.
    pub fn delete_session(self, user: UserId, id: SessionId) -> Self {
        self.remove(&keys::session(user, id), Conflict::SessionGone)
    }
}

fn hash_name() -> HashMap<String, String> {
    [("#hash".to_owned(), "hash".to_owned())].into()
}

fn hash_value(session: &Session) -> (String, AttributeValue) {
    (":hash".to_owned(), text(Bytes::to_text(session.hash.as_bytes())))
}

fn refresh_value(session: &Session) -> (String, AttributeValue) {
    let refresh = session.refresh.current.as_bytes();
    (":refresh".to_owned(), text(Bytes::to_text(refresh)))
}

impl From<&Session> for SessionRecord {
    fn from(session: &Session) -> Self {
        Self {
            id: Text(session.id),
            user_id: Text(session.user_id),
            state: Text(session.state),
            hash: Bytes32(*session.hash.as_bytes()),
            generation: session.generation,
            trust_generation: session.trust_generation,
            created_at: Millis(session.created_at),
            updated_at: Millis(session.updated_at),
            expires_at: Millis(session.expires_at),
            remember_me: session.remember_me,
            ip_address: session.ip_address.clone(),
            user_agent: session.user_agent.clone(),
            active_organization: session.active_organization.map(Text),
            active_team: session.active_team.map(Text),
            methods: session.methods.iter().copied().map(Text).collect(),
            impersonator: session.impersonator.map(|behind| ImpersonatorRecord {
                user_id: Text(behind.user_id),
                session_id: Text(behind.session_id),
            }),
            refresh_family: Bytes32(*session.refresh.family.as_bytes()),
            refresh: Bytes32(*session.refresh.current.as_bytes()),
            replaced: session.refresh.replaced.map(|replaced| ReplacedRecord {
                hash: Bytes32(*replaced.hash.as_bytes()),
                salt: Bytes32(replaced.salt),
                at: Millis(replaced.at),
            }),
        }
    }
}

impl From<SessionRecord> for Session {
    fn from(record: SessionRecord) -> Self {
        Self {
            id: record.id.0,
            user_id: record.user_id.0,
            state: record.state.0,
            hash: SecretHash::from_bytes(record.hash.0),
            generation: record.generation,
            trust_generation: record.trust_generation,
            created_at: record.created_at.0,
            updated_at: record.updated_at.0,
            expires_at: record.expires_at.0,
            remember_me: record.remember_me,
            ip_address: record.ip_address,
            user_agent: record.user_agent,
            active_organization: record.active_organization.map(|id| id.0),
            active_team: record.active_team.map(|id| id.0),
            methods: record.methods.into_iter().map(|method| method.0).collect(),
            impersonator: record.impersonator.map(|behind| Impersonator {
                user_id: behind.user_id.0,
                session_id: behind.session_id.0,
            }),
            refresh: RefreshChain {
                family: SecretHash::from_bytes(record.refresh_family.0),
                current: SecretHash::from_bytes(record.refresh.0),
                replaced: record.replaced.map(|replaced| ReplacedRefresh {
                    hash: SecretHash::from_bytes(replaced.hash.0),
                    salt: replaced.salt.0,
                    at: replaced.at.0,
                }),
            },
        }
    }
}
