//! The parameters of `template.yaml` against the settings that they become: `CloudFormation` refuses what a function would
//! refuse when it starts.

use std::sync::Arc;

use fancy_regex::Regex;
use serde_yaml_ng::Value;
use shared::aws;
use shared::config::Config;
use shared::entropy::OsEntropy;

const ARN: &str = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:ostiary-AbCdEf";

/// A parameter, the setting that it becomes, values that both accept, and values that both refuse.
type Row = (
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
);

const ROWS: &[Row] = &[
    (
        "PublicUrl",
        "PUBLIC_URL",
        &["https://auth.example.com", "https://auth.example.com:8443"],
        &["https://", "https://auth.example.com:99999", "https:// a"],
    ),
    (
        "Contracts",
        "CONTRACTS",
        &["teams", "better_auth,accounts"],
        &["rest", "teams,rest"],
    ),
    (
        "TrustedOrigins",
        "TRUSTED_ORIGINS",
        &[
            "https://app.example.com",
            "https://app.example.com/, http://localhost:5173",
            "http://127.0.0.1:5173,myapp://",
            "capacitor://localhost",
        ],
        &[
            "app.example.com",
            "https://app.example.com/path",
            "https://app.example.com:99999",
            "javascript://x",
            "file://",
            "https://256.0.0.1",
        ],
    ),
    (
        "CookieDomain",
        "COOKIE_DOMAIN",
        &["example.com", ".example.com", "auth.example.com"],
        &["Example.com", "https://example.com", "com", "127.0.0.1"],
    ),
    (
        "CookieSameSite",
        "COOKIE_SAME_SITE",
        &["strict", "none"],
        &["Lax", "yes"],
    ),
    ("CookiePrefix", "COOKIE_PREFIX", &["host", "secure"], &["none"]),
    (
        "PasskeyRpId",
        "PASSKEY_RP_ID",
        &["example.com", "localhost"],
        &["https://example.com", "Example.com", "example.com:80", "127.0.0.1"],
    ),
    (
        "PasskeyOrigins",
        "PASSKEY_ORIGINS",
        &[
            "https://app.example.com",
            "https://app.example.com, android:apk-key-hash:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
        ],
        &["android:apk-key-hash:AAEC", "app.example.com"],
    ),
    (
        "ApiKeyRateLimit",
        "API_KEY_RATE_LIMIT",
        &["none", "1000/3600", "1/31536000"],
        &["0/60", "5/0", "5", "off", "1/31536001"],
    ),
    (
        "ServiceName",
        "SERVICE_NAME",
        &["Ostiary", "Türhüter 守衛", "A"],
        &[" ", "Ostiary\nBcc: eve", "a\u{7}b"],
    ),
    (
        "LogoUrl",
        "LOGO_URL",
        &["https://cdn.example.com/logo.png?v=1", "https://example.com"],
        &[
            "http://example.com/logo.png",
            "data:image/png;base64,AAAA",
            "logo.png",
            "https://user@example.com/logo.png",
        ],
    ),
    (
        "AccentColor",
        "ACCENT_COLOR",
        &["#1d4ed8", "#FACC15"],
        &["blue", "#fff", "1d4ed8", "#1d4edg"],
    ),
    (
        "SupportEmail",
        "SUPPORT_EMAIL",
        &["support@example.com", "Help+ost.iary@mail.example.co.uk"],
        &[
            "support",
            "support@localhost",
            "a..b@example.com",
            "Support <a@example.com>",
            "a@b@example.com",
        ],
    ),
    ("ApiKeySessions", "API_KEY_SESSIONS", &["on", "off"], &["yes"]),
    (
        "AccountSuppression",
        "SES_ACCOUNT_SUPPRESSION",
        &["on", "off"],
        &["mirror"],
    ),
    (
        "AdminRoles",
        "ADMIN_ROLES",
        &[
            "{}",
            r#"{"support": {"user": ["list", "get"], "session": []}}"#,
            r#"{"support":{"user":["ban"],"ticket":["close","re-open"]},"admin":{}}"#,
        ],
        &[
            "[]",
            "{",
            r#"{"support": {"user": ["lst"]}}"#,
            r#"{"support": {"session": ["ban"]}}"#,
            r#"{"super_admin": {"user": ["list"]}}"#,
            r#"{"support": {"user": ["list",]}}"#,
            r#"{"support": {"user": ["list"]},}"#,
            r#"{"a b": {}}"#,
        ],
    ),
    (
        "OrganizationRoles",
        "ORGANIZATION_ROLES",
        &[
            r#"{"editor": {"invitation": ["create"], "project": ["create", "update"]}}"#,
            "{}",
        ],
        &[
            "editor",
            r#"{"editor": ["update"]}"#,
            r#"{"editor": {"x": "y"}}"#,
            r#"{"": {}}"#,
        ],
    ),
    (
        "ReservedUsernames",
        "RESERVED_USERNAMES",
        &["none", "admin", "admin, root"],
        &["no such name", "ad", "größe"],
    ),
    (
        "SecretsArn",
        "SECRETS_ARN",
        &[ARN],
        &["ostiary", "arn:aws:sns:eu-central-1:123456789012:ostiary"],
    ),
    ("BreachedPasswords", "BREACHED_PASSWORDS", &["on", "off"], &["maybe"]),
    ("AuthorizerCheck", "AUTHORIZER_CHECK", &["strict", "offline"], &["lax"]),
    ("SigningMode", "SIGNING_MODE", &["kms", "wrapped"], &["rot13"]),
    ("SigningAlgorithm", "SIGNING_ALGORITHM", &["ES256", "RS256"], &["HS256"]),
    (
        "KeyRotationDays",
        "KEY_ROTATION_DAYS",
        &["1", "3650"],
        &["0", "3651", "-1"],
    ),
    ("KeyCacheSeconds", "KEY_CACHE_SECONDS", &["300", "7200"], &["299", "0"]),
    (
        "Settings",
        "SETTINGS",
        &[
            "RATE_LIMITS=off",
            "LIMIT_SIGN_IN=1000/86400;TWO_FACTOR_BY_MAIL=off;",
            "SESSION_LIFETIME_SECONDS=2592000;VERIFICATION_REQUIRED=none;CAPTCHA_CONTRACTS=teams,basic",
            "CONSECUTIVE_FAILURES=100;ORGANIZATION_LIMIT=150;ORGANIZATION_INVITATION_LIMIT=0",
            "TOKEN_AUDIENCE=https://api.example.com;API_KEY_LIST=object;OPA_URL=https://opa.example.com:8181/base",
            "ARGON2_MEMORY_KIB=65536;ARGON2_ITERATIONS=3;ARGON2_PARALLELISM=8;PASSWORD_HASH_QUEUE=0",
            "BREACHED_PASSWORDS_ENDPOINT=https://hibp.example.com/range/;BREACHED_PASSWORDS_TIMEOUT_MS=500",
            "NUMBER_RANGE=0;",
            "NUMBER_RANGE=99",
            "APPLICATION_URL=https://app.example.com/start;INVITATION_URL=https://app.example.com:8443/join",
        ],
        &[
            "RATE_LIMITS=maybe",
            "RATE_LIMITS",
            "LIMIT_SIGN_IN=5",
            "LIMIT_SIGN_IN=1001/60",
            "LIMIT_SIGN_IN=5/86401",
            "LIMIT_SIGNIN=5/60",
            "SESSION_LIFETIME_SECONDS=0",
            "SESSION_LIFETIME_SECONDS=7d",
            "CONSECUTIVE_FAILURES=101",
            "CONSECUTIVE_FAILURES=0",
            "ORGANIZATION_LIMIT=151",
            "VERIFICATION_REQUIRED=everyone",
            "API_KEY_LIST=tree",
            "OPA_URL=opa.example.com",
            "APPLICATION_URL=http://app.example.com",
            "INVITATION_URL=myapp://join",
            "BREACHED_PASSWORDS=on;BREACHED_PASSWORDS_ENDPOINT=http://hibp.example.com/",
            "ARGON2_ITERATIONS=0",
            "NUMBER_RANGE=100",
            "CAPTCHA_SECRET=hush",
        ],
    ),
];

