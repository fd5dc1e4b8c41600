//! The fields of a profile, with the same rules for the user and for an administrator.

use crate::contract::fields::parsers::{bounded_patch, nullable_name};
use crate::contract::fields::{Fields, Read};
use crate::domain::Patch;

/// Longest name, in characters.
pub(super) const NAME: usize = 256;
/// Longest URL of a picture. The limit exists because every session check reads it.
const IMAGE: usize = 2048;

pub(super) fn display_username(fields: &mut Fields<'_>) -> Read<Option<String>> {
    nullable_name(fields, "displayUsername", NAME)
}

pub(super) fn image(fields: &mut Fields<'_>) -> Read<Patch<String>> {
    bounded_patch(fields, "image", IMAGE)
}
