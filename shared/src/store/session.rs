//! Session items: `USER#user / SESSION#id`, beside their user, so that one read returns both.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict};
use super::condition::{Condition, exists, is};
use super::item::{Bytes32, Item, Millis, Record, Text, from_item, hash, millis, number};
use super::keys::{self, Key};
use super::user::UserRecord;
use super::write::Write;
use super::{Store, StoreError};
use crate::domain::audit::Fact;
use crate::domain::passkey::PasskeyId;
use crate::domain::session::{AuthenticationMethod, Impersonator, RefreshChain, ReplacedRefresh, SessionState};
use crate::domain::{ApiKeyId, Event, OrganizationId, SecretHash, Session, SessionId, TeamId, User, UserId};

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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    device_name: Option<String>,
    active_organization: Option<Text<OrganizationId>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    active_team: Option<Text<TeamId>>,
    methods: Vec<Text<AuthenticationMethod>>,
    impersonator: Option<ImpersonatorRecord>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    passkey: Option<Text<PasskeyId>>,
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
pub(super) struct ReplacedRecord {
    hash: Bytes32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    salt: Option<Bytes32>,
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
    /// The session check: one round trip for both. `None` when either was deleted; the domain decides whether the
    /// session is live.
    pub async fn find_session(&self, user: UserId, id: SessionId) -> Result<Option<LiveSession>, StoreError> {
        let [user, session] = self
            .table
            .get_all([&keys::user(user), &keys::session(user, id)])
            .await?;
        self.live_session(user, session)
    }

    /// `None` when either item is missing.
    pub(super) fn live_session(
        &self,
        user: Option<Item>,
        session: Option<Item>,
    ) -> Result<Option<LiveSession>, StoreError> {
        let (Some(user), Some(session)) = (user, session) else {
            return Ok(None);
        };
        let user = User::from(from_item::<UserRecord>(user)?);
        let session = Session::from(from_item::<SessionRecord>(session)?);
        Ok(self
            .is_recent(session.created_at)
            .then_some(LiveSession { session, user }))
    }

    /// The sessions, oldest first: ids begin with a time.
    pub async fn list_sessions(&self, user: UserId) -> Result<Vec<Session>, StoreError> {
        let partition = keys::user_partition(user);
        let mut sessions: Vec<Session> = self
            .table
            .list::<SessionRecord, _>(&partition, keys::SESSION_PREFIX)
            .await?;
        sessions.retain(|session| self.is_recent(session.created_at));
        Ok(sessions)
    }
}

impl Changes {
    /// Opens the session. Unless the second factor is pending, its user has signed in.
    pub fn create_session(self, session: &Session) -> Self {
        let changes = self.put_new_session(session).fact(Fact::of_new_session(session));
        if session.state == SessionState::Active && session.impersonator.is_none() {
            changes.count_sign_in(session)
        } else {
            changes
        }
    }

    fn put_new_session(self, session: &Session) -> Self {
        let write = Write::create(key(session), &SessionRecord::from(session));
        self.with(write, Conflict::IdTaken)
    }

    fn count_sign_in(self, session: &Session) -> Self {
        self.tally_event(Event::SignIn, session.id.to_bytes(), session.updated_at)
    }

    /// Writes the new state of the session, if it exists and neither its token nor its refresh token has changed.
    pub fn update_session(self, session: &Session) -> Self {
        let write = Write::put(key(session), &SessionRecord::from(session));
        let write = write.when(has_refresh_token(session)).when(has_token(session));
        self.with(write, Conflict::SessionGone)
    }

    /// Rotates the refresh token that was read, and extends the session. The write fails if another generation or token
    /// of the session was written since, because it would undo that change.
    pub fn rotate_refresh(self, session: &Session, next: &RefreshChain) -> Self {
        let rotated = Session {
            refresh: *next,
            ..session.clone()
        };
        let write = Write::put(key(session), &SessionRecord::from(&rotated))
            .when(has_refresh_token(session))
            .when(is("generation", number(session.generation)))
            .when(has_token(session));
        self.with(write, Conflict::RefreshMoved)
    }

    /// Extends the session without overwriting concurrent changes.
    pub fn extend_session(self, session: &Session) -> Self {
        let write = Write::update(key(session))
            .set("updated_at", millis(session.updated_at))
            .set("expires_at", millis(session.expires_at))
            .expire(session.expires_at)
            .when_exists();
        self.with(write, Conflict::SessionGone)
    }

