//! Verifying an address with the token of a mail.

use jiff::Timestamp;

use crate::domain::one_time::{GrantRefused, VerifyEmail};
use crate::domain::session::AuthenticationMethod;
use crate::domain::user::AccountBlocked;
use crate::domain::{OneTimeToken, RateLimit, User};
use crate::operations::prelude::*;
use crate::operations::sessions::open_session::{Client, Issue, Login, SignedIn};
use crate::store::Changes;

refusals! {
    pub enum VerifyEmailError {
    }
    of {
        TokenRefused(#[from] GrantRefused) = "{0}",
        AccountBlocked(#[from] AccountBlocked) = "{0}",
    }
}

/// The user with the verified address, and the sign-in if the client asked for one and this token verified the address.
#[derive(Debug)]
pub struct VerifiedEmail {
    pub user: User,
    pub signed_in: Option<SignedIn>,
}

impl Core {
    /// The token stays until it expires, so that a link that is opened a second time says that the address is verified.
    /// Only the commit that verifies the address opens a session.
    pub async fn verify_email(
        &self,
        token: &OneTimeToken<VerifyEmail>,
        sign_in: Option<Issue>,
        client: &Client,
        now: Timestamp,
    ) -> Result<VerifiedEmail, VerifyEmailError> {
        let verification = Box::pin(self.spend_verification(token, sign_in, client, now));
        self.limit_failures(RateLimit::SPEND_TOKEN, &client.ip, now, verification)
            .await
    }

    async fn spend_verification(
        &self,
        token: &OneTimeToken<VerifyEmail>,
        sign_in: Option<Issue>,
        client: &Client,
        now: Timestamp,
    ) -> Result<VerifiedEmail, VerifyEmailError> {
        let mut retries = self.retries(now);
        loop {
            let mut user = self.user_of_verification(token, now).await?;
            if user.is_email_verified() {
                return Ok(VerifiedEmail { user, signed_in: None });
            }
            user.email_verified_at = Some(now);
            user.updated_at = now;
            // Of several requests with one token, the version of the user lets one commit succeed.
            let mut changes = Changes::new().update_user(&user);
            let mut signed_in = None;
            if let Some(issue) = sign_in {
                let login = Login {
                    client,
                    remember_me: true,
                    methods: vec![AuthenticationMethod::Mail],
                    organization: user.starting_organization(),
                    issue,
                };
                let begun = self.begin_session(&user, login, now).await?;
                changes = changes.create_session(begun.session());
                signed_in = Some(begun);
            }
            if retries.commit(changes).await? {
                return Ok(VerifiedEmail { user, signed_in });
            }
        }
    }

    /// Whether the token has expired, and its address is verified: for the owner it has done what it is for.
    pub async fn was_confirmed_with(
        &self,
        token: &OneTimeToken<VerifyEmail>,
        now: Timestamp,
    ) -> Result<bool, Interruption> {
        let found = self.store.find_grant_of(token).await?;
        let expired = found.filter(|grant| grant.open(&token.secret, now) == Err(GrantRefused::Expired));
        let Some(grant) = expired else { return Ok(false) };
        let user = self.store.find_user(token.user_id).await?;
        Ok(user.is_some_and(|user| user.email == grant.email && user.is_email_verified()))
    }

    /// The user whose address the token verifies. The token is unknown once the user has another address.
    pub(super) async fn user_of_verification(
        &self,
        token: &OneTimeToken<VerifyEmail>,
        now: Timestamp,
    ) -> Result<User, VerifyEmailError> {
        let grant = self.store.find_grant_of(token).await?;
        let grant = grant.ok_or(GrantRefused::Unknown)?;
        grant.open(&token.secret, now)?;
        let user = self.store.find_user(token.user_id).await?;
        let user = user.filter(|user| user.email == grant.email);
        let user = user.ok_or(GrantRefused::Unknown)?;
        self.lift_expired_ban::<VerifyEmailError>(user, now).await
    }
}
