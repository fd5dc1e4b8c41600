//! The settings that administrators change while the service runs: a fixed list of keys with types and bounds. A
//! deployment's own settings are the values of keys that no administrator has changed.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::contract::Contract;
use super::email::EmailAddress;
use super::number::whole_number;
use super::organization::OrganizationKind;
use super::plan::Plan;
use super::profile::Language;
use super::text::text_enum;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConfigurationKey {
    RegistrationOpen,
    AllowedSignUpDomains,
    SessionLifetime,
    AccessTokenLifetime,
    InvitationLifetime,
    PasswordMinLength,
    VerificationRequired,
    DefaultPlanSolo,
    DefaultPlanBusiness,
    KeyRotationInterval,
    DefaultLanguage,
}

text_enum!(ConfigurationKey {
    RegistrationOpen => "registration_open",
    AllowedSignUpDomains => "allowed_signup_domains",
    SessionLifetime => "session_lifetime_seconds",
    AccessTokenLifetime => "access_token_lifetime_seconds",
    InvitationLifetime => "invitation_lifetime_seconds",
    PasswordMinLength => "password_min_length",
    VerificationRequired => "verification_required",
    DefaultPlanSolo => "default_plan_solo",
    DefaultPlanBusiness => "default_plan_business",
    KeyRotationInterval => "key_rotation_interval_days",
    DefaultLanguage => "default_language",
});

/// The type of a value, as the document names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueType {
    Text,
    Integer,
    Number,
    Flag,
    Json,
}

text_enum!(ValueType {
    Text => "STRING",
    Integer => "INTEGER",
    Number => "NUMBER",
    Flag => "BOOLEAN",
    Json => "JSON",
});

/// The values in effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Configuration {
    /// Whether users may sign up by themselves.
    pub registration_open: bool,
    /// The domains whose addresses may sign up; empty for all.
    pub allowed_sign_up_domains: Vec<String>,
    pub session_lifetime: SignedDuration,
    pub access_token_lifetime: SignedDuration,
    /// Whether administrators have ever set that lifetime: tokens from before the last change may then have another one.
    pub sets_access_token_lifetime: bool,
    pub invitation_lifetime: SignedDuration,
    /// In UTF-16 code units. The rules of a contract may demand more.
    pub password_min_length: usize,
    /// Contracts in which an address must be verified before its user may sign in.
    pub verification_required: Vec<Contract>,
    pub default_plan_solo: Plan,
    pub default_plan_business: Plan,
    pub key_rotation: SignedDuration,
    /// The language of mails to recipients who have not chosen one.
    pub default_language: Language,
}

/// A value that an administrator has set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfiguredValue {
    pub key: ConfigurationKey,
    pub value: Value,
    pub description: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// All values that administrators have set.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StoredConfiguration {
    /// The optimistic lock; 0 before the first change.
    pub version: u64,
    pub values: Vec<ConfiguredValue>,
}

/// What a value must be.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
#[error("must be a {0}")]
pub struct InvalidValue(String);

/// Why a user may not sign up.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum SignUpRefused {
    #[error("registration is closed")]
    Closed,
    #[error("addresses of the domain may not sign up")]
    DomainNotAllowed,
}

/// The highest number of domains in `allowed_signup_domains`.
const MAX_DOMAINS: usize = 100;

impl ConfigurationKey {
    pub const ALL: [Self; 11] = [
        Self::RegistrationOpen,
        Self::AllowedSignUpDomains,
        Self::SessionLifetime,
        Self::AccessTokenLifetime,
        Self::InvitationLifetime,
        Self::PasswordMinLength,
        Self::VerificationRequired,
        Self::DefaultPlanSolo,
        Self::DefaultPlanBusiness,
        Self::KeyRotationInterval,
        Self::DefaultLanguage,
    ];

    pub fn value_type(self) -> ValueType {
        match self {
            Self::RegistrationOpen => ValueType::Flag,
            Self::AllowedSignUpDomains | Self::VerificationRequired => ValueType::Json,
            Self::SessionLifetime
            | Self::AccessTokenLifetime
            | Self::InvitationLifetime
            | Self::PasswordMinLength
            | Self::KeyRotationInterval => ValueType::Integer,
            Self::DefaultPlanSolo | Self::DefaultPlanBusiness | Self::DefaultLanguage => ValueType::Text,
        }
    }

