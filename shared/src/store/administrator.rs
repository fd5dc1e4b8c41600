//! Administrators of the platform: `ADMIN#admin / PROFILE`, with their sessions (`SESSION#id`) beside them, so that one
//! read returns both. The address is at `ADMIN_EMAIL#address` (see `identifier`), the password at
//! `ADMIN_CREDENTIAL#admin`, the second factor at `ADMIN_SECOND_FACTOR#admin`.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::authenticator::AuthenticatorRecord;
use super::changes::{Changes, Conflict};
use super::condition::{Condition, exists, is};
use super::credential::{Credential, CredentialRecord};
use super::item::{Address, Bytes32, Item, Millis, Record, Text, from_item, hash, number, parse};
use super::rate_limit::Counter;
use super::session::ReplacedRecord;
use super::two_factor::TallyRecord;
use super::write::Write;
use super::{Store, StoreError, key_ring, keys};
use crate::domain::audit::Fact;
use crate::domain::session::{AuthenticationMethod, RefreshChain, ReplacedRefresh};
use crate::domain::signing_key::{KeyRing, Ring};
use crate::domain::two_factor::Tally;
use crate::domain::{AdminAccount, AdminId, AdminSession, Authenticator, SecretHash, SessionId};

#[derive(Debug, Serialize, Deserialize)]
struct AdminRecord {
    id: Text<AdminId>,
    email: Address,
    session_generation: u64,
    has_second_factor: bool,
    created_at: Millis,
    updated_at: Millis,
    version: u64,
}

impl Record for AdminRecord {
    const KIND: &'static str = "administrator";
}

#[derive(Debug, Serialize, Deserialize)]
struct AdminSessionRecord {
    id: Text<SessionId>,
    admin_id: Text<AdminId>,
    generation: u64,
    methods: Vec<Text<AuthenticationMethod>>,
    created_at: Millis,
    updated_at: Millis,
    expires_at: Millis,
    ip_address: String,
    user_agent: String,
    refresh_family: Bytes32,
    refresh: Bytes32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    replaced: Option<ReplacedRecord>,
}

impl Record for AdminSessionRecord {
    const KIND: &'static str = "administrator_session";

    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.expires_at.0)
    }
}

/// A session and its administrator, as of one read.
#[derive(Debug, Clone)]
pub struct LiveAdmin {
    pub admin: AdminAccount,
    pub session: AdminSession,
}

/// The data on which a sign-in is decided, read together.
#[derive(Debug)]
pub struct AdminSignInView {
    pub admin: Option<AdminAccount>,
    pub credential: Option<Credential>,
    pub authenticator: Option<Authenticator>,
    /// The attempts at the second factor.
    pub tally: Option<Tally>,
}

/// The data on which a signed-in administrator's proof of the password is decided, read together.
#[derive(Debug)]
pub struct AdminProofView {
    pub credential: Option<Credential>,
    pub client: Counter,
    pub session: Counter,
}

impl Store {
    pub async fn find_admin(&self, id: AdminId) -> Result<Option<AdminAccount>, StoreError> {
        self.table.find::<AdminRecord, _>(&keys::admin(id)).await
    }

    /// The session check of administrators: one round trip for both items. `None` when either was deleted; the domain
    /// decides whether the session is live.
    pub async fn find_admin_session(&self, admin: AdminId, id: SessionId) -> Result<Option<LiveAdmin>, StoreError> {
        let keys = [&keys::admin(admin), &keys::admin_session(admin, id)];
        let [admin, session] = self.table.get_all(keys).await?;
        self.live_admin(admin, session)
    }

    /// `None` when either item is missing.
    fn live_admin(&self, admin: Option<Item>, session: Option<Item>) -> Result<Option<LiveAdmin>, StoreError> {
        let (Some(admin), Some(session)) = (admin, session) else {
            return Ok(None);
        };
        let admin = from_item::<AdminRecord>(admin)?.into();
        let session: AdminSession = from_item::<AdminSessionRecord>(session)?.into();
        Ok(self
            .is_recent(session.created_at)
            .then_some(LiveAdmin { admin, session }))
    }

