//! The fields of a profile, by the same rules for the user and for an administrator.

use crate::contract::fields::parsers::{bounded_patch, nullable_text};
use crate::contract::fields::{Fields, Problem, Read};
use crate::domain::Patch;
use crate::domain::invisible::is_plain;

/// The longest name, in characters.
pub(super) const NAME: usize = 256;
/// The longest URL of a picture: every session check reads it.
const IMAGE: usize = 2048;

/// Other users take it for the user's name: invisible characters would let one user impersonate another.
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
