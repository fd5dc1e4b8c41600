//! Accepting an invitation into an account with an identity that a provider has proved, instead of with a password.

use jiff::Timestamp;

use crate::domain::one_time::{GrantRefused, SetPassword};
use crate::domain::registration_link::LinkRefused;
use crate::domain::session::AuthenticationMethod;
use crate::domain::{
    AccountMember, EmailAddress, IdentityOwner, OneTimeToken, OrganizationId, RateLimit, RegistrationLinkToken, User,
    UserStatus,
};
use crate::operations::accounts::accept_registration_link::enroll;
use crate::operations::accounts::check_registration_link::CheckRegistrationLinkError;
use crate::operations::prelude::*;
use crate::operations::sessions::open_session::{Client, Issue, Login, OpenedSession, SignedIn};
use crate::operations::social::identify::Identified;
use crate::social::Granted;
use crate::store::Changes;

#[derive(Debug)]
pub struct AcceptInvitationWithIdentity {
    pub invitation: AccountInvitation,
    pub identified: Identified,
    pub client: Client,
}

/// What invites a person into an account.
#[derive(Debug)]
pub enum AccountInvitation {
    /// A link that is bound to no address. A new user is created.
    Link(RegistrationLinkToken),
    /// The mail to a user whom an administrator created. It is bound to the user's address.
    Mail(OneTimeToken<SetPassword>),
}

refusals! {
    pub enum AcceptInvitationWithIdentityError {
        SignUpDisabled: Forbidden = "no new user may sign up with the provider",
        EmailNotVerified: Forbidden = "the provider has not verified the address",
        OtherAddress: Forbidden = "the invitation was sent to another address",
        Used: Conflict on GrantSpent = "the invitation was used",
        EmailTaken: Conflict on EmailTaken = "another user has the address",
        IdentityTaken: Conflict on IdentityTaken | TokenSpent = "the identity, or its ID token, was used before",
        NoSeat: Limit on NoSeat = "the account has no free seat",
        AccountInactive: Forbidden on OrganizationGone = "the account is suspended",
    }
    of {
        Link(#[from] LinkRefused) = "{0}",
        Mail(#[from] GrantRefused) = "{0}",
    }
}

impl From<CheckRegistrationLinkError> for AcceptInvitationWithIdentityError {
    fn from(error: CheckRegistrationLinkError) -> Self {
        match error {
            CheckRegistrationLinkError::Refused(reason) => Self::Link(reason),
            CheckRegistrationLinkError::Interrupted(interruption) => Self::Interrupted(interruption),
        }
    }
}

/// The user who enters the account, and the changes that admit them.
struct Entry {
    user: User,
    account: OrganizationId,
    changes: Changes,
}

impl Core {
    /// Opens a session of the user in the account. The invitation and the ID token are used up in the same commit.
    pub async fn accept_invitation_with_identity(
        &self,
        command: AcceptInvitationWithIdentity,
        now: Timestamp,
    ) -> Result<OpenedSession, AcceptInvitationWithIdentityError> {
        let client_ip = command.client.ip.clone();
        let acceptance = Box::pin(self.enter_with_identity(command, now));
        self.limit_failures(RateLimit::SPEND_TOKEN, &client_ip, now, acceptance)
            .await
    }

    async fn enter_with_identity(
        &self,
        command: AcceptInvitationWithIdentity,
        now: Timestamp,
    ) -> Result<OpenedSession, AcceptInvitationWithIdentityError> {
        let Identified { granted, sign_up } = &command.identified;
        if !sign_up.permits(true) {
            return Err(AcceptInvitationWithIdentityError::SignUpDisabled);
        }
        let email = granted
            .identity
            .email
            .as_ref()
            .filter(|_| granted.identity.email_verified);
        let email = email.ok_or(AcceptInvitationWithIdentityError::EmailNotVerified)?;
        let mut retries = self.retries(now);
        let mut is_retry = false;
        loop {
            let Entry { user, account, changes } = match &command.invitation {
                AccountInvitation::Link(token) => self.entry_by_link(token, email, granted, is_retry, now).await?,
                AccountInvitation::Mail(token) => self.entry_by_mail(token, email, now).await?,
            };
            let linked = self.new_linked_account(granted, user.id, now).await?;
            let changes = self.spend_token_of_link(changes.link_account(&linked), granted, user.id, now);
            let login = Login {
                client: &command.client,
                remember_me: true,
                methods: vec![AuthenticationMethod::Federated],
                organization: Some(account),
                issue: Issue::AccessToken,
            };
            let SignedIn::Session(opened) = self.begin_session(&user, login, now).await? else {
                return Err(Interruption::internal("a user without a credential has a second factor").into());
            };
            if retries.commit(changes.create_session(&opened.session)).await? {
                return Ok(opened);
            }
            let identity = &granted.identity;
            let owner = self
                .store
                .find_identity_owner(&identity.provider, &identity.issuer, &identity.subject);
            if owner.await?.is_some_and(|owner| owner != IdentityOwner::User(user.id)) {
                return Err(AcceptInvitationWithIdentityError::IdentityTaken);
            }
            is_retry = true;
        }
    }

    async fn entry_by_link(
        &self,
        token: &RegistrationLinkToken,
        email: &EmailAddress,
        granted: &Granted,
        is_retry: bool,
        now: Timestamp,
    ) -> Result<Entry, AcceptInvitationWithIdentityError> {
        let usable = self.usable_link(token, now).await?;
        let name = granted.identity.name.clone().unwrap_or_default();
        let mut user = self.build_user(email.clone(), name, now).await?;
        user.image.clone_from(&granted.identity.image);
        user.email_verified_at = Some(now);
        enroll(&mut user, &usable, now)?;
        // The first of several failed conditions determines the error.
        let changes = Changes::new()
            .spend_registration_link(&usable.link.hash)
            .require_user(&usable.creator);
        let limits = self.seat_limits().await?;
        let seen = if is_retry {
            Some(
                self.account_with_seat(usable.link.organization_id, &limits, now)
                    .await?,
            )
        } else {
            None
        };
        Ok(Entry {
            changes: self.account_user_creation(changes, &user, seen.as_ref(), &limits, false, now),
            account: usable.link.organization_id,
            user,
        })
    }

    async fn entry_by_mail(
        &self,
        token: &OneTimeToken<SetPassword>,
        email: &EmailAddress,
        now: Timestamp,
    ) -> Result<Entry, AcceptInvitationWithIdentityError> {
        let grant = self.store.find_grant_of(token).await?.ok_or(GrantRefused::Unknown)?;
        grant.open(&token.secret, now)?;
        let user = self.store.find_user(token.user_id).await?;
        // A grant for an address that is no longer the user's authorizes nothing.
        let user = user.filter(|user| user.email == grant.email);
        let mut user = user.ok_or(GrantRefused::Unknown)?;
        if *email != user.email {
            return Err(AcceptInvitationWithIdentityError::OtherAddress);
        }
        if user.activation().is_none() {
            return Err(AcceptInvitationWithIdentityError::Used);
        }
        let account = AccountMember::home_of(&user).ok_or(AcceptInvitationWithIdentityError::AccountInactive)?;
        user.status = UserStatus::Active;
        user.email_verified_at.get_or_insert(now);
        user.end_sessions(now);
        let changes = Changes::new()
            .mark_grant_spent::<SetPassword>(&grant, now)
            .update_user(&user);
        Ok(Entry { user, account, changes })
    }
}
