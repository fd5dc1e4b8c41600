//! Dropping what an ended session has requested: a change of the address, or a deletion, whose mail waits for an answer.

use crate::domain::one_time::{ChangeEmail, DeleteUser, Purpose};
use crate::domain::{OneTimeGrant, UserId};
use crate::operations::prelude::*;
use crate::store::{Changes, CommitError, Conflict};

impl Core {
    /// Called after a session of the user was revoked, because an attacker may have had it. A request whose session no
    /// longer exists is dropped; one of another session stays. The deletion of the session comes first: a mail that is
    /// being written requires the session, so no grant is created for it afterwards.
    pub(in crate::operations) async fn drop_requests_of_ended_sessions(
        &self,
        user: UserId,
    ) -> Result<(), Interruption> {
        let (change, deletion) = self.store.find_requests(user).await?;
        self.drop_request::<ChangeEmail>(change).await?;
        self.drop_request::<DeleteUser>(deletion).await
    }

    async fn drop_request<P: Purpose>(&self, grant: Option<OneTimeGrant>) -> Result<(), Interruption> {
        let Some(grant) = grant else { return Ok(()) };
        if let Some(requester) = &grant.requester
            && self
                .store
                .find_session(grant.user_id, requester.session_id)
                .await?
                .is_some()
        {
            return Ok(());
        }
        let changes = Changes::new().spend_grant::<P>(&grant);
        match self.store.commit(changes).await {
            // The grant was spent, dropped or replaced in the meantime.
            Ok(()) | Err(CommitError::Conflict(Conflict::GrantSpent)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}
