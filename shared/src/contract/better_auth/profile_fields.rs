//! The fields of a profile, with the same rules for the user and for an administrator.

use crate::contract::fields::parsers::{bounded_patch, nullable_text};
use crate::contract::fields::{Fields, Problem, Read};
use crate::domain::Patch;
use crate::domain::invisible::is_plain;

/// Longest name, in characters.
pub(super) const NAME: usize = 256;
/// Longest URL of a picture. The limit exists because every session check reads it.
const IMAGE: usize = 2048;

/// Other users identify the user by this name: invisible characters would allow impersonation.
pub(super) fn display_username(fields: &mut Fields<'_>) -> Read<Option<String>> {
    let shown = nullable_text(fields, "displayUsername", NAME)?;
    if shown.as_deref().is_some_and(|shown| !is_plain(shown)) {
        return fields.problem("displayUsername", Problem::NotPlain);
    }
    Some(shown)
}

pub(super) fn image(fields: &mut Fields<'_>) -> Read<Patch<String>> {
    bounded_patch(fields, "image", IMAGE)
}
