//! Errors of the lists of administrators, and of their actions on organizations.

use super::Failure;
use crate::contract::failures::failures;
use crate::operations::{AdminListError, ShowPlatformOrganizationError, UpdatePlatformOrganizationError};

failures! {
    AdminListError {
        E::TooManyMatches => Failure::invalid("search", "has more than 1000 matches: search for a longer text"),
        E::TooDeep => Failure::invalid("page", "must be within 10000 records of the first or the last page"),
    }

    ShowPlatformOrganizationError {
        E::NotFound => Failure::organization_not_found(),
    }

    UpdatePlatformOrganizationError {
        E::NotFound => Failure::organization_not_found(),
        E::SeatsInUse => Failure::invalid("maxMembers", "must be at least the number of members"),
        E::ActiveSeatsInUse => Failure::invalid("maxActiveMembers", "must be at least the number of members"),
        E::PersonalSeats => Failure::invalid("maxMembers", "must be 1 in a personal organization"),
        E::OtherPersonal => Failure::invalid("orgType", "cannot be SOLO, because the owner has a personal organization"),
        E::OtherMembers => Failure::invalid("orgType", "cannot be SOLO with other members or open invitations"),
        E::PlanOfOtherKind => Failure::invalid("plan", "must be a plan of the organization type"),
        E::PlanOver => Failure::invalid("status", "needs a planExpiresAt in the future"),
    }
}
