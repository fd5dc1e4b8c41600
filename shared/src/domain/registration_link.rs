//! Registration links. A link offers the person who has it a new user with a role in one account.

use jiff::Timestamp;

use super::account::{AccountAuthority, AccountRank, AccountRole};
use super::ids::{OrganizationId, OrganizationNumber, UserId};
use super::secret::SecretHash;
use super::user::User;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrationLink {
    pub hash: SecretHash,
    pub organization_id: OrganizationId,
    pub organization_number: OrganizationNumber,
    pub role: AccountRole,
    /// The number of a program, which only the application knows.
    pub program_id: Option<u64>,
    pub creator: UserId,
    /// The rank by which the creator made the link. The link is valid only while the creator has it, or a higher one.
    pub authority: AccountRank,
    /// Of the creator when the link was made. A link from a stolen session ends with what ends the session.
    pub generations: Generations,
    pub expires_at: Timestamp,
    pub is_spent: bool,
}

/// The generations of a user's sessions, second factor and password: ending all sessions, turning a second factor on,
/// and another password increment one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Generations {
    pub session: u64,
    pub trust: u64,
    pub password: u64,
}

impl Generations {
    pub fn of(user: &User) -> Self {
        Self {
            session: user.session_generation,
            trust: user.trust_generation,
            password: user.password_generation,
        }
    }
}

/// Why a link is refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum LinkRefused {
    #[error("the link is unknown")]
    Unknown,
    #[error("the link was used")]
    Spent,
    #[error("the link has expired")]
    Expired,
    /// Its creator may no longer grant its role, or has ended the sessions from which it may come, or its account no
    /// longer exists.
    #[error("the link is no longer authorized")]
    Ended,
}

impl RegistrationLink {
    /// Whether the link can be used, as far as the link itself determines it.
    pub fn await_use(&self, now: Timestamp) -> Result<(), LinkRefused> {
        if self.is_spent {
            Err(LinkRefused::Spent)
        } else if self.expires_at <= now {
            Err(LinkRefused::Expired)
        } else {
            Ok(())
        }
    }

    /// The authority by which the creator, as just read, still grants the role of the link.
    pub fn authority_of(&self, creator: &User, now: Timestamp) -> Result<AccountAuthority, LinkRefused> {
        creator.admit(now).map_err(|_| LinkRefused::Ended)?;
        if Generations::of(creator) != self.generations {
            return Err(LinkRefused::Ended);
        }
        let authority = AccountAuthority::of(creator, self.organization_id).map_err(|_| LinkRefused::Ended)?;
        if authority.rank >= self.authority && authority.may_assign(self.role) {
            Ok(authority)
        } else {
            Err(LinkRefused::Ended)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(is_spent: bool) -> RegistrationLink {
        RegistrationLink {
            hash: SecretHash::from_bytes([1; 32]),
            organization_id: OrganizationId::from_bytes([2; 16]),
            organization_number: OrganizationNumber(2),
            role: AccountRole::Coach,
            program_id: None,
            creator: UserId::from_bytes([3; 16]),
            authority: AccountRank::Admin,
            generations: Generations::default(),
            expires_at: Timestamp::from_second(1_700_000_060).expect("a time"),
            is_spent,
        }
    }

    #[test]
    fn a_link_is_used_once_and_before_it_expires() {
        let at = |seconds: i64| Timestamp::from_second(1_700_000_000 + seconds).expect("a time");
        assert_eq!(link(false).await_use(at(59)), Ok(()));
        assert_eq!(link(false).await_use(at(60)), Err(LinkRefused::Expired));
        assert_eq!(link(true).await_use(at(59)), Err(LinkRefused::Spent));
        assert_eq!(link(true).await_use(at(60)), Err(LinkRefused::Spent));
    }
}
