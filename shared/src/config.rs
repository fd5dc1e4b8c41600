//! The configuration: read once at start-up, from environment variables, into types. [`SETTINGS`] is the list of all
//! settings. If a value does not parse, the process stops with the name of the setting. `docs/configuration.md`
//! explains each.

mod application;
mod cookies;
mod overrides;
mod packed;
mod passkeys;
mod proxy;
mod roles;
mod secrets;

use std::fmt::Display;
use std::str::FromStr;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use url::Url;

use crate::captcha::{CaptchaCheck, CaptchaProvider, CaptchaSettings};
use crate::domain::session::SessionLifetimes;
use crate::domain::signing_key::KeyLife;
use crate::domain::text::text_enum;
use crate::domain::{
    Brand, Configuration, Contract, EmailAddress, Language, Membership, NumberRange, OrganizationKind, Plan, RateLimit,
    RateLimits, TrustedOrigins,
};
use crate::mailer::MailerSettings;
use crate::operations::{OrganizationSettings, RING_CACHED_FOR, Settings, TokenCheck};
use crate::passwords::{Argon2Cost, BreachSettings};
use crate::signer::SignerSettings;
use crate::sns::TopicArn;

pub use application::ApplicationUrls;
pub use cookies::CookieSettings;
use cookies::CookieText;
pub use overrides::{InvalidOverride, Override};
use passkeys::PasskeySettings;
pub use proxy::ProxySecrets;
pub use secrets::{SECRET_SETTINGS, SecretOrigin, SecretSettings};

/// A setting's name and its default. An empty default means that there is none.
pub type Setting = (&'static str, &'static str);

