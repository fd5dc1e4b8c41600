//! Deletes what belongs to an organization that was deleted. Each step is idempotent, so that it can start again after
//! it was cut off.

use jiff::Timestamp;

use crate::domain::{InvitationState, OrganizationId, User, UserId};
use crate::operations::prelude::*;
use crate::store::{Changes, CommitError, Conflict};

/// How many members, invitations or teams one commit deletes, with up to two writes each, and the event of a member.
const BATCH: usize = 30;

impl Core {
    /// The membership of `keep` stays.
    pub(in crate::operations) async fn purge_organization(
        &self,
        id: OrganizationId,
        keep: Option<UserId>,
        now: Timestamp,
    ) -> Result<(), Interruption> {
        for batch in self.store.list_teams(id).await?.chunks(BATCH) {
            let teams = batch.iter();
            let changes = teams.fold(Changes::new(), |changes, team| changes.forget_team(id, team.id));
            self.store.commit(changes).await?;
        }
        let members = self.store.list_members(id).await?.into_iter().map(|(user, _)| user);
        let members: Vec<UserId> = members.filter(|user| Some(*user) != keep).collect();
        for batch in members.chunks(BATCH) {
            self.remove_members(id, batch, now).await?;
        }
        for batch in self.store.list_invitations(id).await?.chunks(BATCH) {
            let changes = batch.iter().fold(Changes::new(), |changes, invitation| {
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

    /// The organization's own item is deleted in the same commit.
    pub(in crate::operations) async fn remove_last_member(
        &self,
        id: OrganizationId,
        member: UserId,
        now: Timestamp,
    ) -> Result<(), Interruption> {
        self.remove_from_purged(id, member, || Changes::new().forget_organization(id), now)
            .await
    }

    async fn remove_members(&self, id: OrganizationId, members: &[UserId], now: Timestamp) -> Result<(), Interruption> {
        let users = self.store.find_users(members).await?;
        let all = members.iter().zip(&users);
        let changes = all.fold(Changes::new(), |changes, (member, user)| {
            drop_membership(changes, id, *member, user.as_ref())
        });
        match self.store.commit(changes).await {
            // A parallel request writes one of the users. The others must not wait for it.
            Err(CommitError::Conflict(Conflict::UserMoved)) => {
                for member in members {
                    self.remove_from_purged(id, *member, Changes::new, now).await?;
                }
                Ok(())
            }
            ended => Ok(ended?),
        }
    }

    async fn remove_from_purged(
        &self,
        id: OrganizationId,
        member: UserId,
        changes: impl Fn() -> Changes + Send,
        now: Timestamp,
    ) -> Result<(), Interruption> {
        let mut retries = self.retries(now);
        loop {
            let user = self.store.find_user(member).await?;
            if retries
                .commit(drop_membership(changes(), id, member, user.as_ref()))
                .await?
            {
                return Ok(());
            }
        }
    }
}

/// Both halves of a membership. When the user is gone, only the organization's half is left.
fn drop_membership(changes: Changes, id: OrganizationId, member: UserId, user: Option<&User>) -> Changes {
    let changes = changes.drop_member(id, member);
    match user.filter(|user| user.membership_in_any_state(id).is_some()) {
        Some(user) => changes.update_user(&user.without_membership(id)),
        None => changes,
    }
}