    /// What the key means, until an administrator describes it in other words.
    pub fn description(self) -> &'static str {
        match self {
            Self::RegistrationOpen => "Whether users may sign up by themselves",
            Self::AllowedSignUpDomains => "Domains whose addresses may sign up; an empty list allows all",
            Self::SessionLifetime => "How long a remembered session lasts after its last extension, in seconds",
            Self::AccessTokenLifetime => "How long an access token is valid, in seconds",
            Self::InvitationLifetime => "How long an invitation or a registration link is valid, in seconds",
            Self::PasswordMinLength => "Shortest new password, in characters",
            Self::VerificationRequired => "Contracts in which an address must be verified before its user signs in",
            Self::DefaultPlanSolo => "Plan of a new personal organization",
            Self::DefaultPlanBusiness => "Plan of a new business organization",
            Self::KeyRotationInterval => "How long a key signs tokens, in days",
            Self::DefaultLanguage => "Language of mails to recipients who have not chosen one",
        }
    }

    /// The bounds of a whole number.
    fn bounds(self) -> (i64, i64) {
        match self {
            Self::SessionLifetime => (300, 90 * DAY),
            Self::AccessTokenLifetime => (60, MAX_ACCESS_TOKEN_LIFETIME.as_secs()),
            Self::InvitationLifetime => (3600, 30 * DAY),
            // Generated passwords have 23 characters.
            Self::PasswordMinLength => (8, 20),
            Self::KeyRotationInterval => (1, 3650),
            Self::RegistrationOpen
            | Self::AllowedSignUpDomains
            | Self::VerificationRequired
            | Self::DefaultPlanSolo
            | Self::DefaultPlanBusiness
            | Self::DefaultLanguage => (i64::MIN, i64::MAX),
        }
    }
}

const DAY: i64 = 24 * 60 * 60;

/// Longest lifetime of an access token that an administrator may set.
pub const MAX_ACCESS_TOKEN_LIFETIME: SignedDuration = SignedDuration::from_hours(24);

impl Configuration {
    pub fn value(&self, key: ConfigurationKey) -> Value {
        match key {
            ConfigurationKey::RegistrationOpen => json!(self.registration_open),
            ConfigurationKey::AllowedSignUpDomains => json!(self.allowed_sign_up_domains),
            ConfigurationKey::SessionLifetime => json!(self.session_lifetime.as_secs()),
            ConfigurationKey::AccessTokenLifetime => json!(self.access_token_lifetime.as_secs()),
            ConfigurationKey::InvitationLifetime => json!(self.invitation_lifetime.as_secs()),
            ConfigurationKey::PasswordMinLength => json!(self.password_min_length),
            ConfigurationKey::VerificationRequired => {
                let contracts = self.verification_required.iter().map(|contract| contract.as_str());
                contracts.collect()
            }
            ConfigurationKey::DefaultPlanSolo => json!(self.default_plan_solo.as_str()),
            ConfigurationKey::DefaultPlanBusiness => json!(self.default_plan_business.as_str()),
            ConfigurationKey::KeyRotationInterval => json!(self.key_rotation.as_secs() / DAY),
            ConfigurationKey::DefaultLanguage => json!(self.default_language.as_str()),
        }
    }

    /// Changes nothing if the value is not of the key's type, or out of its bounds.
    pub fn set(&mut self, key: ConfigurationKey, value: &Value) -> Result<(), InvalidValue> {
        let seconds = || number(key, value).map(SignedDuration::from_secs);
        match key {
            ConfigurationKey::RegistrationOpen => {
                self.registration_open = value.as_bool().ok_or_else(|| InvalidValue::new("boolean"))?;
            }
            ConfigurationKey::AllowedSignUpDomains => self.allowed_sign_up_domains = domains(value)?,
            ConfigurationKey::SessionLifetime => self.session_lifetime = seconds()?,
            ConfigurationKey::AccessTokenLifetime => {
                self.access_token_lifetime = seconds()?;
                self.sets_access_token_lifetime = true;
            }
            ConfigurationKey::InvitationLifetime => self.invitation_lifetime = seconds()?,
            ConfigurationKey::PasswordMinLength => {
                self.password_min_length = usize::try_from(number(key, value)?).unwrap_or(usize::MAX);
            }
            ConfigurationKey::VerificationRequired => self.verification_required = contracts(value)?,
            ConfigurationKey::DefaultPlanSolo => self.default_plan_solo = plan(value, OrganizationKind::Solo)?,
            ConfigurationKey::DefaultPlanBusiness => {
                self.default_plan_business = plan(value, OrganizationKind::Business)?;
            }
            ConfigurationKey::KeyRotationInterval => {
                self.key_rotation = SignedDuration::from_secs(number(key, value)? * DAY);
            }
            ConfigurationKey::DefaultLanguage => {
                let language = value.as_str().and_then(Language::parse);
                let expected = || InvalidValue::new("language: en, zh, es, fr, de, ja or ko");
                self.default_language = language.ok_or_else(expected)?;
            }
        }
        Ok(())
    }