pub const SETTINGS: &[Setting] = &[
    ("PUBLIC_URL", "http://127.0.0.1:3000"),
    ("CONTRACTS", "better_auth,basic,teams,platform,accounts"),
    ("TRUSTED_ORIGINS", ""),
    ("APPLICATION_URL", ""),
    ("INVITATION_URL", ""),
    ("COOKIE_DOMAIN", ""),
    ("COOKIE_SAME_SITE", "lax"),
    ("COOKIE_PREFIX", "secure"),
    ("PASSKEY_RP_ID", ""),
    ("PASSKEY_ORIGINS", ""),
    ("TABLE_NAME", "ostiary"),
    ("RATE_LIMITS", "on"),
    ("CONSECUTIVE_FAILURES", "100"),
    ("LIMIT_SIGN_IN", "5/60"),
    ("LIMIT_SIGN_UP", "5/60"),
    ("LIMIT_REFRESH", "10/60"),
    ("LIMIT_REFRESH_FAILURE", "5/60"),
    ("LIMIT_AUTHORIZATION", "30/60"),
    ("LIMIT_SOCIAL", "5/60"),
    ("LIMIT_REQUEST_MAIL", "5/60"),
    ("LIMIT_SPEND_TOKEN", "5/60"),
    ("LIMIT_CHECK_TOKEN", "5/60"),
    ("LIMIT_CHECK_USERNAME", "30/60"),
    ("LIMIT_CHANGE_CREDENTIAL", "5/60"),
    ("LIMIT_SECOND_FACTOR", "5/60"),
    ("LIMIT_PASSKEY_CHALLENGE", "30/60"),
    ("LIMIT_PLATFORM_AUTHENTICATION", "5/60"),
    ("LIMIT_ACCOUNT", "7/300"),
    ("LIMIT_ACCOUNT_BY_USERNAME", "5/300"),
    ("LIMIT_KNOWN_DEVICE", "7/300"),
    ("LIMIT_PASSWORD_PROOF", "7/300"),
    ("LIMIT_MAILBOX", "5/900"),
    ("LIMIT_MAIL_REQUESTS", "5/900"),
    ("LIMIT_SECOND_FACTOR_MAIL", "5/900"),
    ("LIMIT_CERTIFICATE", "30/60"),
    ("LIMIT_GUESS_API_KEY", "100/60"),
    ("LIMIT_INVITATIONS_OF_USER", "100/86400"),
    ("LIMIT_INVITATIONS_OF_ORGANIZATION", "200/86400"),
    ("LIMIT_BULK_UPLOAD", "30/3600"),
    ("LIMIT_ADMIN", "50/60"),
    ("LIMIT_CHANGE_PHONE", "5/86400"),
    ("LIMIT_USER", "100/60"),
    ("SETTINGS", ""),
    ("SECRETS_ARN", ""),
    ("CLOUDFRONT_SECRET", ""),
    ("SESSION_LIFETIME_SECONDS", "604800"),
    ("SESSION_NOT_REMEMBERED_SECONDS", "86400"),
    ("SESSION_ABSOLUTE_LIFETIME_SECONDS", "7776000"),
    ("SESSION_UPDATE_AGE_SECONDS", "86400"),
    ("SESSION_FRESH_AGE_SECONDS", "86400"),
    ("ACCESS_TOKEN_LIFETIME_SECONDS", "900"),
    ("KEY_ROTATION_DAYS", "90"),
    ("KEY_CACHE_SECONDS", "7200"),
    ("STACK_NAME", "local"),
    ("SESSIONS_SINCE", ""),
    ("SECOND_FACTOR_LIFETIME_SECONDS", "600"),
    ("IMPERSONATION_LIFETIME_SECONDS", "3600"),
    ("VERIFY_EMAIL_LIFETIME_SECONDS", "3600"),
    ("RESET_PASSWORD_LIFETIME_SECONDS", "3600"),
    ("DELETE_USER_LIFETIME_SECONDS", "86400"),
    ("INVITATION_LIFETIME_SECONDS", "172800"),
    ("ADMIN_ROLES", ""),
    ("ORGANIZATION_ROLES", ""),
    ("ORGANIZATION_LIMIT", "50"),
    ("ORGANIZATION_MEMBERSHIP_LIMIT", "100"),
    ("ORGANIZATION_INVITATION_LIMIT", "100"),
    ("RESERVED_USERNAMES", RESERVED_USERNAMES),
    ("VERIFICATION_REQUIRED", "platform,accounts"),
    ("SEND_VERIFICATION_ON_SIGN_UP", "on"),
    ("SIGN_IN_AFTER_VERIFICATION", "off"),
    ("API_KEY_SESSIONS", "off"),
    ("API_KEY_LIST", "array"),
    ("API_KEY_RATE_LIMIT", "none"),
    ("CONFIRM_DELETION_BY_MAIL", "off"),
    ("APPROVE_EMAIL_CHANGES", "off"),
    ("TWO_FACTOR_BY_MAIL", "on"),
    ("AUTHORIZER_CHECK", "strict"),
    ("SIGNING_MODE", "kms"),
    ("SIGNING_ALGORITHM", "ES256"),
    ("USER_SIGNING_KEY_ID", "alias/ostiary-user"),
    ("ADMIN_SIGNING_KEY_ID", "alias/ostiary-admin"),
    ("ENVELOPE_KEY_ID", "alias/ostiary-envelope"),
    ("TOKEN_AUDIENCE", ""),
    ("ADMIN_TOKEN_AUDIENCE", ""),
    ("MAIL_FROM", "Ostiary <no-reply@example.com>"),
    ("MAIL_CONFIGURATION_SET", ""),
    ("SERVICE_NAME", "Ostiary"),
    ("LOGO_URL", ""),
    ("ACCENT_COLOR", "#1d4ed8"),
    ("SUPPORT_EMAIL", ""),
    ("SNS_TOPIC_ARNS", ""),
    ("EVENTS", "off"),
    ("SES_ACCOUNT_SUPPRESSION", "off"),
    ("SOCIAL_PROVIDERS", ""),
    ("SOCIAL_LINK_OTHER_EMAILS", "off"),
    ("CAPTCHA_PROVIDER", ""),
    ("CAPTCHA_CONTRACTS", "teams"),
    ("CAPTCHA_SECRET", ""),
    ("CAPTCHA_ENDPOINT", ""),
    ("CAPTCHA_HOSTNAME", ""),
    ("BREACHED_PASSWORDS", "off"),
    ("BREACHED_PASSWORDS_ENDPOINT", "https://api.pwnedpasswords.com/range/"),
    ("BREACHED_PASSWORDS_TIMEOUT_MS", "1000"),
    ("OPA_URL", ""),
    ("ARGON2_MEMORY_KIB", "19456"),
    ("ARGON2_ITERATIONS", "2"),
    ("ARGON2_PARALLELISM", "1"),
    ("PASSWORD_HASH_QUEUE", "256"),
    ("NUMBER_RANGE", "0"),
];