    /// Makes a session whose second factor was pending an active one. Its secret changes with it, so this happens once.
    pub fn activate_session(self, pending: &Session, active: &Session) -> Self {
        let write = Write::put(key(active), &SessionRecord::from(active)).when(has_token(pending));
        self.with(write, Conflict::SessionGone)
            .fact(Fact::of_new_session(active))
            .count_sign_in(active)
    }

    /// Puts another session in the place of a live one, once: the tokens of the old session find no item.
    pub fn renew_session(self, seen: &Session, renewed: &Session) -> Self {
        let end = Write::delete(key(seen))
            .when(has_token(seen))
            .when(is("generation", number(seen.generation)));
        self.fact(Fact::SessionRenewed {
            user: renewed.user_id,
            session: renewed.id,
            former_session: seen.id,
        })
        .with(end, Conflict::SessionGone)
        .put_new_session(renewed)
    }

    /// For changes that a user requests in the session: they fail once it has ended.
    pub fn require_session(self, user: UserId, id: SessionId) -> Self {
        let check = Write::check(keys::session(user, id), exists());
        self.with(check, Conflict::SessionGone)
    }

    /// For changes that a caller requested: they require that the user, with memberships, roles and second factor, is
    /// unchanged, and that the session, or the API key in its place, has not ended.
    pub fn require_caller(self, user: &User, session: &Session) -> Self {
        let changes = self.require_user(user);
        if session.is_of_api_key() {
            let key = keys::api_key(user.id, ApiKeyId::from_bytes(session.id.to_bytes()));
            changes.with(Write::check(key, exists()), Conflict::SessionGone)
        } else {
            changes.require_session(user.id, session.id)
        }
    }

    /// Deletes the session, whether or not it has ended already.
    pub fn delete_session(self, user: UserId, id: SessionId) -> Self {
        self.fact(Fact::SessionRevoked { user, session: id })
            .with(Write::delete(keys::session(user, id)), Conflict::SessionGone)
    }
}

fn key(session: &Session) -> Key {
    keys::session(session.user_id, session.id)
}

fn has_token(session: &Session) -> Condition {
    is("hash", hash(&session.hash))
}

fn has_refresh_token(session: &Session) -> Condition {
    is("refresh", hash(&session.refresh.current))
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
            device_name: session.device_name.clone(),
            active_organization: session.active_organization.map(Text),
            active_team: session.active_team.map(Text),
            methods: session.methods.iter().copied().map(Text).collect(),
            impersonator: session.impersonator.map(|behind| ImpersonatorRecord {
                user_id: Text(behind.user_id),
                session_id: Text(behind.session_id),
            }),
            passkey: session.passkey.map(Text),
            refresh_family: Bytes32(*session.refresh.family.as_bytes()),
            refresh: Bytes32(*session.refresh.current.as_bytes()),
            replaced: session.refresh.replaced.map(ReplacedRecord::from),
        }
    }
}

impl From<ReplacedRefresh> for ReplacedRecord {
    fn from(replaced: ReplacedRefresh) -> Self {
        Self {
            hash: Bytes32(*replaced.hash.as_bytes()),
            salt: replaced.salt.map(Bytes32),
            at: Millis(replaced.at),
        }
    }
}

impl From<ReplacedRecord> for ReplacedRefresh {
    fn from(record: ReplacedRecord) -> Self {
        Self {
            hash: SecretHash::from_bytes(record.hash.0),
            salt: record.salt.map(|salt| salt.0),
            at: record.at.0,
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
            device_name: record.device_name,
            active_organization: record.active_organization.map(|id| id.0),
            active_team: record.active_team.map(|id| id.0),
            methods: record.methods.into_iter().map(|method| method.0).collect(),
            impersonator: record.impersonator.map(|behind| Impersonator {
                user_id: behind.user_id.0,
                session_id: behind.session_id.0,
            }),
            passkey: record.passkey.map(|id| id.0),
            refresh: RefreshChain {
                family: SecretHash::from_bytes(record.refresh_family.0),
                current: SecretHash::from_bytes(record.refresh.0),
                replaced: record.replaced.map(ReplacedRefresh::from),
            },
        }
    }
}
