//! Errors in the words of a person who knows neither tokens nor codes: what happened, and what to do.

use super::super::better_auth::Failure;
use crate::domain::password::WeakPassword;
use crate::http::pages::Text;

/// The link is used, superseded or expired, or was never valid.
pub(super) fn is_of_dead_link(failure: &Failure) -> bool {
    matches!(failure.code(), "INVALID_TOKEN" | "TOKEN_EXPIRED")
}

pub(super) fn explained(failure: &Failure) -> Text {
    Text::of(match failure.code() {
        _ if is_of_dead_link(failure) => "page-link-dead",
        "INVALID_USER" => "page-other-user",
        "BANNED_USER" => "page-banned",
        "USER_NOT_ACTIVE" => "page-not-active",
        "COULDNT_UPDATE_YOUR_EMAIL" => "page-email-not-updated",
        "PASSWORD_ALREADY_SET" => "page-password-already-set",
        "LAST_ADMINISTRATOR" => "page-last-administrator",
        "YOU_CANNOT_LEAVE_THE_ORGANIZATION_AS_THE_ONLY_OWNER" => "page-only-owner",
        "NOT_ALLOWED_WHILE_IMPERSONATING" => "page-impersonating",
        "SESSION_NOT_FRESH" | "UNAUTHORIZED" => "page-not-fresh",
        _ => "page-unexpected",
    })
}

/// The message for a user whose new password is refused.
pub fn explained_weakness(weak: WeakPassword) -> Text {
    match weak {
        WeakPassword::TooShort { min } => Text::of("page-password-too-short").number("min", min),
        WeakPassword::TooLong { max } => Text::of("page-password-too-long").number("max", max),
        WeakPassword::FewClasses => Text::of("page-password-few-classes"),
        WeakPassword::Common => Text::of("page-password-common"),
        WeakPassword::Guessable => Text::of("page-password-guessable"),
        WeakPassword::Breached => Text::of("page-password-breached"),
    }
}