/// Names of roles, departments and mailboxes of a service (RFC 2142), and words that programs give a meaning.
const RESERVED_USERNAMES: &str = "abuse,account,accounts,admin,administrator,api,auth,billing,contact,everyone,help,helpdesk,hostmaster,\
    info,legal,mail,moderator,noreply,null,official,operator,owner,postmaster,privacy,root,sales,security,\
    service,staff,superuser,support,sysadmin,system,team,undefined,webmaster,www";

#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub struct Config {
    pub table_name: String,
    /// Sessions that began earlier are ended.
    pub sessions_since: Timestamp,
    /// Whether facts that change the state are published as events.
    pub events: bool,
    pub settings: Settings,
    pub application: ApplicationUrls,
    pub cookies: CookieSettings,
    pub signer: SignerSettings,
    pub mailer: MailerSettings,
    pub brand: Brand,
    /// The topics of mail events. If empty, the public endpoint accepts no event, and the event source of Lambda is
    /// trusted.
    pub mail_topics: Vec<TopicArn>,
    /// Whether the suppression list of the account in SES follows that of the table.
    pub account_suppression: bool,
    pub secrets: SecretOrigin,
    pub captcha: Option<CaptchaSettings>,
    /// The contracts that ask for a captcha at each sign-in, sign-up and mail for a password.
    pub captcha_contracts: Vec<Contract>,
    /// The service that knows breached passwords. `None`: passwords are not looked up.
    pub breaches: Option<BreachSettings>,
    /// The policy server to which the rules in effect are pushed.
    pub opa_url: Option<String>,
    pub argon2: Argon2Cost,
    /// How many password hashes wait at most.
    pub password_hash_queue: u16,
    /// The contracts that are served; the paths of the others are unknown.
    pub contracts: Vec<Contract>,
    pub sign_in_after_verification: bool,
    /// Whether an API key authenticates in place of a session, on the paths of `better_auth` that allow it.
    pub api_key_sessions: bool,
    /// How the Lambda authorizer checks access tokens.
    pub authorizer_check: TokenCheck,
    pub api_key_list: ListForm,
}

/// How lists of API keys are written. The documented clients expect an array, the current ones an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListForm {
    Array,
    /// `{apiKeys, total}`.
    Object,
}

text_enum!(ListForm { Array => "array", Object => "object" });

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{name}: {reason}")]
pub struct InvalidSetting {
    pub name: &'static str,
    pub reason: String,
}

impl Config {
    pub fn from_environment() -> Result<Self, InvalidSetting> {
        Self::read(&|name| std::env::var(name).ok())
    }

    /// The origin of the service itself.
    pub fn public_origin(&self) -> Option<String> {
        let url = Url::parse(&self.settings.public_url).ok()?;
        Some(url.origin().ascii_serialization())
    }

    /// Whether reports on mail are accepted from the topic, when Lambda's event source passes them on.
    pub fn takes_mail_events_of(&self, topic: &str) -> bool {
        self.mail_topics.is_empty() || self.mail_topics.iter().any(|known| known.as_str() == topic)
    }

    /// The captcha of an operation. `response` is what the client has presented, in a field of the contract or in the header
    /// `x-captcha-response`.
    pub fn captcha_check(&self, contract: Contract, response: Option<&str>) -> CaptchaCheck {
        if self.captcha.is_some() && self.captcha_contracts.contains(&contract) {
            CaptchaCheck::Required {
                response: response.map(str::to_owned),
            }
        } else {
            CaptchaCheck::NotRequired
        }
    }

