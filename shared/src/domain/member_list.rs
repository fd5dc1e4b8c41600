//! The list of an organization's members, which clients filter, sort and page through.

use super::ids::UserId;
use super::listing::{Condition, ListField, Operator, Value};
use super::organization::Membership;
use super::text::text_enum;

/// A field of a membership. The id of a membership is that of its user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberField {
    Id,
    OrganizationId,
    UserId,
    Role,
    CreatedAt,
}

text_enum!(MemberField {
    Id => "id",
    OrganizationId => "organizationId",
    UserId => "userId",
    Role => "role",
    CreatedAt => "createdAt",
});

impl ListField for MemberField {
    type Record = (UserId, Membership);

    /// All values are text in the form that the list shows, so that a condition may compare them with any text.
    fn of(self, (user, membership): &(UserId, Membership)) -> Value {
        Value::Text(match self {
            Self::Id | Self::UserId => user.to_string(),
            Self::OrganizationId => membership.organization_id.to_string(),
            Self::Role => membership.roles.to_string(),
            Self::CreatedAt => membership.joined_at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string(),
        })
    }

    fn sort_key(self, member: &(UserId, Membership)) -> Value {
        match self {
            Self::CreatedAt => Value::Time(member.1.joined_at),
            field => field.of(member),
        }
    }
}

/// A condition on text. `In` and `NotIn` interpret the text as several values, which commas separate.
pub fn condition(field: MemberField, operator: Operator, text: &str) -> Condition<MemberField> {
    let value = |text: &str| Value::Text(text.to_owned());
    let wanted = match operator {
        Operator::In | Operator::NotIn => text.split(',').map(|part| value(part.trim())).collect(),
        _ => vec![value(text)],
    };
    Condition::new(field, operator, wanted)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::super::ids::{OrganizationId, OrganizationNumber};
    use super::super::listing::{Listing, Page};
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

    fn takes(field: MemberField, operator: Operator, value: &str) -> bool {
        condition(field, operator, value).holds(&member(1, OrganizationRole::Owner))
    }

    #[test]
    fn members_are_picked_out_by_their_fields() {
        use MemberField::{CreatedAt, Role};
        use Operator::{
            Contains, EndsWith, Equal, Greater, GreaterOrEqual, In, Less, LessOrEqual, NotEqual, NotIn, StartsWith,
        };
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
        let sorted = |field, descending| {
            let listing = Listing {
                sort_by: Some(field),
                descending,
                ..Listing::<MemberField>::unfiltered(Page { offset: 0, limit: 1 })
            };
            let listed = listing.select(vec![first.clone(), second.clone()]);
            assert_eq!(listed.total, 2);
            listed.records[0].0
        };
        assert_eq!(sorted(MemberField::CreatedAt, false), first.0);
        assert_eq!(sorted(MemberField::CreatedAt, true), second.0);
        assert_eq!(sorted(MemberField::Role, false), second.0);
    }
}
