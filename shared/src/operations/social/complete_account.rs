//! Completing the sign-up of an identity that a provider has proved before: a new user, who owns a new account, and a
//! session. The token of the proof is used up in the same commit.

use jiff::Timestamp;

use crate::captcha::{CaptchaCheck, CaptchaRefused};
use crate::domain::one_time::GrantRefused;
use crate::domain::session::AuthenticationMethod;
use crate::domain::{
    AccountDetails, AccountMember, BillingType, EmailAddress, Organization, OrganizationId, OrganizationKind, Plan,
    ProvenIdentity, ProvenIdentityToken, ProviderTokens, RateLimit, ServiceType, SignUpRefused, Slug, SpentToken,
};
use crate::operations::accounts::show_account::Account;
use crate::operations::organizations::new_organization::create_with_owner;
use crate::operations::prelude::*;
use crate::operations::sessions::open_session::{Client, Issue, Login, OpenedSession, SignedIn};
use crate::social::Granted;
use crate::store::Changes;

#[derive(Debug)]
pub struct CompleteAccount {
    pub token: ProvenIdentityToken,
    /// The provider for which the client presents the token.
    pub provider: String,
    pub email: EmailAddress,
    /// `None`: the account gets the name of its user.
    pub account_name: Option<String>,
    pub captcha: CaptchaCheck,
    pub client: Client,
}

#[derive(Debug)]
pub struct CompletedAccount {
    pub account: Account,
    pub opened: OpenedSession,
}

refusals! {
    pub enum CompleteAccountError {
        NotOfProvider: Forbidden = "the token was issued for another provider",
        OtherAddress: Forbidden = "the token was issued for another address",
        SignUpDisabled: Forbidden = "no new user may sign up with the provider",
        /// The user may have signed up in another way in the meantime.
        EmailTaken: Conflict on EmailTaken = "another user has the address",
        IdentityTaken: Conflict on IdentityTaken | TokenSpent = "the identity, or its ID token, was used to sign up",
    }
    of {
        TokenRefused(#[from] GrantRefused) [GrantRefused::Spent] on GrantSpent = "{0}",
        Captcha(#[from] CaptchaRefused) = "{0}",
        NotAdmitted(#[from] SignUpRefused) = "{0}",
    }
}

/// The number of seats of an account that does not ask for a number.
const SEATS: u32 = 10;

impl Core {
    pub async fn complete_account(
        &self,
        command: CompleteAccount,
        now: Timestamp,
    ) -> Result<CompletedAccount, CompleteAccountError> {
        let client_ip = command.client.ip.clone();
        let completion = Box::pin(self.spend_and_complete(command, now));
        self.limit_failures(RateLimit::SPEND_TOKEN, &client_ip, now, completion)
            .await
    }

    async fn spend_and_complete(
        &self,
        command: CompleteAccount,
        now: Timestamp,
    ) -> Result<CompletedAccount, CompleteAccountError> {
        self.verify_captcha(&command.captcha, &command.client, now).await?;
        let hash = command.token.secret.hash();
        let proven = self.store.find_proven_identity(&hash).await?;
        let proven = proven.ok_or(GrantRefused::Unknown)?;
        proven.await_use(now)?;
        self.expect_completion(&proven, &command, now).await?;
        let mut user = self
            .build_user(
                proven.email.clone(),
                proven.identity.name.clone().unwrap_or_default(),
                now,
            )
            .await?;
        user.image.clone_from(&proven.identity.image);
        user.email_verified_at = Some(now);
        let id = OrganizationId::generate(now, &*self.entropy);
        let name = command.account_name.unwrap_or_else(|| name_of(&proven));
        let limits = self.seat_limits().await?;
        let terms = limits.terms(OrganizationKind::Business, Plan::TeamStarter);
        let organization = Organization {
            plan: Some(Plan::TeamStarter),
            seats: Some(terms.seats(SEATS)),
            account: AccountDetails {
                billing: Some(BillingType::Trial),
                service_types: vec![ServiceType::Coaching],
                first_administrator: Some(user.id),
                ..AccountDetails::default()
            },
            ..self.new_organization(id, name, Slug::of_account(id), now).await?
        };
        let granted = Granted {
            identity: proven.identity.clone(),
            tokens: ProviderTokens::default(),
            single_use: None,
        };
        let linked = self.new_linked_account(&granted, user.id, now).await?;
        user.default_organization = Some(id);
        let changes = Changes::new()
            .spend_proven_identity(&hash, now)
            .claim_email(&user.email, user.id)
            .link_account(&linked);
        let changes = create_with_owner(changes, &mut user, &organization, now).create_user(&user);
        let login = Login {
            client: &command.client,
            remember_me: true,
            methods: vec![AuthenticationMethod::Federated],
            organization: Some(id),
            issue: Issue::AccessToken,
        };
        let SignedIn::Session(opened) = self.begin_session(&user, login, now).await? else {
            return Err(Interruption::internal("a new user has a second factor").into());
        };
        let mut changes = changes.create_session(&opened.session);
        if let Some(token) = proven.id_token {
            changes = changes.spend_token(&SpentToken {
                id: token.id,
                user_id: user.id,
                // A presentation of the ID token is no repetition of this request, and opens nothing.
                session_id: None,
                is_new_user: false,
                salt: self.entropy.bytes(),
                at: now,
                expires_at: token.expires_at,
            });
        }
        self.retries(now).commit_once(changes).await?;
        let member = AccountMember::of(&user, id);
        let account = Account {
            seats: limits.seats(&organization),
            organization,
            member: member.ok_or_else(|| Interruption::internal("a new account has no administrator"))?,
            administrator: user,
        };
        Ok(CompletedAccount { account, opened })
    }

    async fn expect_completion(
        &self,
        proven: &ProvenIdentity,
        command: &CompleteAccount,
        now: Timestamp,
    ) -> Result<(), CompleteAccountError> {
        if proven.identity.provider.as_str() != command.provider {
            return Err(CompleteAccountError::NotOfProvider);
        }
        if proven.email != command.email {
            return Err(CompleteAccountError::OtherAddress);
        }
        self.configuration().admit_sign_up(&proven.email)?;
        let provider = self.social_provider(&command.provider, now).await?;
        let provider = provider.filter(|provider| provider.sign_up().permits(true));
        let provider = provider.ok_or(CompleteAccountError::SignUpDisabled)?;
        // The provider may have got another issuer since the identity was proved.
        if provider.serves(&proven.identity.issuer) {
            Ok(())
        } else {
            Err(CompleteAccountError::NotOfProvider)
        }
    }
}

/// The name of the user, or else the part of the address before the `@`.
fn name_of(proven: &ProvenIdentity) -> String {
    let name = proven.identity.name.as_ref().map(|name| name.as_str().to_owned());
    name.filter(|name| !name.is_empty()).unwrap_or_else(|| {
        let address = proven.email.as_str();
        address.split_once('@').map_or(address, |(local, _)| local).to_owned()
    })
}