    /// Reads each setting through `lookup`, or else from `SETTINGS`; a setting that is absent or empty has its default.
    pub fn read(lookup: &dyn Fn(&str) -> Option<String>) -> Result<Self, InvalidSetting> {
        let given = |name: &str| lookup(name).filter(|value| !value.is_empty());
        let packed = packed::parse(&given(packed::PACKED).unwrap_or_default())?;
        let lookup = |name: &str| given(name).or_else(|| packed.get(name).cloned());
        let source = Source(&lookup);
        let public_url = source.text("PUBLIC_URL").trim_end_matches('/').to_owned();
        let secrets = SecretOrigin::read(&source)?;
        let brand = source.brand()?;
        Ok(Self {
            table_name: source.text("TABLE_NAME"),
            sessions_since: source.sessions_since()?,
            events: source.switch("EVENTS")?,
            settings: source.operations(&public_url)?,
            application: ApplicationUrls::parse(
                source.optional("APPLICATION_URL").as_deref(),
                source.optional("INVITATION_URL").as_deref(),
            )?,
            cookies: source.cookies(&public_url)?,
            signer: source.signer(&public_url)?,
            mailer: MailerSettings {
                from: source.text("MAIL_FROM"),
                configuration_set: source.optional("MAIL_CONFIGURATION_SET"),
                brand: brand.clone(),
            },
            brand,
            mail_topics: source.list("SNS_TOPIC_ARNS")?,
            account_suppression: source.switch("SES_ACCOUNT_SUPPRESSION")?,
            captcha: source.captcha(&secrets)?,
            secrets,
            captcha_contracts: source.list("CAPTCHA_CONTRACTS")?,
            breaches: source.breaches()?,
            opa_url: source.optional("OPA_URL"),
            argon2: Argon2Cost {
                memory: source.parse("ARGON2_MEMORY_KIB")?,
                iterations: source.parse("ARGON2_ITERATIONS")?,
                parallelism: source.parse("ARGON2_PARALLELISM")?,
            },
            password_hash_queue: source.parse("PASSWORD_HASH_QUEUE")?,
            contracts: source.list("CONTRACTS")?,
            sign_in_after_verification: source.switch("SIGN_IN_AFTER_VERIFICATION")?,
            api_key_sessions: source.switch("API_KEY_SESSIONS")?,
            authorizer_check: source.parse("AUTHORIZER_CHECK")?,
            api_key_list: source.parse("API_KEY_LIST")?,
        })
    }
}

struct Source<'a>(&'a dyn Fn(&str) -> Option<String>);