    /// The values with those that administrators have set. A value that this release does not accept has no effect.
    #[must_use]
    pub fn with(&self, stored: &StoredConfiguration) -> Self {
        let mut configuration = self.clone();
        for ConfiguredValue { key, value, .. } in &stored.values {
            let _ = configuration.set(*key, value);
        }
        configuration
    }

    /// Whether a user with this address may sign up. Users whom others create or invite do not sign up.
    pub fn admit_sign_up(&self, email: &EmailAddress) -> Result<(), SignUpRefused> {
        if !self.registration_open {
            return Err(SignUpRefused::Closed);
        }
        if self.allows_domain_of(email) {
            Ok(())
        } else {
            Err(SignUpRefused::DomainNotAllowed)
        }
    }

    /// Whether users may give themselves this address: otherwise a user could sign up with an address of an allowed
    /// domain, without a mailbox there, and move to another one.
    pub fn allows_domain_of(&self, email: &EmailAddress) -> bool {
        let domain = email.domain();
        self.allowed_sign_up_domains.is_empty() || self.allowed_sign_up_domains.iter().any(|allowed| allowed == domain)
    }
}

impl StoredConfiguration {
    pub fn find(&self, key: ConfigurationKey) -> Option<&ConfiguredValue> {
        self.values.iter().find(|value| value.key == key)
    }

    /// The next version, with another value of the key.
    #[must_use]
    pub fn with(&self, changed: ConfiguredValue) -> Self {
        let mut values = self.values.clone();
        values.retain(|value| value.key != changed.key);
        values.push(changed);
        Self {
            version: self.version + 1,
            values,
        }
    }
}

impl InvalidValue {
    fn new(expected: impl Into<String>) -> Self {
        Self(expected.into())
    }
}

fn number(key: ConfigurationKey, value: &Value) -> Result<i64, InvalidValue> {
    let (min, max) = key.bounds();
    let number = whole_number(value).and_then(|number| i64::try_from(number).ok());
    let number = number.filter(|number| (min..=max).contains(number));
    number.ok_or_else(|| InvalidValue::new(format!("whole number from {min} to {max}")))
}

fn texts(value: &Value) -> Option<Vec<&str>> {
    value.as_array()?.iter().map(Value::as_str).collect()
}

/// Each in the form of the domain of an address, once.
fn domains(value: &Value) -> Result<Vec<String>, InvalidValue> {
    let parse = |domain: &str| Some(EmailAddress::parse(&format!("a@{domain}")).ok()?.domain().to_owned());
    let texts = texts(value).filter(|domains| domains.len() <= MAX_DOMAINS);
    let domains: Option<Vec<String>> = texts.and_then(|texts| texts.into_iter().map(parse).collect());
    let mut domains = domains.ok_or_else(|| InvalidValue::new("list of at most 100 domains of e-mail addresses"))?;
    domains.sort();
    domains.dedup();
    Ok(domains)
}

fn contracts(value: &Value) -> Result<Vec<Contract>, InvalidValue> {
    let named = texts(value).and_then(|names| names.into_iter().map(Contract::parse).collect::<Option<Vec<_>>>());
    let named = named.ok_or_else(|| InvalidValue::new(format!("list of contracts: {}", Contract::NAMES.join(", "))))?;
    Ok(Contract::ALL
        .into_iter()
        .filter(|contract| named.contains(contract))
        .collect())
}

