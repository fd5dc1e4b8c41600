//! The fields of a profile, by the same rules for whoever sets them: the user, or an administrator.

use crate::contract::fields::{Fields, Problem};
use crate::domain::Patch;
use crate::domain::invisible::is_plain;

/// The longest name, in characters.
pub(super) const NAME: usize = 256;
/// The longest URL of a picture: it is read with every session check.
const IMAGE: usize = 2048;

/// Others take it for the user's name: what nobody sees of it would let one pass for another.
#[expect(
    clippy::option_option,
    reason = "the outer one says whether the field is sound, the inner one whether it is there"
)]
pub(super) fn display_username(fields: &mut Fields<'_>) -> Option<Option<String>> {
    let shown = bounded(fields, "displayUsername")?;
    if shown.as_deref().is_some_and(|shown| !is_plain(shown)) {
        return fields.problem("displayUsername", Problem::NotPlain);
    }
    Some(shown)
}

#[expect(
    clippy::option_option,
    reason = "the outer one says whether the field is sound, the inner one whether it is there"
)]
pub(super) fn bounded(fields: &mut Fields<'_>, name: &str) -> Option<Option<String>> {
    let text = fields.optional_string(name)?;
    if text.is_some_and(|text| text.chars().count() > NAME) {
        return fields.problem(name, Problem::TooLong { max: NAME });
    }
    Some(text.map(str::to_owned))
}

pub(super) fn image(fields: &mut Fields<'_>) -> Option<Patch<String>> {
    let image = fields.patch_string("image")?;
    if image.value().is_some_and(|image| image.len() > IMAGE) {
        return fields.problem("image", Problem::TooLong { max: IMAGE });
    }
    Some(image.map(str::to_owned))
}
