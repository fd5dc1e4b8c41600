//! Ids of an organization's parts, in contracts that name them without the organization.

use crate::domain::OrganizationId;

/// The organization's 32 hexadecimal digits, followed by the part's own.
pub fn id_within(organization: OrganizationId, id: [u8; 16]) -> String {
    let digits = |bytes| format!("{:032x}", u128::from_be_bytes(bytes));
    digits(organization.to_bytes()) + &digits(id)
}
