//! Sorting and picking out members of an organization by what a contract may ask about them.

use std::cmp::Ordering;

use super::ids::UserId;
use super::organization::Membership;
use super::text::text_enum;

/// What is known of a member without its user. A membership's id is the user's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberField {
    Id,
    OrganizationId,
    UserId,
    Role,
    CreatedAt,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemberOrder {
    pub field: MemberField,
    pub descending: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    NotIn,
    Contains,
    StartsWith,
    EndsWith,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberFilter {
    pub field: MemberField,
    pub comparison: Comparison,
    /// Several are separated by commas, where one of them is enough.
    pub value: String,
}

text_enum!(MemberField {
    Id => "id",
    OrganizationId => "organizationId",
    UserId => "userId",
    Role => "role",
    CreatedAt => "createdAt",
});

text_enum!(Comparison {
    Equal => "eq",
    NotEqual => "ne",
    Less => "lt",
    LessOrEqual => "lte",
    Greater => "gt",
    GreaterOrEqual => "gte",
    In => "in",
    NotIn => "not_in",
    Contains => "contains",
    StartsWith => "starts_with",
    EndsWith => "ends_with",
});

impl Comparison {
    pub const NAMES: [&str; 11] = [
        "eq",
        "ne",
        "lt",
        "lte",
        "gt",
        "gte",
        "in",
        "not_in",
        "contains",
        "starts_with",
        "ends_with",
    ];
}

impl MemberField {
    pub const NAMES: [&str; 5] = ["id", "organizationId", "userId", "role", "createdAt"];

    /// As text that sorts as the field does.
    fn of(self, user: UserId, membership: &Membership) -> String {
        match self {
            Self::Id | Self::UserId => user.to_string(),
            Self::OrganizationId => membership.organization_id.to_string(),
            Self::Role => membership.roles.to_string(),
            Self::CreatedAt => membership.joined_at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string(),
        }
    }
}

impl MemberOrder {
    pub fn compare(self, first: (UserId, &Membership), second: (UserId, &Membership)) -> Ordering {
        let order = match self.field {
            MemberField::CreatedAt => first.1.joined_at.cmp(&second.1.joined_at),
            field => field.of(first.0, first.1).cmp(&field.of(second.0, second.1)),
        };
        if self.descending { order.reverse() } else { order }
    }
}

impl MemberFilter {
    pub fn takes(&self, user: UserId, membership: &Membership) -> bool {
        let (found, wanted) = (self.field.of(user, membership), self.value.as_str());
        let is_one_of = || wanted.split(',').any(|one| one.trim() == found);
        match self.comparison {
            Comparison::Equal => found == wanted,
            Comparison::NotEqual => found != wanted,
            Comparison::Less => found.as_str() < wanted,
            Comparison::LessOrEqual => found.as_str() <= wanted,
            Comparison::Greater => found.as_str() > wanted,
            Comparison::GreaterOrEqual => found.as_str() >= wanted,
            Comparison::In => is_one_of(),
            Comparison::NotIn => !is_one_of(),
            Comparison::Contains => found.contains(wanted),
            Comparison::StartsWith => found.starts_with(wanted),
            Comparison::EndsWith => found.ends_with(wanted),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::super::ids::{OrganizationId, OrganizationNumber};
    use super::super::organization::OrganizationRole;
    use super::*;

    fn member(at: i64, role: OrganizationRole) -> (UserId, Membership) {
        let joined_at = Timestamp::from_second(1_769_860_800 + at).expect("a time");
        let user = UserId::from_bytes([u8::try_from(at).expect("a byte"); 16]);
        (
            user,
            Membership::new(
                OrganizationId::from_bytes([9; 16]),
                OrganizationNumber(9),
                role,
                joined_at,
            ),
        )
    }

    fn takes(field: MemberField, comparison: Comparison, value: &str) -> bool {
        let (user, membership) = member(1, OrganizationRole::Owner);
        let value = value.to_owned();
        MemberFilter {
            field,
            comparison,
            value,
        }
        .takes(user, &membership)
    }

    #[test]
    fn members_are_picked_out_by_their_fields() {
        use Comparison::{
            Contains, EndsWith, Equal, Greater, GreaterOrEqual, In, Less, LessOrEqual, NotEqual, NotIn, StartsWith,
        };
        use MemberField::{CreatedAt, Role};
        assert!(takes(Role, Equal, "owner") && !takes(Role, Equal, "own") && takes(Role, NotEqual, "admin"));
        assert!(takes(Role, Contains, "wn") && takes(Role, StartsWith, "ow") && takes(Role, EndsWith, "er"));
        assert!(takes(Role, In, "admin, owner") && takes(Role, NotIn, "admin,member") && !takes(Role, In, "admin"));
        let joined = "2026-01-31T12:00:01.000Z";
        assert!(takes(CreatedAt, LessOrEqual, joined) && takes(CreatedAt, GreaterOrEqual, joined));
        assert!(!takes(CreatedAt, Less, joined) && takes(CreatedAt, Greater, "2026-01-31T12:00:00.000Z"));
        assert!(takes(MemberField::UserId, StartsWith, "01010101") && takes(MemberField::Id, EndsWith, "0101"));
        assert!(takes(MemberField::OrganizationId, Contains, "0909"));
    }

    #[test]
    fn members_are_sorted_by_their_fields() {
        let (first, second) = (member(1, OrganizationRole::Owner), member(2, OrganizationRole::Admin));
        let compare = |field, descending| {
            let order = MemberOrder { field, descending };
            order.compare((first.0, &first.1), (second.0, &second.1))
        };
        assert_eq!(compare(MemberField::CreatedAt, false), Ordering::Less);
        assert_eq!(compare(MemberField::CreatedAt, true), Ordering::Greater);
        assert_eq!(compare(MemberField::Role, false), Ordering::Greater);
    }
}
