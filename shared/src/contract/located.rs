//! Ids of what is in an organization, in contracts that name it without the organization.

use crate::domain::OrganizationId;

/// The organization's 32 hexadecimal digits, then its own.
pub fn id_within(organization: OrganizationId, id: [u8; 16]) -> String {
    let digits = |bytes| format!("{:032x}", u128::from_be_bytes(bytes));
    digits(organization.to_bytes()) + &digits(id)
}