    /// The same in one round trip with the ring of the token's key, which may have been revoked.
    pub async fn find_admin_session_and_keys(
        &self,
        admin: AdminId,
        id: SessionId,
    ) -> Result<(Option<LiveAdmin>, KeyRing), StoreError> {
        let ring = keys::key_ring(Ring::Admin);
        let keys = [&keys::admin(admin), &keys::admin_session(admin, id), &ring];
        let [admin, session, ring] = self.table.get_all(keys).await?;
        Ok((self.live_admin(admin, session)?, key_ring::from_item(ring)?))
    }

    /// One round trip, whether or not the administrator exists and has a second factor.
    pub async fn view_for_admin_sign_in(&self, id: AdminId) -> Result<AdminSignInView, StoreError> {
        let keys = [
            &keys::admin(id),
            &keys::admin_credential(id),
            &keys::admin_authenticator(id),
            &keys::admin_second_factor_attempts(id),
        ];
        let [admin, credential, authenticator, tally] = self.table.get_all(keys).await?;
        Ok(AdminSignInView {
            admin: parse::<AdminRecord, _>(admin)?,
            credential: parse::<CredentialRecord, _>(credential)?,
            authenticator: parse::<AuthenticatorRecord, _>(authenticator)?,
            tally: parse::<TallyRecord, _>(tally)?,
        })
    }

    pub async fn find_admin_tally(&self, id: AdminId) -> Result<Option<Tally>, StoreError> {
        let key = keys::admin_second_factor_attempts(id);
        self.table.find::<TallyRecord, _>(&key).await
    }

    pub async fn find_admin_credential(&self, id: AdminId) -> Result<Option<Credential>, StoreError> {
        self.table
            .find::<CredentialRecord, _>(&keys::admin_credential(id))
            .await
    }

    pub async fn view_for_admin_proof(
        &self,
        id: AdminId,
        client: Counter,
        session: Counter,
    ) -> Result<AdminProofView, StoreError> {
        let keys = [&keys::admin_credential(id), client.key(), session.key()];
        let [credential, client_item, session_item] = self.table.get_all(keys).await?;
        Ok(AdminProofView {
            credential: parse::<CredentialRecord, _>(credential)?,
            client: client.read(client_item)?,
            session: session.read(session_item)?,
        })
    }
}

impl Changes {
    /// Creates the account. The same commit claims its address.
    pub fn create_admin(self, admin: &AdminAccount) -> Self {
        let created = AdminAccount {
            version: 1,
            ..admin.clone()
        };
        let write = Write::create(keys::admin(admin.id), &AdminRecord::from(&created));
        self.fact(Fact::AdministratorCreated {
            administrator: admin.id,
        })
        .with(write, Conflict::IdTaken)
    }

    /// Writes the new state of the account, if it is unchanged since it was read.
    pub fn update_admin(self, admin: &AdminAccount) -> Self {
        let next = AdminAccount {
            version: admin.version + 1,
            ..admin.clone()
        };
        let write = Write::put(keys::admin(admin.id), &AdminRecord::from(&next)).when(at_version(admin));
        self.with(write, Conflict::AdministratorMoved)
    }

    /// Deletes the account with all that authenticates it. Its sessions end with it, and expire.
    pub fn delete_admin(self, admin: &AdminAccount) -> Self {
        self.fact(Fact::AdministratorDeleted {
            administrator: admin.id,
        })
        .release_admin_email(&admin.email, admin.id)
        .with(
            Write::delete(keys::admin(admin.id)).when(at_version(admin)),
            Conflict::AdministratorMoved,
        )
        .with(
            Write::delete(keys::admin_credential(admin.id)),
            Conflict::AdministratorMoved,
        )
        .with(
            Write::delete(keys::admin_authenticator(admin.id)),
            Conflict::AdministratorMoved,
        )
        .forget_admin_second_factor_attempts(admin.id)
    }

    /// For changes that an administrator requests: they require that the account is unchanged since it was read, and
    /// that the session has not ended.
    pub fn require_admin(self, admin: &AdminAccount, session: SessionId) -> Self {
        self.with(
            Write::check(keys::admin(admin.id), at_version(admin)),
            Conflict::AdministratorMoved,
        )
        .with(
            Write::check(keys::admin_session(admin.id, session), exists()),
            Conflict::SessionGone,
        )
    }