fn plan(value: &Value, kind: OrganizationKind) -> Result<Plan, InvalidValue> {
    let plan = value.as_str().and_then(Plan::parse).filter(|plan| plan.kind() == kind);
    plan.ok_or_else(|| {
        let plans = Plan::ALL.into_iter().filter(|plan| plan.kind() == kind);
        InvalidValue::new(format!(
            "plan: {}",
            plans.map(Plan::as_str).collect::<Vec<_>>().join(", ")
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn configuration() -> Configuration {
        Configuration {
            registration_open: true,
            allowed_sign_up_domains: Vec::new(),
            session_lifetime: SignedDuration::from_hours(24),
            access_token_lifetime: SignedDuration::from_mins(15),
            sets_access_token_lifetime: false,
            invitation_lifetime: SignedDuration::from_hours(48),
            password_min_length: 8,
            verification_required: vec![Contract::Platform],
            default_plan_solo: Plan::SoloFree,
            default_plan_business: Plan::TeamStarter,
            key_rotation: SignedDuration::from_hours(24 * 90),
            default_language: Language::English,
        }
    }

    #[test]
    fn each_key_takes_what_it_shows_and_refuses_what_is_out_of_bounds() {
        for (key, value, wrong) in [
            (
                ConfigurationKey::RegistrationOpen,
                json!(false),
                vec![json!("false"), json!(0), json!(null)],
            ),
            (
                ConfigurationKey::AllowedSignUpDomains,
                json!(["example.com", "example.net"]),
                vec![
                    json!("example.com"),
                    json!(["@"]),
                    json!([1]),
                    json!(["a b"]),
                    json!(vec!["example.com"; 101]),
                ],
            ),
            (
                ConfigurationKey::SessionLifetime,
                json!(300),
                vec![json!(299), json!(7_776_001), json!(300.5), json!("300")],
            ),
            (
                ConfigurationKey::AccessTokenLifetime,
                json!(86_400),
                vec![json!(59), json!(86_401), json!(-1)],
            ),
            (
                ConfigurationKey::InvitationLifetime,
                json!(3600),
                vec![json!(3599), json!(2_592_001), json!(u64::MAX)],
            ),
            (
                ConfigurationKey::PasswordMinLength,
                json!(20),
                vec![json!(7), json!(21), json!(true)],
            ),
            (
                ConfigurationKey::VerificationRequired,
                json!(["better_auth", "accounts"]),
                vec![json!("accounts"), json!(["x"]), json!({"accounts": true})],
            ),
            (
                ConfigurationKey::DefaultPlanSolo,
                json!("SOLO_TRIAL"),
                vec![json!("TEAM_FREE"), json!("x"), json!(1)],
            ),
            (
                ConfigurationKey::DefaultPlanBusiness,
                json!("ENTERPRISE"),
                vec![json!("SOLO_FREE"), json!([])],
            ),
            (
                ConfigurationKey::KeyRotationInterval,
                json!(3650),
                vec![json!(0), json!(3651)],
            ),
            (
                ConfigurationKey::DefaultLanguage,
                json!("de"),
                vec![json!("xx"), json!("DE"), json!(["de"])],
            ),
        ] {
            let mut changed = configuration();
            assert_eq!(changed.set(key, &value), Ok(()), "{key}");
            assert_eq!(changed.value(key), value);
            assert_ne!(changed, configuration(), "{key}");
            for wrong in wrong {
                assert!(changed.set(key, &wrong).is_err(), "{key} {wrong}");
            }
            assert_eq!(changed.value(key), value, "a value that is refused changes nothing");
        }
        let kinds = ConfigurationKey::ALL.map(ConfigurationKey::as_str);
        assert_eq!(kinds, ConfigurationKey::NAMES);
    }

    #[test]
    fn domains_and_contracts_have_one_form() {
        let mut changed = configuration();
        let set = changed.set(
            ConfigurationKey::AllowedSignUpDomains,
            &json!(["Bücher.Example", "a.example", "A.example"]),
        );
        assert_eq!(set, Ok(()));
        let form = |domain: &str| {
            let email = EmailAddress::parse(&format!("ada@{domain}")).unwrap();
            changed.admit_sign_up(&email)
        };
        assert_eq!(form("bücher.example"), Ok(()));
        assert_eq!(form("a.EXAMPLE"), Ok(()));
        assert_eq!(form("b.a.example"), Err(SignUpRefused::DomainNotAllowed));
        let set = changed.set(
            ConfigurationKey::VerificationRequired,
            &json!(["accounts", "basic", "basic"]),
        );
        assert_eq!(set, Ok(()));
        assert_eq!(changed.verification_required, [Contract::Basic, Contract::Accounts]);
    }

    #[test]
    fn each_key_is_documented() {
        let page = include_str!("../../../docs/configuration.md");
        for key in ConfigurationKey::ALL {
            assert!(page.contains(&format!("| `{key}` | ")), "{key}");
            if let (min, max) = key.bounds()
                && min > i64::MIN
            {
                assert!(page.contains(&format!(" | {min} to {max} | ")), "{key}");
            }
        }
    }

    #[test]
    fn a_stored_value_that_is_not_accepted_has_no_effect() {
        let value = |key, value| ConfiguredValue {
            key,
            value,
            description: None,
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
        };
        let stored = StoredConfiguration::default()
            .with(value(ConfigurationKey::PasswordMinLength, json!(1)))
            .with(value(ConfigurationKey::RegistrationOpen, json!(true)))
            .with(value(ConfigurationKey::RegistrationOpen, json!(false)));
        assert_eq!((stored.version, stored.values.len()), (3, 2));
        let expected = Configuration {
            registration_open: false,
            ..configuration()
        };
        assert_eq!(configuration().with(&stored), expected);
    }
}
