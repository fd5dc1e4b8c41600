//! The value that handlers hold: the services on which operations act, and the settings by which they decide.

use std::fmt;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::captcha::Captcha;
use crate::config::ProxySecrets;
use crate::domain::api_key::KeyLimit;
use crate::domain::passkey::RelyingParty;
use crate::domain::session::SessionLifetimes;
use crate::domain::signing_key::KeyLife;
use crate::domain::{
    AccessRoles, AdminRoles, Configuration, CredentialChange, Language, Mail, MailId, MailPurpose, NumberRange,
    OrganizationId, RateLimits, ReservedUsernames, TrustedOrigins, User, UserId,
};
use crate::entropy::Entropy;
use crate::mailer::AccountSuppressionList;
use crate::operations::configuration::current::CurrentConfiguration;
use crate::operations::keys::publish_keys::KeyRings;
use crate::operations::services::get_user_by_number::KnownNumbers;
use crate::operations::social::social_provider::RecordedProviders;
use crate::passwords::{Breaches, Passwords};
use crate::policies::{CompiledPolicies, Opa};
use crate::secrets::Secrets;
use crate::signer::Signer;
use crate::store::{Sequence, Store};

/// The core's parts are private to the crate, because handlers call operations. Tests (feature `testkit`) also reach
/// the store, the signer and the entropy, to set up states that no operation produces.
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
    /// Absent unless passwords are looked up in published breaches.
    pub(crate) breaches: Option<Breaches>,
    /// Absent when no provider is configured.
    pub(crate) captcha: Option<Captcha>,
    /// Absent unless the suppression list of the SES account follows ours.
    pub(crate) account_suppression: Option<AccountSuppressionList>,
    /// Among them are the providers of the setting. [`Core::social_provider`] decides which of them count.
    pub(super) secrets: Secrets,
    /// Absent unless policy rules are pushed to a policy server.
    pub(crate) opa: Option<Opa>,
    pub(crate) settings: Settings,
    pub(super) user_numbers: Sequence,
    pub(super) organization_numbers: Sequence,
    pub(super) key_rings: KeyRings,
    pub(super) known_numbers: KnownNumbers,
    pub(super) compiled_policies: CompiledPolicies,
    pub(super) recorded_providers: RecordedProviders,
    pub(super) configuration: CurrentConfiguration,
}

/// The parts that only some deployments have.
#[derive(Debug, Default)]
pub struct Services {
    pub breaches: Option<Breaches>,
    pub captcha: Option<Captcha>,
    pub account_suppression: Option<AccountSuppressionList>,
    pub secrets: Secrets,
    pub opa: Option<Opa>,
}

/// The settings of a deployment that operations depend on.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub struct Settings {
    /// The public URL of the service, without a trailing slash. Links in mails begin with it.
    pub public_url: String,
    /// New passwords must not be made of it.
    pub service_name: String,
    pub trusted_origins: TrustedOrigins,
    pub relying_party: RelyingParty,
    /// Which numbers of users and organizations this Region takes.
    pub number_range: NumberRange,
    pub rate_limits: bool,
    pub limits: RateLimits,
    /// The number of consecutive failures after which a password can no longer be tried (NIST SP 800-63B-4, section
    /// 3.2.2).
    pub consecutive_failures: u32,
    pub sessions: SessionLifetimes,
    /// The limit that each new API key gets. While it is switched off, no key has a limit.
    pub api_key_limit: KeyLimit,
    /// What administrators may change. Where [`Core::configuration`] has a value, it counts.
    pub configuration: Configuration,
    /// The periods in the life of the keys that sign tokens.
    pub key_life: KeyLife,
    /// Longest duration of an impersonation.
    pub impersonation_lifetime: SignedDuration,
    /// The time limit between the first factor and the second one.
    pub challenge_lifetime: SignedDuration,
    pub verify_email_lifetime: SignedDuration,
    pub reset_password_lifetime: SignedDuration,
    pub delete_user_lifetime: SignedDuration,
    pub organizations: OrganizationSettings,
    /// The permissions of the roles in the administration of users.
    pub admin_roles: AdminRoles,
    pub reserved_usernames: ReservedUsernames,
    /// Whether a user may link an identity that has another address.
    pub link_other_emails: bool,
    /// Whether a new user gets a mail that verifies the address.
    pub verify_on_sign_up: bool,
    /// Whether codes by mail are a second factor. A person who reads the mailbox, from which the password can be reset,
    /// then has both factors.
    pub two_factor_by_mail: bool,
    /// Whether the present address, once it is verified, must approve a change before the new one confirms it.
    pub approve_email_changes: bool,
    /// Whether a deletion without a password must first be confirmed by mail.
    pub confirm_deletion_by_mail: bool,
}

/// The rules of organizations.
#[derive(Debug, Clone)]
pub struct OrganizationSettings {
    pub roles: AccessRoles,
    /// Limit of a user's memberships: each makes the user's item larger, which every session check reads.
    pub per_user: u32,
    /// Limit of members, for an organization without a number of seats of its own.
    pub members: u32,
    /// Limit of an organization's pending invitations.
    pub invitations: u32,
}

impl OrganizationSettings {
    /// Whether the user may become a member of one more organization.
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
            breaches: services.breaches,
            captcha: services.captcha,
            account_suppression: services.account_suppression,
            secrets: services.secrets,
            opa: services.opa,
            entropy,
            configuration: CurrentConfiguration::new(settings.configuration.clone()),
            user_numbers: Sequence::new("user", settings.number_range),
            organization_numbers: Sequence::new("organization", settings.number_range),
            settings,
            key_rings: KeyRings::default(),
            known_numbers: KnownNumbers::default(),
            compiled_policies: CompiledPolicies::default(),
            recorded_providers: RecordedProviders::default(),
        }
    }

    /// The secrets of trusted proxies. None is trusted while they are not available.
    pub async fn proxy_secrets(&self, now: Timestamp) -> ProxySecrets {
        let secrets = self.secrets.current(now).await;
        secrets.map_or_else(|_| ProxySecrets::default(), |secrets| secrets.proxies.clone())
    }

    /// The mail that notifies a user of a change of a credential. It is enqueued in the commit of the change.
    pub(super) fn credential_notice(&self, user_id: UserId, change: CredentialChange, now: Timestamp) -> Mail {
        self.mail(MailPurpose::CredentialChanged { user_id, change }, now)
    }

    /// The mail with which a user of an account signs in for the first time.
    pub(super) fn activation_mail(&self, user_id: UserId, organization_id: OrganizationId, now: Timestamp) -> Mail {
        let purpose = MailPurpose::Activation {
            user_id,
            organization_id,
        };
        self.mail(purpose, now)
    }

    pub(super) fn mail(&self, purpose: MailPurpose, now: Timestamp) -> Mail {
        let language = if purpose.is_notice() {
            None
        } else {
            Language::of_browser()
        };
        Mail {
            id: MailId::generate(now, &*self.entropy),
            purpose,
            language,
            region: self.store.region().cloned(),
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