    pub fn create_admin_session(self, session: &AdminSession) -> Self {
        let key = keys::admin_session(session.admin_id, session.id);
        let write = Write::create(key, &AdminSessionRecord::from(session));
        self.fact(Fact::AdministratorSignedIn {
            administrator: session.admin_id,
            session: session.id,
            methods: session.methods.clone(),
        })
        .with(write, Conflict::IdTaken)
    }

    /// Writes the new state of the session, if it exists and its refresh token has not changed.
    pub fn update_admin_session(self, session: &AdminSession) -> Self {
        let key = keys::admin_session(session.admin_id, session.id);
        let write = Write::put(key, &AdminSessionRecord::from(session)).when(has_refresh_token(session));
        self.with(write, Conflict::SessionGone)
    }

    /// Rotates the refresh token that was read, and extends the session. The write fails if another generation of the
    /// session was written since, because it would undo that change.
    pub fn rotate_admin_refresh(self, session: &AdminSession, next: &RefreshChain) -> Self {
        let rotated = AdminSession {
            refresh: *next,
            ..session.clone()
        };
        let key = keys::admin_session(session.admin_id, session.id);
        let write = Write::put(key, &AdminSessionRecord::from(&rotated))
            .when(has_refresh_token(session))
            .when(is("generation", number(session.generation)));
        self.with(write, Conflict::RefreshMoved)
    }

    /// Deletes the session, whether or not it has ended already.
    pub fn delete_admin_session(self, session: &AdminSession) -> Self {
        let key = keys::admin_session(session.admin_id, session.id);
        self.fact(Fact::AdministratorSessionRevoked {
            administrator: session.admin_id,
            session: session.id,
        })
        .with(Write::delete(key), Conflict::SessionGone)
    }
}

fn at_version(admin: &AdminAccount) -> Condition {
    is("version", number(admin.version))
}

fn has_refresh_token(session: &AdminSession) -> Condition {
    is("refresh", hash(&session.refresh.current))
}

impl From<&AdminAccount> for AdminRecord {
    fn from(admin: &AdminAccount) -> Self {
        Self {
            id: Text(admin.id),
            email: Address(admin.email.clone()),
            session_generation: admin.session_generation,
            has_second_factor: admin.has_second_factor,
            created_at: Millis(admin.created_at),
            updated_at: Millis(admin.updated_at),
            version: admin.version,
        }
    }
}

impl From<AdminRecord> for AdminAccount {
    fn from(record: AdminRecord) -> Self {
        Self {
            id: record.id.0,
            email: record.email.0,
            session_generation: record.session_generation,
            has_second_factor: record.has_second_factor,
            created_at: record.created_at.0,
            updated_at: record.updated_at.0,
            version: record.version,
        }
    }
}

impl From<&AdminSession> for AdminSessionRecord {
    fn from(session: &AdminSession) -> Self {
        Self {
            id: Text(session.id),
            admin_id: Text(session.admin_id),
            generation: session.generation,
            methods: session.methods.iter().copied().map(Text).collect(),
            created_at: Millis(session.created_at),
            updated_at: Millis(session.updated_at),
            expires_at: Millis(session.expires_at),
            ip_address: session.ip_address.clone(),
            user_agent: session.user_agent.clone(),
            refresh_family: Bytes32(*session.refresh.family.as_bytes()),
            refresh: Bytes32(*session.refresh.current.as_bytes()),
            replaced: session.refresh.replaced.map(ReplacedRecord::from),
        }
    }
}

impl From<AdminSessionRecord> for AdminSession {
    fn from(record: AdminSessionRecord) -> Self {
        Self {
            id: record.id.0,
            admin_id: record.admin_id.0,
            generation: record.generation,
            methods: record.methods.into_iter().map(|method| method.0).collect(),
            created_at: record.created_at.0,
            updated_at: record.updated_at.0,
            expires_at: record.expires_at.0,
            ip_address: record.ip_address,
            user_agent: record.user_agent,
            refresh: RefreshChain {
                family: SecretHash::from_bytes(record.refresh_family.0),
                current: SecretHash::from_bytes(record.refresh.0),
                replaced: record.replaced.map(ReplacedRefresh::from),
            },
        }
    }
}
