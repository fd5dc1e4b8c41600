//! Ids of an organization's parts, in contracts that name them without the organization.

use crate::domain::OrganizationId;

/// The id of a part of the organization. `None`: the text names no part of it.
pub fn part_of(organization: OrganizationId, text: &str) -> Option<[u8; 16]> {
    let digits = text.strip_prefix(&id_of(organization.to_bytes()))?;
    let is_canonical = digits.len() == 32 && digits.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    let id = u128::from_str_radix(digits, 16).ok().filter(|_| is_canonical)?;
    Some(id.to_be_bytes())
}

fn id_of(bytes: [u8; 16]) -> String {
    format!("{:032x}", u128::from_be_bytes(bytes))
}

/// The organization's 32 hexadecimal digits, followed by the part's own.
pub fn id_within(organization: OrganizationId, id: [u8; 16]) -> String {
    id_of(organization.to_bytes()) + &id_of(id)
}
