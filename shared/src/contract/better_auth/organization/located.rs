//! Ids of organizations and of their parts. The contract names an invitation or a team without its organization, so the
//! id contains both: the organization's 32 hexadecimal digits, followed by its own.
//!
//! Text that cannot be an id is parsed as the nil id, which is never assigned, so it is answered like an unknown id.

use crate::contract::located::id_within;
use crate::domain::{InvitationId, InvitationToken, OrganizationId, TeamId, UserId};

pub fn organization_named(text: &str) -> OrganizationId {
    OrganizationId::parse(text).unwrap_or(OrganizationId::from_bytes([0; 16]))
}

/// A member's id is the user's id.
pub fn user_named(text: &str) -> UserId {
    UserId::parse(text).unwrap_or(UserId::from_bytes([0; 16]))
}

/// The token in the mail identifies the invitation too.
pub fn invitation_named(text: &str) -> (OrganizationId, InvitationId) {
    if let Ok(token) = InvitationToken::parse(text) {
        return (token.organization_id, token.invitation_id);
    }
    let (organization, id) = located(text);
    (OrganizationId::from_bytes(organization), InvitationId::from_bytes(id))
}

pub fn team_named(text: &str) -> (OrganizationId, TeamId) {
    let (organization, id) = located(text);
    (OrganizationId::from_bytes(organization), TeamId::from_bytes(id))
}

pub fn invitation(organization: OrganizationId, id: InvitationId) -> String {
    id_within(organization, id.to_bytes())
}

pub fn team(organization: OrganizationId, id: TeamId) -> String {
    id_within(organization, id.to_bytes())
}

/// Parsers of fields that hold such ids.
pub(super) mod parsers {
    use super::{invitation_named, organization_named, team_named, user_named};
    use crate::contract::fields::parsers::non_empty;
    use crate::contract::fields::{Fields, FromField as _, Read};
    use crate::domain::{InvitationId, OrganizationId, Patch, TeamId, UserId};

    pub fn organization(fields: &mut Fields<'_>, name: &str) -> Read<OrganizationId> {
        fields.string(name).map(organization_named)
    }

    /// An empty text counts as absent.
    pub fn optional_organization(fields: &mut Fields<'_>, name: &str) -> Read<Option<OrganizationId>> {
        optional(fields, name, organization_named)
    }

    /// `null` clears the value; an empty text counts as absent.
    pub fn organization_patch(fields: &mut Fields<'_>, name: &str) -> Read<Patch<OrganizationId>> {
        patch(fields, name, organization_named)
    }

    pub fn user(fields: &mut Fields<'_>, name: &str) -> Read<UserId> {
        fields.string(name).map(user_named)
    }

    pub fn optional_user(fields: &mut Fields<'_>, name: &str) -> Read<Option<UserId>> {
        optional(fields, name, user_named)
    }

    pub fn invitation(fields: &mut Fields<'_>, name: &str) -> Read<(OrganizationId, InvitationId)> {
        fields.string(name).map(invitation_named)
    }

    pub fn team(fields: &mut Fields<'_>, name: &str) -> Read<(OrganizationId, TeamId)> {
        fields.string(name).map(team_named)
    }

    pub fn optional_team(fields: &mut Fields<'_>, name: &str) -> Read<Option<(OrganizationId, TeamId)>> {
        optional(fields, name, team_named)
    }

    /// `null` clears the value; an empty text counts as absent.
    pub fn team_patch(fields: &mut Fields<'_>, name: &str) -> Read<Patch<(OrganizationId, TeamId)>> {
        patch(fields, name, team_named)
    }

    fn optional<T>(fields: &mut Fields<'_>, name: &str, named: fn(&str) -> T) -> Read<Option<T>> {
        let text: Option<String> = non_empty(fields, name)?;
        Some(text.as_deref().map(named))
    }

    fn patch<T>(fields: &mut Fields<'_>, name: &str, named: fn(&str) -> T) -> Read<Patch<T>> {
        Some(match Patch::<String>::read(fields, name)? {
            Patch::Set(text) if text.is_empty() => Patch::Keep,
            patch => patch.map(|text| named(&text)),
        })
    }
}

fn located(text: &str) -> ([u8; 16], [u8; 16]) {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if text.len() != 64 || !text.bytes().all(is_digit) {
        return ([0; 16], [0; 16]);
    }
    let part = |digits| u128::from_str_radix(digits, 16).unwrap_or(0).to_be_bytes();
    (part(&text[..32]), part(&text[32..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Secret;

    const ORGANIZATION: OrganizationId = OrganizationId::from_bytes([1; 16]);
    const INVITATION: InvitationId = InvitationId::from_bytes([0xab; 16]);

    #[test]
    fn an_id_says_of_which_organization_it_is() {
        let id = invitation(ORGANIZATION, INVITATION);
        assert_eq!(id, format!("{}{}", "01".repeat(16), "ab".repeat(16)));
        assert_eq!(invitation_named(&id), (ORGANIZATION, INVITATION));
        let token = InvitationToken {
            organization_id: ORGANIZATION,
            invitation_id: INVITATION,
            secret: Secret::from_bytes([7; 32]),
        };
        assert_eq!(invitation_named(&token.to_string()), (ORGANIZATION, INVITATION));
        let team_id = TeamId::from_bytes([9; 16]);
        assert_eq!(team_named(&team(ORGANIZATION, team_id)), (ORGANIZATION, team_id));
    }

    #[test]
    fn what_is_no_id_names_nothing() {
        let id = invitation(ORGANIZATION, INVITATION);
        let nothing = (OrganizationId::from_bytes([0; 16]), InvitationId::from_bytes([0; 16]));
        let long = format!("{id}0");
        let signed = format!("+{}", &id[1..]);
        for text in [
            "",
            "nonsense",
            &id[1..],
            &long,
            &signed,
            &id.to_uppercase(),
            &"ä".repeat(32),
        ] {
            assert_eq!(invitation_named(text), nothing, "{text}");
        }
        assert_eq!(organization_named("x"), nothing.0);
        assert_eq!(user_named("x"), UserId::from_bytes([0; 16]));
    }
}
