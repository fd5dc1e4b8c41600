//! Signing in with an identity that a provider has authenticated.

use jiff::Timestamp;

use crate::audit;
use crate::domain::session::AuthenticationMethod;
use crate::domain::user::AccountBlocked;
use crate::domain::{CredentialChange, SignUpRefused, User};
use crate::operations::attempts::{Lost, Retries};
use crate::operations::prelude::*;
use crate::operations::refusal::Refusal as _;
use crate::operations::sessions::open_session::{Client, Login, SignedIn};
use crate::operations::sessions::sign_in::record_failure;
use crate::operations::sessions::sign_in_policy::{AccountMissing, SignInPolicy};
use crate::operations::social::match_identity::IdentityMatch;
use crate::operations::social::spend_token::Outcome;
use crate::social::Granted;
use crate::store::{Changes, Conflict};

#[derive(Debug)]
pub struct IdentitySignIn {
    pub granted: Granted,
    /// Whether a new user may sign up.
    pub may_sign_up: bool,
    /// Only a new user may sign up; no existing user signs in.
    pub must_sign_up: bool,
    /// Whether a new user gets an organization of their own.
    pub with_organization: bool,
    pub policy: SignInPolicy,
    pub client: Client,
}

#[derive(Debug)]
pub struct SignedInWithIdentity {
    pub signed_in: SignedIn,
    pub is_new_user: bool,
}