/// Whether `CloudFormation` accepts the value of the parameter, as it describes `AllowedValues`, `AllowedPattern` and the
/// bounds.
fn is_allowed(parameter: &Value, value: &str) -> bool {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => serde_yaml_ng::to_string(other).expect("a scalar").trim().to_owned(),
    };
    let number = |name: &str| parameter[name].as_i64();
    if let Some(values) = parameter["AllowedValues"].as_sequence() {
        return values.iter().any(|allowed| text(allowed) == value);
    }
    if parameter["Type"] == "Number" {
        return value.parse::<i64>().is_ok_and(|value| {
            number("MinValue").is_none_or(|min| value >= min) && number("MaxValue").is_none_or(|max| value <= max)
        });
    }
    let pattern = parameter["AllowedPattern"].as_str().expect("a pattern");
    let pattern = Regex::new(&format!("^(?:{pattern})$")).expect("a pattern");
    let fits = number("MaxLength").is_none_or(|max| i64::try_from(value.len()).is_ok_and(|length| length <= max));
    fits && pattern.is_match(value).expect("an answer")
}

/// Whether a function starts with the setting, and those of a deployment.
fn starts(setting: &str, value: &str) -> bool {
    let others = [("PUBLIC_URL", "https://auth.example.com")];
    let lookup = |name: &str| {
        let other = others.iter().find(|(known, _)| *known == name);
        let other = other.map(|(_, value)| (*value).to_owned());
        if name == setting { Some(value.to_owned()) } else { other }
    };
    let sdk = aws::loopback("http://127.0.0.1:9");
    Config::read(&lookup).is_ok_and(|config| aws::core(&config, &sdk, Arc::new(OsEntropy)).is_ok())
}

#[test]
fn cloudformation_refuses_what_a_function_would_refuse_at_its_start() {
    let template: Value = serde_yaml_ng::from_str(include_str!("../template.yaml")).expect("YAML");
    let parameters = &template["Parameters"];
    for (name, setting, accepted, refused) in ROWS {
        for (values, expected) in [(accepted, true), (refused, false)] {
            for value in *values {
                assert_eq!(is_allowed(&parameters[*name], value), expected, "{name}={value}");
                assert_eq!(starts(setting, value), expected, "{setting}={value}");
            }
        }
    }
    for (name, parameter) in parameters.as_mapping().expect("parameters") {
        let name = name.as_str().expect("a name");
        if let Some(default) = parameter["Default"]
            .as_str()
            .filter(|_| !parameter["AllowedPattern"].is_null())
        {
            assert!(is_allowed(parameter, default), "{name}={default}");
        }
    }
}
