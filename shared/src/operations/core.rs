//! The one thing that handlers hold: what operations act upon, and the settings that they decide by.

use std::fmt;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::captcha::Captcha;
use crate::domain::passkey::RelyingParty;
use crate::domain::session::SessionLifetimes;
use crate::domain::{AccessRoles, AdminRoles, Mail, MailId, MailPurpose, TrustedOrigins, User};
use crate::entropy::Entropy;
use crate::mailer::AccountSuppressionList;
use crate::operations::keys::publish_keys::KeyRings;
use crate::passwords::Passwords;
use crate::signer::Signer;
use crate::social::SocialProviders;
use crate::store::{Sequence, Store};

/// Handlers call operations, so its parts are private to the crate. Tests (feature `testkit`) also reach the store, the signer
/// and the entropy, to arrange states that no operation leads to.
pub struct Core {
    #[cfg(feature = "testkit")]
    pub store: Store,
    #[cfg(not(feature = "testkit"))]
    pub(crate) store: Store,
    #[cfg(feature = "testkit")]
    pub signer: Signer,
    #[cfg(not(feature = "testkit"))]
    pub(crate) signer: Signer,
    #[cfg(feature = "testkit")]
    pub entropy: Arc<dyn Entropy>,
    #[cfg(not(feature = "testkit"))]
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) passwords: Passwords,
    /// Absent when no provider is configured.
    pub(crate) captcha: Option<Captcha>,
    /// Absent unless the list that SES keeps for the account is to follow ours.
    pub(crate) account_suppression: Option<AccountSuppressionList>,
    pub(crate) social: SocialProviders,
    pub(crate) settings: Settings,
    pub(super) user_numbers: Sequence,
    pub(super) organization_numbers: Sequence,
    pub(super) key_rings: KeyRings,
}

/// What only some deployments have.
#[derive(Debug, Default)]
pub struct Services {
    pub captcha: Option<Captcha>,
    pub account_suppression: Option<AccountSuppressionList>,
    pub social: SocialProviders,
}

/// What a deployment decides about the operations.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub struct Settings {
    /// Where the service is reached, without a trailing slash. Links in mails begin with it.
    pub public_url: String,
    pub trusted_origins: TrustedOrigins,
    pub relying_party: RelyingParty,
    pub rate_limits: bool,
    pub sessions: SessionLifetimes,
    pub access_token_lifetime: SignedDuration,
    /// How long an administrator may act as somebody else at a time.
    pub impersonation_lifetime: SignedDuration,
    /// How long after the first factor the second one may be shown.
    pub challenge_lifetime: SignedDuration,
    pub verify_email_lifetime: SignedDuration,
    pub reset_password_lifetime: SignedDuration,
    pub delete_user_lifetime: SignedDuration,
    pub invitation_lifetime: SignedDuration,
    pub organizations: OrganizationSettings,
    /// What the roles in the administration of users allow.
    pub admin_roles: AdminRoles,
    /// A user may link an identity that has another address.
    pub link_other_emails: bool,
    /// A new user gets a mail that verifies the address.
    pub verify_on_sign_up: bool,
    /// Codes by mail are a second factor. Whoever reads the mailbox, from which a password can be reset, then has both.
    pub two_factor_by_mail: bool,
    /// A deletion without a password is confirmed by mail first.
    pub confirm_deletion_by_mail: bool,
}

/// The rules of organizations.
#[derive(Debug, Clone)]
pub struct OrganizationSettings {
    pub roles: AccessRoles,
    /// How many organizations a user may be a member of: each makes the user's item larger, which every session check reads.
    pub per_user: u32,
    /// How many members an organization may have that was given no number of seats.
    pub members: u32,
    /// How many invitations of one organization may wait for an answer.
    pub invitations: u32,
}

impl OrganizationSettings {
    /// Whether the user may be a member of one organization more.
    pub(super) fn may_join_another(&self, user: &User) -> bool {
        user.memberships.len() < usize::try_from(self.per_user).unwrap_or(usize::MAX)
    }
}

impl Core {
    pub fn new(
        store: Store,
        signer: Signer,
        passwords: Passwords,
        services: Services,
        entropy: Arc<dyn Entropy>,
        settings: Settings,
    ) -> Self {
        Self {
            store,
            signer,
            passwords,
            captcha: services.captcha,
            account_suppression: services.account_suppression,
            social: services.social,
            entropy,
            settings,
            user_numbers: Sequence::new("user"),
            organization_numbers: Sequence::new("organization"),
            key_rings: KeyRings::default(),
        }
    }

    pub(super) fn mail(&self, purpose: MailPurpose, now: Timestamp) -> Mail {
        Mail {
            id: MailId::generate(now, &*self.entropy),
            purpose,
            created_at: now,
        }
    }
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Core")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
