//! Deciding which user an identity signs in. The address alone decides only when both sides have verified it: an
//! attacker may have signed up with an address that is not verified, with a password that would remain valid
//! (pre-hijacking).

use crate::domain::{EmailAddress, IdentityOwner, ProviderId, User, UserStatus};
use crate::operations::core::Core;
use crate::operations::social::sign_in_with_identity::{IdentitySignIn, IdentitySignInError};

/// The user whom an identity signs in.
pub(super) enum IdentityMatch {
    /// The identity is linked to the user.
    Linked(User),
    /// The user has the identity's address, which both sides have verified.
    SameEmail(User),
    NewUser(EmailAddress),
}

impl Core {
    pub(super) async fn match_identity(&self, command: &IdentitySignIn) -> Result<IdentityMatch, IdentitySignInError> {
        let identity = &command.granted.identity;
        let owner = self
            .store
            .find_identity_owner(&identity.provider, &identity.issuer, &identity.subject);
        match owner.await? {
            Some(_) if command.must_sign_up => return Err(IdentitySignInError::AlreadyLinked),
            Some(IdentityOwner::User(owner)) => {
                // The user was deleted; the deletion of the user's identities follows.
                let user = self.store.find_user(owner).await?;
                return user
                    .map(IdentityMatch::Linked)
                    .ok_or(IdentitySignInError::AccountDeleted);
            }
            Some(IdentityOwner::OtherIssuer) => return Err(IdentitySignInError::NotLinked),
            None => {}
        }
        let owner = match &identity.email {
            Some(email) => self.find_user_by_email(email).await?,
            None => None,
        };
        match (owner, &identity.email) {
            (Some(user), _) if user.status == UserStatus::Deleted => Err(IdentitySignInError::AccountDeleted),
            (Some(_), _) if command.must_sign_up => Err(IdentitySignInError::AlreadyLinked),
            (Some(user), _)
                if identity.email_verified
                    && user.is_email_verified()
                    && !self.has_account_at(&user, &identity.provider).await? =>
            {
                Ok(IdentityMatch::SameEmail(user))
            }
            (Some(_), _) => Err(IdentitySignInError::NotLinked),
            (None, _) if !command.may_sign_up => Err(IdentitySignInError::SignUpDisabled),
            (None, Some(email)) => {
                self.configuration().admit_sign_up(email)?;
                Ok(IdentityMatch::NewUser(email.clone()))
            }
            (None, None) => Err(IdentitySignInError::NoEmail),
        }
    }

    /// Whether another subject of the provider is linked to the user. A second one with the same address is another
    /// person to the provider, to whom the address was reassigned. Subjects of an issuer that the provider had before
    /// count, too: their users must not follow a change of the issuer by their address.
    async fn has_account_at(&self, user: &User, provider: &ProviderId) -> Result<bool, IdentitySignInError> {
        let linked = self.store.list_linked_accounts(user.id).await?;
        Ok(linked.iter().any(|account| account.provider == *provider))
    }
}