refusals! {
    pub enum IdentitySignInError {
        SignUpDisabled: Forbidden = "the identity is unknown, and no new user may sign up",
        AlreadyLinked: Conflict = "the identity, or its address, belongs to a user already",
        NoEmail: Invalid = "the provider names no address",
        /// A user has the address, and no verification proves that the identity is the same person's.
        NotLinked: Conflict = "the address belongs to a user to whom the identity is not linked",
        AccountDeleted: Forbidden = "the account of this address was deleted",
        EmailNotVerified: Forbidden = "the address is not verified",
        NoAccount: Forbidden = "the user has no role in an account",
        AccountSuspended: Forbidden = "every account in which the user has a role is suspended",
        /// Only the answer to the first use is repeated, and only for a short time.
        TokenSpent: Unauthenticated on TokenSpent = "the ID token was used before",
    }
    of {
        AccountBlocked(#[from] AccountBlocked) = "{0}",
        NotAdmitted(#[from] SignUpRefused) = "{0}",
    }
}

impl IdentitySignIn {
    pub(super) fn login(&self, user: &User) -> Result<Login<'_>, IdentitySignInError> {
        Ok(Login {
            client: &self.client,
            remember_me: true,
            methods: vec![AuthenticationMethod::Federated],
            organization: self.policy.organization_of::<IdentitySignInError>(user)?,
            issue: self.policy.issue,
        })
    }
}

impl From<AccountMissing> for IdentitySignInError {
    fn from(missing: AccountMissing) -> Self {
        match missing {
            AccountMissing::NoRole => Self::NoAccount,
            AccountMissing::Suspended => Self::AccountSuspended,
        }
    }
}

/// A sign-in that is ready to be committed.
pub(super) struct Draft {
    pub user: User,
    pub changes: Changes,
    pub is_new_user: bool,
}

impl Core {
    /// An ID token that a client presented is used up by the commit that opens a session or makes a user, and by no
    /// refusal. A repetition of the request gets the same answer for a short time, because networks lose answers.
    pub async fn sign_in_with_identity(
        &self,
        command: IdentitySignIn,
        now: Timestamp,
    ) -> Result<SignedInWithIdentity, IdentitySignInError> {
        match self.match_and_sign_in(&command, now).await {
            Err(refused) if refused.kind().is_ok() => {
                let repeated = self.repeat_sign_in(&command, now).await?;
                repeated.ok_or_else(|| {
                    record_failure(audit::suspect(), &refused);
                    refused
                })
            }
            answer => answer,
        }
    }

    async fn match_and_sign_in(
        &self,
        command: &IdentitySignIn,
        now: Timestamp,
    ) -> Result<SignedInWithIdentity, IdentitySignInError> {
        let mut retries = self.retries(now);
        loop {
            let draft = match self.match_identity(command).await? {
                IdentityMatch::Linked(user) => {
                    audit::note_suspect(user.id);
                    self.sign_in_linked_user(command, user, now).await?
                }
                IdentityMatch::SameEmail(user) => {
                    audit::note_suspect(user.id);
                    Some(self.link_user(command, user, now).await?)
                }
                IdentityMatch::NewUser(email) => Some(self.sign_up_with_identity(command, email, now).await?),
            };
            let Some(draft) = draft else {
                retries.back_off(Conflict::AccountMoved).await?;
                continue;
            };
            if let Some(signed_in) = self.commit_sign_in(command, draft, &mut retries, now).await? {
                return Ok(signed_in);
            }
        }
    }

    /// `None`: the identity is being unlinked at the same time.
    async fn sign_in_linked_user(
        &self,
        command: &IdentitySignIn,
        user: User,
        now: Timestamp,
    ) -> Result<Option<Draft>, IdentitySignInError> {
        let mut user = self.lift_expired_ban::<IdentitySignInError>(user, now).await?;
        let identity = &command.granted.identity;
        let (provider, subject) = (&identity.provider, &identity.subject);
        let mut changes = Changes::new();
        let is_proven = identity.email_verified && identity.email.as_ref() == Some(&user.email);
        if is_proven && !user.is_email_verified() {
            user.email_verified_at = Some(now);
            user.updated_at = now;
            changes = changes.update_user(&user);
        }
        let Some(seen) = self.store.find_linked_account(user.id, provider, subject).await? else {
            return Ok(None);
        };
        let account = self.renew_linked_account(&seen, &command.granted, now).await?;
        Ok(Some(Draft {
            changes: changes
                .require_identity(provider, subject, user.id)
                .update_account(&seen, &account),
            user,
            is_new_user: false,
        }))
    }

    async fn link_user(
        &self,
        command: &IdentitySignIn,
        user: User,
        now: Timestamp,
    ) -> Result<Draft, IdentitySignInError> {
        let user = self.lift_expired_ban::<IdentitySignInError>(user, now).await?;
        // Writing the user requires that the address is still the user's, and makes a concurrent deletion of the user
        // see the identity.
        let mut changes = Changes::new().update_user(&user);
        // A user with a second factor has not verified it yet, so nothing is added to the account: the address opens
        // this sign-in alone, and a session links the identity.
        if !user.two_factor_enabled {
            let account = self.new_linked_account(&command.granted, user.id, now).await?;
            let notice = self.credential_notice(user.id, CredentialChange::AccountLinked, now);
            changes = changes.link_account(&account).enqueue(&notice);
        }
        Ok(Draft {
            changes,
            user,
            is_new_user: false,
        })
    }

    /// `None`: the commit lost a race.
    async fn commit_sign_in(
        &self,
        command: &IdentitySignIn,
        draft: Draft,
        retries: &mut Retries<'_>,
        now: Timestamp,
    ) -> Result<Option<SignedInWithIdentity>, IdentitySignInError> {
        let Draft {
            user,
            changes,
            is_new_user,
        } = draft;
        let is_refused = command.policy.rejects_address_of(&user);
        let mut signed_in = self.begin_session(&user, command.login(&user)?, now).await?;
        let outcome = Outcome {
            opens_session: !is_refused,
            is_new_user,
        };
        let mut changes = changes;
        if outcome.opens_session || outcome.is_new_user {
            changes = self.spend_token(changes, command, &mut signed_in, outcome, now);
        }
        if outcome.opens_session {
            changes = changes.create_session(signed_in.session());
        }
        match retries.commit(changes).await {
            Ok(true) if is_refused => Err(IdentitySignInError::EmailNotVerified),
            Ok(true) => Ok(Some(SignedInWithIdentity { signed_in, is_new_user })),
            Ok(false) => Ok(None),
            // A parallel request has signed up with the address. Now the identity may be linked to that user.
            Err(Lost::Refused(Conflict::EmailTaken)) => {
                retries.back_off(Conflict::EmailTaken).await?;
                Ok(None)
            }
            Err(lost) => Err(lost.into()),
        }
    }
}