impl Source<'_> {
    fn operations(&self, public_url: &str) -> Result<Settings, InvalidSetting> {
        let own = TrustedOrigins::new([origin_of(public_url)]).map_err(|error| invalid("PUBLIC_URL", error))?;
        let trusted_origins = TrustedOrigins::parse(&self.text("TRUSTED_ORIGINS"))
            .map_err(|error| invalid("TRUSTED_ORIGINS", error))?
            .and(own);
        let passkeys = PasskeySettings {
            rp_id: &self.text("PASSKEY_RP_ID"),
            origins: &self.text("PASSKEY_ORIGINS"),
            service_name: &self.service_name()?,
            public_url,
            trusted_origins: &trusted_origins,
        };
        Ok(Settings {
            public_url: public_url.to_owned(),
            service_name: self.service_name()?,
            relying_party: passkeys.relying_party()?,
            trusted_origins,
            number_range: NumberRange::new(self.at_most("NUMBER_RANGE", NumberRange::MAX)?).unwrap_or_default(),
            rate_limits: self.switch("RATE_LIMITS")?,
            limits: self.limits()?,
            consecutive_failures: self.consecutive_failures()?,
            sessions: SessionLifetimes {
                remembered: self.seconds("SESSION_LIFETIME_SECONDS")?,
                not_remembered: self.seconds("SESSION_NOT_REMEMBERED_SECONDS")?,
                update_age: self.seconds("SESSION_UPDATE_AGE_SECONDS")?,
                absolute: self.seconds("SESSION_ABSOLUTE_LIFETIME_SECONDS")?,
                fresh_age: self.seconds("SESSION_FRESH_AGE_SECONDS")?,
            },
            api_key_limit: self.parse("API_KEY_RATE_LIMIT")?,
            configuration: self.configuration()?,
            key_life: self.key_life()?,
            impersonation_lifetime: self.seconds("IMPERSONATION_LIFETIME_SECONDS")?,
            challenge_lifetime: self.seconds("SECOND_FACTOR_LIFETIME_SECONDS")?,
            verify_email_lifetime: self.seconds("VERIFY_EMAIL_LIFETIME_SECONDS")?,
            reset_password_lifetime: self.seconds("RESET_PASSWORD_LIFETIME_SECONDS")?,
            delete_user_lifetime: self.seconds("DELETE_USER_LIFETIME_SECONDS")?,
            organizations: OrganizationSettings {
                roles: roles::of_organizations(self.optional("ORGANIZATION_ROLES").as_deref())?,
                per_user: self.at_most("ORGANIZATION_LIMIT", Membership::MAX)?,
                members: self.parse("ORGANIZATION_MEMBERSHIP_LIMIT")?,
                invitations: self.parse("ORGANIZATION_INVITATION_LIMIT")?,
            },
            admin_roles: roles::of_administration(self.optional("ADMIN_ROLES").as_deref())?,
            reserved_usernames: self.list("RESERVED_USERNAMES")?.into_iter().collect(),
            link_other_emails: self.switch("SOCIAL_LINK_OTHER_EMAILS")?,
            verify_on_sign_up: self.switch("SEND_VERIFICATION_ON_SIGN_UP")?,
            two_factor_by_mail: self.switch("TWO_FACTOR_BY_MAIL")?,
            confirm_deletion_by_mail: self.switch("CONFIRM_DELETION_BY_MAIL")?,
            approve_email_changes: self.switch("APPROVE_EMAIL_CHANGES")?,
        })
    }

    fn brand(&self) -> Result<Brand, InvalidSetting> {
        Ok(Brand {
            name: self.service_name()?,
            logo: self.parse_optional("LOGO_URL")?,
            accent: self.parse("ACCENT_COLOR")?,
            support_email: self.parse_optional::<EmailAddress>("SUPPORT_EMAIL")?,
        })
    }

    fn service_name(&self) -> Result<String, InvalidSetting> {
        const NAME: &str = "SERVICE_NAME";
        const MAX_CHARS: usize = 60;
        let name = self.text(NAME).trim().to_owned();
        if name.is_empty() || name.chars().any(char::is_control) || name.chars().count() > MAX_CHARS {
            return Err(invalid(
                NAME,
                format!("must be one line of at most {MAX_CHARS} characters"),
            ));
        }
        Ok(name)
    }

    /// Settings without an environment variable have the defaults of the contracts' documents.
    fn configuration(&self) -> Result<Configuration, InvalidSetting> {
        Ok(Configuration {
            registration_open: true,
            allowed_sign_up_domains: Vec::new(),
            session_lifetime: self.seconds("SESSION_LIFETIME_SECONDS")?,
            access_token_lifetime: self.seconds("ACCESS_TOKEN_LIFETIME_SECONDS")?,
            sets_access_token_lifetime: false,
            invitation_lifetime: self.seconds("INVITATION_LIFETIME_SECONDS")?,
            password_min_length: 8,
            verification_required: self.list("VERIFICATION_REQUIRED")?,
            default_plan_solo: Plan::of_kind(OrganizationKind::Solo),
            default_plan_business: Plan::of_kind(OrganizationKind::Business),
            key_rotation: self.key_life()?.rotation,
            default_language: Language::default(),
        })
    }

    fn limits(&self) -> Result<RateLimits, InvalidSetting> {
        let mut limits = RateLimits::default();
        for (setting, limit) in RateLimit::SETTINGS {
            limits.set(limit, self.parse(setting)?);
        }
        Ok(limits)
    }

    fn key_life(&self) -> Result<KeyLife, InvalidSetting> {
        const NAME: &str = "KEY_ROTATION_DAYS";
        let days = self.at_most(NAME, 3650)?;
        if days == 0 {
            return Err(invalid(NAME, "must be at least 1"));
        }
        let cache = self.seconds("KEY_CACHE_SECONDS")?;
        // The key set itself says that it may be cached for five minutes.
        if cache < SignedDuration::from_mins(5) {
            return Err(invalid("KEY_CACHE_SECONDS", "must be at least 300"));
        }
        Ok(KeyLife {
            rotation: SignedDuration::from_hours(24 * i64::from(days)),
            cache,
            tokens: RING_CACHED_FOR + self.seconds("ACCESS_TOKEN_LIFETIME_SECONDS")?,
        })
    }

    fn consecutive_failures(&self) -> Result<u32, InvalidSetting> {
        const NAME: &str = "CONSECUTIVE_FAILURES";
        match self.at_most(NAME, 100)? {
            0 => Err(invalid(NAME, "must be at least 1")),
            number => Ok(number),
        }
    }

    fn cookies(&self, public_url: &str) -> Result<CookieSettings, InvalidSetting> {
        let text = CookieText {
            public_url,
            prefix: &self.text("COOKIE_PREFIX"),
            domain: &self.text("COOKIE_DOMAIN"),
            same_site: &self.text("COOKIE_SAME_SITE"),
        };
        text.settings()
    }

    fn signer(&self, public_url: &str) -> Result<SignerSettings, InvalidSetting> {
        let audience = self.optional("TOKEN_AUDIENCE").unwrap_or_else(|| public_url.to_owned());
        let admin_audience = self
            .optional("ADMIN_TOKEN_AUDIENCE")
            .unwrap_or_else(|| format!("{public_url}/v1/admin"));
        if audience == admin_audience {
            return Err(invalid("ADMIN_TOKEN_AUDIENCE", "must differ from TOKEN_AUDIENCE"));
        }
        Ok(SignerSettings {
            mode: self.parse("SIGNING_MODE")?,
            algorithm: self.parse("SIGNING_ALGORITHM")?,
            user_key_id: self.text("USER_SIGNING_KEY_ID"),
            admin_key_id: self.text("ADMIN_SIGNING_KEY_ID"),
            envelope_key_id: self.text("ENVELOPE_KEY_ID"),
            stack: self.text("STACK_NAME"),
            issuer: public_url.to_owned(),
            audience,
            admin_audience,
        })
    }

    fn captcha(&self, secrets: &SecretOrigin) -> Result<Option<CaptchaSettings>, InvalidSetting> {
        if self.optional("CAPTCHA_PROVIDER").is_none() {
            return Ok(None);
        }
        if matches!(secrets, SecretOrigin::Settings(settings) if settings.captcha.is_none()) {
            return Err(invalid("CAPTCHA_SECRET", "is needed with CAPTCHA_PROVIDER"));
        }
        Ok(Some(CaptchaSettings {
            provider: self.parse::<CaptchaProvider>("CAPTCHA_PROVIDER")?,
            endpoint: self.optional("CAPTCHA_ENDPOINT"),
            hostname: self.optional("CAPTCHA_HOSTNAME"),
        }))
    }

    fn breaches(&self) -> Result<Option<BreachSettings>, InvalidSetting> {
        let timeout: u16 = self.parse("BREACHED_PASSWORDS_TIMEOUT_MS")?;
        Ok(self.switch("BREACHED_PASSWORDS")?.then(|| BreachSettings {
            endpoint: self.text("BREACHED_PASSWORDS_ENDPOINT"),
            timeout: Duration::from_millis(timeout.into()),
        }))
    }

    fn sessions_since(&self) -> Result<Timestamp, InvalidSetting> {
        const NAME: &str = "SESSIONS_SINCE";
        let since = self.optional(NAME).map(|text| text.parse());
        Ok(since
            .transpose()
            .map_err(|error| invalid(NAME, error))?
            .unwrap_or(Timestamp::MIN))
    }

    fn optional(&self, name: &'static str) -> Option<String> {
        Some(self.text(name)).filter(|value| !value.is_empty())
    }

    fn text(&self, name: &'static str) -> String {
        let default = SETTINGS
            .iter()
            .find(|(known, _)| *known == name)
            .map_or("", |(_, default)| default);
        (self.0)(name)
            .filter(|value| !value.is_empty())
            .unwrap_or_else(|| default.to_owned())
    }

    fn parse<T: FromStr<Err: Display>>(&self, name: &'static str) -> Result<T, InvalidSetting> {
        self.text(name).parse().map_err(|error| invalid(name, error))
    }

    fn parse_optional<T: FromStr<Err: Display>>(&self, name: &'static str) -> Result<Option<T>, InvalidSetting> {
        let value = self.optional(name);
        value
            .map(|value| value.parse().map_err(|error| invalid(name, error)))
            .transpose()
    }

    fn at_most(&self, name: &'static str, max: u32) -> Result<u32, InvalidSetting> {
        let number = self.parse(name)?;
        if number <= max {
            Ok(number)
        } else {
            Err(invalid(name, format!("must be at most {max}")))
        }
    }

    fn seconds(&self, name: &'static str) -> Result<SignedDuration, InvalidSetting> {
        match self.parse::<u32>(name)? {
            0 => Err(invalid(name, "must be at least one second")),
            seconds => Ok(SignedDuration::from_secs(i64::from(seconds))),
        }
    }

    fn switch(&self, name: &'static str) -> Result<bool, InvalidSetting> {
        match self.text(name).as_str() {
            "on" | "true" => Ok(true),
            "off" | "false" => Ok(false),
            _ => Err(invalid(name, "must be `on` or `off`")),
        }
    }

    /// Names separated by commas; `none` is the empty list.
    fn list<T: FromStr<Err: Display>>(&self, name: &'static str) -> Result<Vec<T>, InvalidSetting> {
        let text = self.text(name);
        let names = text
            .split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty() && *item != "none");
        names
            .map(|item| item.parse().map_err(|error| invalid(name, error)))
            .collect()
    }
}

