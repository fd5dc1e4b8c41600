//! Administrators of the platform: principals of their own, with an account, sessions and tokens that are never those
//! of a user, also where the same person is a user. An operator creates them.

use jiff::{SignedDuration, Timestamp};

use super::access::AccessClaims;
use super::email::EmailAddress;
use super::ids::{AdminId, SessionId};
use super::session::{AuthenticationMethod, RefreshChain, SessionLifetimes};
use super::statements::RoleName;
use super::user::PlatformRole;

/// The account of an administrator. Its password may be absent until the administrator sets one with a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdminAccount {
    pub id: AdminId,
    pub email: EmailAddress,
    /// Sessions of another generation have ended.
    pub session_generation: u64,
    /// Whether a sign-in takes a code of the authenticator app beside the password.
    pub has_second_factor: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// Incremented by each write (optimistic lock).
    pub version: u64,
}

/// The session of an administrator, who has shown all factors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdminSession {
    pub id: SessionId,
    pub admin_id: AdminId,
    /// See [`AdminAccount::session_generation`].
    pub generation: u64,
    /// The methods by which the administrator authenticated.
    pub methods: Vec<AuthenticationMethod>,
    pub created_at: Timestamp,
    /// When the session was last extended.
    pub updated_at: Timestamp,
    pub expires_at: Timestamp,
    /// Empty if unknown.
    pub ip_address: String,
    /// Empty if unknown.
    pub user_agent: String,
    pub refresh: RefreshChain,
}

impl AdminAccount {
    pub fn new(id: AdminId, email: EmailAddress, now: Timestamp) -> Self {
        Self {
            id,
            email,
            session_generation: 0,
            has_second_factor: false,
            created_at: now,
            updated_at: now,
            version: 0,
        }
    }

    /// Ends every session of the administrator, once the account is written.
    pub fn end_sessions(&mut self, now: Timestamp) {
        self.session_generation += 1;
        self.updated_at = now;
    }
}

impl AdminSession {
    /// Whether the session authenticates `admin`, who must be its owner as just read.
    pub fn is_live(&self, admin: &AdminAccount, now: Timestamp) -> bool {
        self.admin_id == admin.id && self.generation == admin.session_generation && self.expires_at > now
    }

    /// The end of a session that began at `created_at` and is extended now. It ends like a session of a user who is not
    /// remembered, and at the latest like that of one who is.
    pub fn end(created_at: Timestamp, lifetimes: &SessionLifetimes, now: Timestamp) -> Timestamp {
        (now + lifetimes.of(false)).min(created_at + lifetimes.of(true))
    }

    pub fn extend(&mut self, lifetimes: &SessionLifetimes, now: Timestamp) {
        self.updated_at = now;
        self.expires_at = Self::end(self.created_at, lifetimes, now);
    }

    /// The expiry of an access token that is issued now: not later than that of the session.
    pub fn end_of_access_token(&self, lifetime: SignedDuration, now: Timestamp) -> Timestamp {
        (now + lifetime).min(self.expires_at)
    }

    /// The claims of an access token in the ring of administrators.
    pub fn claims(
        &self,
        admin: &AdminAccount,
        token_id: uuid::Uuid,
        now: Timestamp,
        lifetime: SignedDuration,
    ) -> AccessClaims {
        AccessClaims {
            user_id: admin.id.as_owner(),
            session_id: self.id,
            token_id,
            issued_at: now,
            expires_at: self.end_of_access_token(lifetime, now),
            email: admin.email.clone(),
            // An operator vouches for the address.
            email_verified: true,
            roles: vec![RoleName::from(PlatformRole::SuperAdmin)],
            organization: None,
            methods: self.methods.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{RefreshSecret, Secret};

    fn at(hours: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours)
    }

    fn lifetimes() -> SessionLifetimes {
        SessionLifetimes {
            remembered: SignedDuration::from_hours(7 * 24),
            not_remembered: SignedDuration::from_hours(24),
            absolute: SignedDuration::from_hours(90 * 24),
            update_age: SignedDuration::from_hours(24),
            fresh_age: SignedDuration::from_hours(24),
        }
    }

    fn session(admin: &AdminAccount) -> AdminSession {
        let secret = RefreshSecret {
            family: Secret::from_bytes([1; 32]),
            current: Secret::from_bytes([2; 32]),
        };
        AdminSession {
            id: SessionId::from_bytes([3; 16]),
            admin_id: admin.id,
            generation: admin.session_generation,
            methods: vec![AuthenticationMethod::Password],
            created_at: at(0),
            updated_at: at(0),
            expires_at: AdminSession::end(at(0), &lifetimes(), at(0)),
            ip_address: String::new(),
            user_agent: String::new(),
            refresh: RefreshChain::start(&secret),
        }
    }

    #[test]
    fn a_session_ends_with_its_time_or_its_generation() {
        let email = EmailAddress::parse("root@example.com").expect("an address");
        let mut admin = AdminAccount::new(AdminId::from_bytes([4; 16]), email, at(0));
        let session = session(&admin);
        assert!(session.is_live(&admin, at(23)) && !session.is_live(&admin, at(24)));
        let other = AdminAccount {
            id: AdminId::from_bytes([5; 16]),
            ..admin.clone()
        };
        assert!(!session.is_live(&other, at(1)));
        admin.end_sessions(at(1));
        assert!(!session.is_live(&admin, at(1)));
    }

    #[test]
    fn a_session_is_extended_by_a_day_and_to_a_week_at_most() {
        for (hours, end) in [(0, 24), (100, 124), (160, 168)] {
            assert_eq!(AdminSession::end(at(0), &lifetimes(), at(hours)), at(end));
        }
    }
}
