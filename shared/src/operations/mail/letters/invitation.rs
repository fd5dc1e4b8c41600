//! The letter of an invitation into an organization.

use jiff::Timestamp;

use crate::domain::{Invitation, InvitationId, InvitationToken, OrganizationId, Secret};
use crate::mailer::Letter;
use crate::operations::mail::deliver_mail::{Addressed, DeliverMailError};
use crate::operations::prelude::*;
use crate::store::Changes;

impl Core {
    pub(in crate::operations::mail) async fn invitation_letter(
        &self,
        organization_id: OrganizationId,
        id: InvitationId,
        now: Timestamp,
    ) -> Result<Option<Addressed>, DeliverMailError> {
        let Some(invitation) = self.store.find_invitation(organization_id, id).await? else {
            return Ok(None);
        };
        let organization = self.store.find_organization(organization_id).await?;
        let inviter = self.inviter(&invitation, now).await?;
        let (Some(organization), Some(inviter)) = (organization, inviter) else {
            return Ok(None);
        };
        if invitation.await_answer(now).is_err() {
            return Ok(None);
        }
        let recipient = match self.store.find_owner(&invitation.email).await? {
            Some(id) => self.store.find_user(id).await?,
            None => None,
        };
        // A recipient without an account is supposed to understand the inviter.
        let language = recipient.and_then(|user| user.profile.language).or(inviter.language);
        let secret = Secret::generate(&*self.entropy);
        let sent = Invitation {
            hash: Some(secret.hash()),
            ..invitation.clone()
        };
        // The commit fails if the invitation was answered, or if a parallel run writes the letter too. The retried
        // delivery of the mail finds out which.
        let issue = Changes::new().update_invitation(&sent, &invitation);
        let token = InvitationToken {
            organization_id,
            invitation_id: id,
            secret,
        };
        let letter = Letter::Invitation {
            organization: organization.name,
            inviter_name: inviter.name,
            role: invitation.roles.to_string(),
            message: invitation.message,
            url: self.link("invitation", &token.to_string(), None),
            expires_in: invitation.expires_at.duration_since(now),
        };
        Ok(Some(Addressed {
            to: invitation.email,
            letter,
            language,
            issue,
            // Invitations are counted when they are made.
            budget: None,
        }))
    }
}
