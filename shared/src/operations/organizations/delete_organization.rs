//! Deleting an organization. The first commit makes it gone for everybody; what belongs to it is taken away in further ones, because
//! a commit bears a hundred writes. Who deletes it leaves last: when a request is cut short, the next one goes on from there.

use jiff::Timestamp;

use crate::domain::{
    AccessDenied, InvitationState, Organization, OrganizationId, OrganizationStatus, Permission, RateLimit, User,
    UserId,
};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::sessions::authenticate::Caller;
use crate::store::{Changes, CommitError, Conflict};

#[derive(Debug, thiserror::Error)]
pub enum DeleteOrganizationError {
    #[error("the caller is not a member of the organization")]
    NotAMember,
    #[error("the caller's role does not permit it")]
    NotPermitted,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(DeleteOrganizationError);

impl From<AccessDenied> for DeleteOrganizationError {
    fn from(denied: AccessDenied) -> Self {
        match denied {
            AccessDenied::NotAMember => Self::NotAMember,
            AccessDenied::NotPermitted => Self::NotPermitted,
        }
    }
}

/// How many members, invitations or teams are taken away in one commit: up to two writes each.
const AT_ONCE: usize = 45;
/// How often a lost race is run again.
const ROUNDS: usize = 8;

impl Core {
    /// What it was.
    pub async fn delete_organization(
        &self,
        caller: &Caller,
        id: OrganizationId,
        now: Timestamp,
    ) -> Result<Organization, DeleteOrganizationError> {
        self.limit_rate(RateLimit::USER, caller.user.id, now).await?;
        let organization = self.dissolve(caller, id, now).await?;
        self.clear_organization(id, Some(caller.user.id)).await?;
        self.expel(id, caller.user.id, true).await?;
        Ok(organization)
    }

    /// What belongs to an organization that is gone, but for the membership of `keep`. It may be begun again at any point.
    pub(in crate::operations) async fn clear_organization(
        &self,
        id: OrganizationId,
        keep: Option<UserId>,
    ) -> Result<(), Interruption> {
        for some in self.store.list_teams(id).await?.chunks(AT_ONCE) {
            let changes = some
                .iter()
                .fold(Changes::new(), |changes, team| changes.forget_team(id, team.id));
            self.store.commit(changes).await?;
        }
        let members = self.store.list_members(id).await?.into_iter().map(|(user, _)| user);
        let members: Vec<UserId> = members.filter(|user| Some(*user) != keep).collect();
        for some in members.chunks(AT_ONCE) {
            self.expel_some(id, some).await?;
        }
        let invitations = self.store.list_invitations(id).await?;
        for some in invitations.chunks(AT_ONCE) {
            let changes = some.iter().fold(Changes::new(), |changes, invitation| {
                let changes = changes.forget_invitation(id, invitation.id);
                if invitation.state == InvitationState::Pending {
                    changes.forget_invited(id, &invitation.email)
                } else {
                    changes
                }
            });
            self.store.commit(changes).await?;
        }
        Ok(())
    }

    async fn dissolve(
        &self,
        caller: &Caller,
        id: OrganizationId,
        now: Timestamp,
    ) -> Result<Organization, DeleteOrganizationError> {
        let mut caller = caller.clone();
        for _ in 0..ROUNDS {
            let access = &self.settings.organizations.roles;
            let membership = access.authorize(&caller.user, id, Permission::DELETE_ORGANIZATION)?;
            let organization = self.store.find_organization_in_any_state(id).await?;
            let organization = organization.ok_or(DeleteOrganizationError::NotAMember)?;
            if organization.status == OrganizationStatus::Dissolving {
                return Ok(organization);
            }
            let changes = Changes::new()
                .dissolve_organization(&organization)
                .expect_member(caller.user.id, membership);
            match self.store.commit(changes).await {
                Ok(()) => return Ok(organization),
                Err(CommitError::Conflict(Conflict::OrganizationMoved | Conflict::UserMoved)) => {
                    let again = self.look_again(&caller, now).await?;
                    caller = again.ok_or(Interruption::SessionGone)?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(Interruption::Unavailable.into())
    }

    async fn expel_some(&self, id: OrganizationId, members: &[UserId]) -> Result<(), Interruption> {
        let users = self.store.find_users(members).await?;
        let changes = members
            .iter()
            .zip(&users)
            .fold(Changes::new(), |changes, (member, user)| {
                expelling(changes, id, *member, user.as_ref())
            });
        match self.store.commit(changes).await {
            Ok(()) => Ok(()),
            // One of them is being written: each for itself, then.
            Err(CommitError::Conflict(Conflict::UserMoved)) => {
                for member in members {
                    self.expel(id, *member, false).await?;
                }
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn expel(&self, id: OrganizationId, member: UserId, is_last: bool) -> Result<(), Interruption> {
        for _ in 0..ROUNDS {
            let user = self.store.find_user(member).await?;
            let changes = expelling(Changes::new(), id, member, user.as_ref());
            let changes = if is_last {
                changes.forget_organization(id)
            } else {
                changes
            };
            match self.store.commit(changes).await {
                Err(CommitError::Conflict(Conflict::UserMoved)) => {}
                ended => return Ok(ended?),
            }
        }
        Err(Interruption::Unavailable)
    }
}

/// Both halves of a membership; of a user who is gone, the organization's.
fn expelling(changes: Changes, id: OrganizationId, member: UserId, user: Option<&User>) -> Changes {
    let changes = changes.drop_member(id, member);
    match user.filter(|user| user.membership(id).is_some()) {
        Some(user) => changes.update_user(&user.without_membership(id)),
        None => changes,
    }
}