/// The part of the public URL before the path, since an origin has no path.
fn origin_of(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    url[host..].find('/').map_or(url, |at| &url[..host + at])
}

fn invalid(name: &'static str, reason: impl Display) -> InvalidSetting {
    InvalidSetting {
        name,
        reason: reason.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Config, InvalidSetting> {
        Config::read(&|name| {
            pairs
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_defaults_are_valid() {
        let config = read(&[]).expect("defaults");
        assert_eq!(config.settings.public_url, "http://127.0.0.1:3000");
        assert!(config.settings.trusted_origins.contain("http://127.0.0.1:3000"));
        assert!(!config.cookies.is_secure());
    }

    #[test]
    fn an_invalid_setting_is_named() {
        for (name, value) in [
            ("RATE_LIMITS", "maybe"),
            ("EVENTS", "maybe"),
            ("SESSION_LIFETIME_SECONDS", "0"),
            ("ACCESS_TOKEN_LIFETIME_SECONDS", "15m"),
            ("CONTRACTS", "teams,rest"),
            ("TRUSTED_ORIGINS", "https://app.example.com/path"),
            ("SIGNING_MODE", "rot13"),
            ("SIGNING_ALGORITHM", "HS256"),
            ("AUTHORIZER_CHECK", "lax"),
            ("VERIFICATION_REQUIRED", "nobody"),
            ("CAPTCHA_CONTRACTS", "pages"),
            ("SNS_TOPIC_ARNS", "mail-events"),
            ("SES_ACCOUNT_SUPPRESSION", "mirror"),
            ("ADMIN_ROLES", r#"{"support": {"user": ["lst"]}}"#),
            ("ORGANIZATION_ROLES", "editor"),
            ("ORGANIZATION_LIMIT", "-1"),
            ("ORGANIZATION_LIMIT", "151"),
            ("RESERVED_USERNAMES", "admin,no such name"),
            ("API_KEY_LIST", "tree"),
            ("LIMIT_SIGN_IN", "5"),
            ("LIMIT_USER", "0/60"),
            ("CONSECUTIVE_FAILURES", "0"),
            ("CONSECUTIVE_FAILURES", "101"),
            ("CLOUDFRONT_SECRET", "short"),
            ("SECRETS_ARN", "arn:aws:sns:us-east-1:000000000000:secret"),
            ("SERVICE_NAME", "Ostiary\r\nBcc: eve"),
            ("SERVICE_NAME", " "),
            ("LOGO_URL", "http://example.com/logo.png"),
            ("ACCENT_COLOR", "blue"),
            ("SUPPORT_EMAIL", "support"),
        ] {
            assert_eq!(read(&[(name, value)]).expect_err(name).name, name);
        }
    }

    #[test]
    fn limits_are_settings_with_documented_defaults() {
        let defaults = read(&[]).expect("defaults").settings.limits;
        for (setting, limit) in RateLimit::SETTINGS {
            assert_eq!(defaults.of(limit), limit, "{setting}");
            let changed = read(&[(setting, "3/7")]).expect(setting).settings.limits.of(limit);
            assert_eq!(
                (changed.max, changed.per),
                (3, SignedDuration::from_secs(7)),
                "{setting}"
            );
        }
    }

    #[test]
    fn the_limit_of_api_keys_is_none_unless_it_is_set() {
        let limit = |value: &str| {
            let config = read(&[("API_KEY_RATE_LIMIT", value)])?;
            let limit = config.settings.api_key_limit;
            Ok::<_, InvalidSetting>(limit.enabled.then(|| (limit.max.get(), limit.per.as_secs())))
        };
        assert_eq!(limit(""), Ok(None));
        assert_eq!(limit("none"), Ok(None));
        assert_eq!(limit("5000/3600"), Ok(Some((5000, 3600))));
        for refused in ["0/60", "5/0", "5", "-1/60", "off", "1/31536001", "1/60/60"] {
            assert_eq!(limit(refused).expect_err(refused).name, "API_KEY_RATE_LIMIT");
        }
    }

    #[test]
    fn a_captcha_needs_its_secret() {
        assert_eq!(
            read(&[("CAPTCHA_PROVIDER", "turnstile")]).expect_err("no secret").name,
            "CAPTCHA_SECRET"
        );
    }

    #[test]
    fn settings_can_be_packed_into_one() {
        let packed = (
            "SETTINGS",
            "LIMIT_SIGN_IN=3/7; ORGANIZATION_LIMIT=5;TOKEN_AUDIENCE=a=b;",
        );
        let config = read(&[packed, ("ORGANIZATION_LIMIT", "9")]).expect("settings");
        assert_eq!(config.settings.limits.of(RateLimit::SIGN_IN).max, 3);
        assert_eq!(config.signer.audience, "a=b");
        // A variable of its own takes precedence.
        assert_eq!(config.settings.organizations.per_user, 9);
        for refused in [
            "LIMIT_SIGNIN=3/7",
            "RATE_LIMITS",
            "SETTINGS=RATE_LIMITS=off",
            "CAPTCHA_SECRET=hush",
        ] {
            let error = read(&[("SETTINGS", refused)]).expect_err(refused);
            assert_eq!(error.name, "SETTINGS");
            assert!(!error.reason.contains("hush"));
        }
        assert_eq!(
            read(&[("SETTINGS", "RATE_LIMITS=maybe")]).expect_err("no switch").name,
            "RATE_LIMITS"
        );
    }

    #[test]
    fn a_secret_stands_in_the_secret_alone() {
        let arn = (
            "SECRETS_ARN",
            "arn:aws:secretsmanager:us-east-1:000000000000:secret:ostiary-AbCdEf",
        );
        read(&[arn, ("CAPTCHA_PROVIDER", "turnstile")]).expect("the secret has that of the captcha");
        for name in SECRET_SETTINGS {
            assert_eq!(read(&[arn, (name, "a value")]).expect_err(name).name, name);
        }
    }

    #[test]
    fn every_setting_is_documented_with_its_default() {
        let page = include_str!("../../docs/configuration.md");
        for (name, default) in SETTINGS {
            let default = if default.is_empty() {
                "none".to_owned()
            } else {
                format!("`{default}`")
            };
            assert!(page.contains(&format!("| `{name}` | {default} |")), "{name}");
        }
        let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
        let named = rows.filter_map(|row| row.split('`').next());
        let named = named.filter(|name| {
            name.chars()
                .all(|character| character.is_ascii_uppercase() || "_0123456789".contains(character))
        });
        let unknown: Vec<_> = named
            .filter(|name| !SETTINGS.iter().any(|(known, _)| known == name))
            .collect();
        assert_eq!(unknown, [""; 0]);
    }
}
