//! Deleting a user with every method of sign-in, every membership and every claim of a name. A commit has at most a
//! hundred writes, which is enough for most users; for the others, earlier commits delete the excess.

use crate::domain::one_time;
use crate::domain::{Membership, OrganizationStatus, User};
use crate::operations::attempts::{Committing, Lost};
use crate::operations::core::Core;
use crate::store::{Changes, Conflict};

/// How many organizations one commit leaves, with up to four writes each, and one for each word of its name.
const ORGANIZATIONS_AT_ONCE: usize = 5;
/// How many linked accounts one commit deletes, with two writes each.
const ACCOUNTS_AT_ONCE: usize = 40;
/// How many linked accounts the last commit deletes, beside the organizations and a score of writes for the user.
const ACCOUNTS_AT_LAST: usize = 5;

impl Core {
    /// Deletes the user as read, in one attempt, together with the changes `with`, which spend or drop the grant of a
    /// deletion. `false`: a commit lost a race; read the user again. The conflict is
    /// [`Conflict::LastOwner`] if the user is the only owner of an organization that has other members.
    pub(in crate::operations) async fn erase_user(
        &self,
        attempts: &mut impl Committing,
        mut user: User,
        with: Changes,
    ) -> Result<bool, Lost> {
        let memberships = user.memberships.clone();
        if !self.leave_surplus(attempts, &mut user).await? || !self.unlink_surplus(attempts, &mut user).await? {
            return Ok(false);
        }
        let changes = self.deletion(&user, with).await?;
        if !commit(attempts, changes).await? {
            return Ok(false);
        }
        self.drop_user_remains(user.id, &memberships, attempts.now()).await;
        Ok(true)
    }

    /// Leaves the organizations that do not fit into the last commit, unless one of them prevents the deletion.
    async fn leave_surplus(&self, attempts: &mut impl Committing, user: &mut User) -> Result<bool, Lost> {
        if user.memberships.len() > ORGANIZATIONS_AT_ONCE {
            // All refusals must precede the first write.
            let _ = self.leave(Changes::new(), user, &user.memberships).await?;
        }
        while user.memberships.len() > ORGANIZATIONS_AT_ONCE {
            let rest = user.memberships.len() - ORGANIZATIONS_AT_ONCE;
            let some = user.memberships.split_off(rest);
            let changes = self.leave(Changes::new(), user, &some).await?;
            if !commit(attempts, changes.update_user(user)).await? {
                return Ok(false);
            }
            user.mark_stored();
        }
        Ok(true)
    }

    /// Deletes the linked accounts that do not fit into the last commit.
    async fn unlink_surplus(&self, attempts: &mut impl Committing, user: &mut User) -> Result<bool, Lost> {
        let mut accounts = self.store.list_linked_accounts(user.id).await?;
        if accounts.len() <= ACCOUNTS_AT_LAST {
            return Ok(true);
        }
        let _ = self.leave(Changes::new(), user, &user.memberships).await?;
        for some in accounts.split_off(ACCOUNTS_AT_LAST).chunks(ACCOUNTS_AT_ONCE) {
            let changes = some.iter().fold(Changes::new(), Changes::unlink_account);
            if !commit(attempts, changes.update_user(user)).await? {
                return Ok(false);
            }
            user.mark_stored();
        }
        Ok(true)
    }

    async fn deletion(&self, user: &User, changes: Changes) -> Result<Changes, Lost> {
        let mut changes = changes
            .delete_user(user)
            .delete_password(user.id)
            .release_email(&user.email, user.id)
            .drop_grant::<one_time::ResetPassword>(user.id)
            .drop_grant::<one_time::ApproveEmailChange>(user.id)
            .drop_grant::<one_time::ChangeEmail>(user.id)
            .delete_authenticator(user.id)
            .delete_backup_codes(user.id)
            .forget_second_factor_attempts(user.id);
        for username in user.claimed_usernames() {
            changes = changes.release_username(username, user.id);
        }
        if let Some(phone) = &user.profile.phone {
            changes = changes.release_phone(phone, user.id);
        }
        let accounts = self.store.list_linked_accounts(user.id).await?;
        let changes = accounts.iter().fold(changes, Changes::unlink_account);
        self.leave(changes, user, &user.memberships).await
    }

    /// An organization without other members is deleted with its last member.
    async fn leave(&self, mut changes: Changes, user: &User, memberships: &[Membership]) -> Result<Changes, Lost> {
        for membership in memberships {
            let id = membership.organization_id;
            let found = self.store.find_organization_in_any_state(id).await?;
            let found = found.filter(|organization| organization.status != OrganizationStatus::Dissolving);
            let Some(organization) = found else {
                continue;
            };
            if organization.member_count <= 1 {
                changes = changes.drop_member(id, user.id).delete_organization(&organization);
                continue;
            }
            if organization.would_lack_leader_without(&membership.roles) {
                return Err(Lost::Refused(Conflict::LastOwner));
            }
            changes = changes.delete_member(user.id, membership);
        }
        Ok(changes)
    }
}

/// Members who join and leave in the meantime change how an organization is treated, so those conflicts are lost races
/// too.
async fn commit(attempts: &mut impl Committing, changes: Changes) -> Result<bool, Lost> {
    match attempts.commit(changes).await {
        Err(Lost::Refused(
            conflict @ (Conflict::LastOwner | Conflict::LastAdministrator | Conflict::OrganizationGone),
        )) => {
            attempts.back_off(conflict).await?;
            Ok(false)
        }
        committed => committed,
    }
}
