//! Errors of API keys.

use http::StatusCode;
use jiff::SignedDuration;

use super::Failure;
use crate::contract::failures::failures;
use crate::domain::api_key::{InvalidApiKey, InvalidName, KeyRefused, LifetimeRefused, MetadataTooLong, PrefixRefused};
use crate::domain::user::AccountBlocked;
use crate::operations::{CreateApiKeyError, Interruption, UpdateApiKeyError, UseApiKeyError};

impl Failure {
    /// The operations that create and change keys require a session, and the framework has this error for its absence.
    pub fn unauthorized_session() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "UNAUTHORIZED_SESSION",
            "Unauthorized or invalid session",
        )
    }

    /// This error is this service's own: the framework accepts API keys at all operations.
    pub(in crate::contract::better_auth) fn closed_to_api_keys() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "API_KEY_NOT_ALLOWED",
            "This operation needs a session. An API key does not stand for one here.",
        )
    }

    /// A property that clients may not set.
    pub fn server_only_property() -> Self {
        Self::bad_request(
            "SERVER_ONLY_PROPERTY",
            "The property you're trying to set can only be set from the server auth instance only.",
        )
    }

    pub fn no_values_to_update() -> Self {
        Self::bad_request("NO_VALUES_TO_UPDATE", "No values to update.")
    }

    pub fn api_key_not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "KEY_NOT_FOUND", "API Key not found")
    }

    pub fn invalid_metadata_type() -> Self {
        Self::bad_request("INVALID_METADATA_TYPE", "metadata must be an object or undefined")
    }

    /// A lifetime of less than a second.
    pub fn expiry_not_positive() -> Self {
        Self::bad_request(
            "VALIDATION_ERROR",
            "[body.expiresIn] Too small: expected number to be >=1",
        )
    }

    fn invalid_api_key(status: StatusCode) -> Self {
        Self::new(status, "INVALID_API_KEY", "Invalid API key.")
    }

    /// A key that stands for a session gets 401 for every problem, like a missing session.
    fn of_refused_key(code: &'static str, message: &'static str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, code, message)
    }
}

impl From<InvalidName> for Failure {
    fn from(InvalidName: InvalidName) -> Self {
        Self::bad_request(
            "INVALID_NAME_LENGTH",
            "The name length is either too large or too small.",
        )
    }
}

impl From<PrefixRefused> for Failure {
    fn from(refused: PrefixRefused) -> Self {
        match refused {
            PrefixRefused::Form => Self::bad_request(
                "VALIDATION_ERROR",
                "[body.prefix] Invalid prefix format, must be alphanumeric and contain only underscores and hyphens.",
            ),
            PrefixRefused::Length => Self::bad_request(
                "INVALID_PREFIX_LENGTH",
                "The prefix length is either too large or too small.",
            ),
        }
    }
}

impl From<LifetimeRefused> for Failure {
    fn from(refused: LifetimeRefused) -> Self {
        match refused {
            LifetimeRefused::TooShort => Self::bad_request(
                "EXPIRES_IN_IS_TOO_SMALL",
                "The expiresIn is smaller than the predefined minimum value.",
            ),
            LifetimeRefused::TooLong => Self::bad_request(
                "EXPIRES_IN_IS_TOO_LARGE",
                "The expiresIn is larger than the predefined maximum value.",
            ),
        }
    }
}

impl From<MetadataTooLong> for Failure {
    fn from(MetadataTooLong: MetadataTooLong) -> Self {
        Self::bad_request(
            "VALIDATION_ERROR",
            "[body.metadata] Too big: expected JSON of at most 2048 bytes",
        )
    }
}

impl From<InvalidApiKey> for Failure {
    fn from(invalid: InvalidApiKey) -> Self {
        match invalid {
            InvalidApiKey::TooShort => Self::invalid_api_key(StatusCode::FORBIDDEN),
            InvalidApiKey::Malformed => Self::invalid_api_key(StatusCode::UNAUTHORIZED),
        }
    }
}

failures! {
    CreateApiKeyError {
        E::TooManyKeys => ("API_KEY_LIMIT_REACHED", "You have too many API keys. Delete one first."),
        E::Interrupted(Interruption::SessionGone) => Failure::unauthorized_session(),
    }

    UpdateApiKeyError {
        E::Unknown => Failure::api_key_not_found(),
    }

    UseApiKeyError {
        E::Unknown => Failure::invalid_api_key(StatusCode::UNAUTHORIZED),
        E::AccountBlocked(AccountBlocked::Banned) => Failure::of_refused_key("USER_BANNED", "User is banned"),
        E::OwnerGone | E::AccountBlocked(AccountBlocked::NotActive | AccountBlocked::Deleted) => {
            Failure::of_refused_key(
                "INVALID_REFERENCE_ID_FROM_API_KEY",
                "The reference id from the API key is invalid.",
            )
        },
        E::Refused(refused) => Failure::from(refused),
        E::OlderThanSecondFactor => (
            "API_KEY_NOT_CONFIRMED",
            "The API key is older than the second factor of its owner, who can confirm it by an update.",
        ),
    }
}

/// The `Retry-After` of an exhausted key that is never refilled: a day keeps clients from repeating the request.
const NEVER: SignedDuration = SignedDuration::from_hours(24);

impl From<KeyRefused> for Failure {
    fn from(refused: KeyRefused) -> Self {
        match refused {
            KeyRefused::Disabled => Self::of_refused_key("KEY_DISABLED", "API Key is disabled"),
            KeyRefused::Expired => Self::of_refused_key("KEY_EXPIRED", "API Key has expired"),
            // As in the framework, the error does not reveal the key's other permissions.
            KeyRefused::NotPermitted => Self::of_refused_key("KEY_NOT_FOUND", "API Key not found"),
            KeyRefused::Exhausted { wait } => Self {
                retry_after: Some(seconds(wait.unwrap_or(NEVER))),
                ..Self::new(
                    StatusCode::TOO_MANY_REQUESTS,
                    "USAGE_EXCEEDED",
                    "API Key has reached its usage limit",
                )
            },
            KeyRefused::TooOften { wait } => Self {
                retry_after: Some(seconds(wait)),
                try_again_in: Some(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX)),
                ..Self::new(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED", "Rate limit exceeded.")
            },
        }
    }
}

/// Whole seconds, rounded up, at least one.
fn seconds(wait: SignedDuration) -> u32 {
    u32::try_from((wait.as_millis() + 999) / 1000)
        .unwrap_or(u32::MAX)
        .max(1)
}
