//! Accepting a registration link: a new user with the address, the name and the password that the client chooses, and
//! with the role of the link. The address is verified by a mail afterwards.

use jiff::Timestamp;

use crate::captcha::{CaptchaCheck, CaptchaRefused};
use crate::domain::password::WeakPassword;
use crate::domain::registration_link::LinkRefused;
use crate::domain::{
    AccountRole, DeviceId, DeviceKey, EmailAddress, KnownDeviceToken, MailPurpose, MemberRoles, Membership, Name,
    NewPassword, OrganizationRole, PlatformRole, RateLimit, RegistrationLinkToken, User,
};
use crate::operations::accounts::account_user::AccountUser;
use crate::operations::accounts::check_registration_link::{CheckRegistrationLinkError, UsableLink};
use crate::operations::accounts::create_account_user::enter_account;
use crate::operations::prelude::*;
use crate::operations::sessions::open_session::Client;
use crate::operations::sessions::sign_in_policy::SignInPolicy;
use crate::passwords::PasswordOwner;
use crate::store::Changes;

#[derive(Debug)]
pub struct AcceptRegistrationLink {
    pub token: RegistrationLinkToken,
    pub email: EmailAddress,
    pub name: Name,
    pub password: NewPassword,
    pub captcha: CaptchaCheck,
    pub policy: SignInPolicy,
    pub client: Client,
}

/// The new user, and the token that makes the client a known device.
#[derive(Debug)]
pub struct Registered {
    pub user: AccountUser,
    pub device: KnownDeviceToken,
}

refusals! {
    pub enum AcceptRegistrationLinkError {
        /// A user with an account signs in: a link must not set the password of an existing account.
        EmailTaken: Conflict on EmailTaken = "another user has the address",
        NoSeat: Limit on NoSeat = "the account has no free seat",
        AccountInactive: Forbidden on OrganizationGone = "the account is suspended",
    }
    of {
        Refused(#[from] LinkRefused) [LinkRefused::Spent] on GrantSpent = "{0}",
        Captcha(#[from] CaptchaRefused) = "{0}",
        WeakPassword(#[from] WeakPassword) = "{0}",
    }
}

impl From<CheckRegistrationLinkError> for AcceptRegistrationLinkError {
    fn from(error: CheckRegistrationLinkError) -> Self {
        match error {
            CheckRegistrationLinkError::Refused(reason) => Self::Refused(reason),
            CheckRegistrationLinkError::Interrupted(interruption) => Self::Interrupted(interruption),
        }
    }
}

impl Core {
    pub async fn accept_registration_link(
        &self,
        command: AcceptRegistrationLink,
        now: Timestamp,
    ) -> Result<Registered, AcceptRegistrationLinkError> {
        let client_ip = command.client.ip.clone();
        let acceptance = Box::pin(self.spend_registration_link(command, now));
        self.limit_failures(RateLimit::SPEND_TOKEN, &client_ip, now, acceptance)
            .await
    }

    /// A refused password does not use the link up.
    async fn spend_registration_link(
        &self,
        command: AcceptRegistrationLink,
        now: Timestamp,
    ) -> Result<Registered, AcceptRegistrationLinkError> {
        self.verify_captcha(&command.captcha, &command.client, now).await?;
        let mut usable = self.usable_link(&command.token, now).await?;
        let owner = PasswordOwner {
            email: Some(&command.email),
            name: Some(&command.name),
            ..PasswordOwner::default()
        };
        let hash = self
            .hash_password::<AcceptRegistrationLinkError>(&command.password, owner)
            .await?;
        let mut user = self.build_user(command.email, command.name, now).await?;
        user.verifies_before_sign_in = command.policy.verified_address;
        let device_key = DeviceKey::generate(&*self.entropy);
        let verification = MailPurpose::VerifyEmail {
            user_id: user.id,
            callback: None,
        };
        let mail = self.mail(verification, now);
        let mut retries = self.retries(now);
        let limits = self.seat_limits().await?;
        let mut seen = None;
        loop {
            enroll(&mut user, &usable, now)?;
            // The first of several failed conditions determines the error.
            let changes = Changes::new()
                .spend_registration_link(&usable.link.hash)
                .require_user(&usable.creator);
            let changes = self.account_user_creation(changes, &user, seen.as_ref(), &limits, false, now);
            let changes = changes
                .set_password_and_device_key(user.id, &hash, &device_key)
                .enqueue(&mail);
            if retries.commit(changes).await? {
                return Ok(Registered {
                    device: device_key.issue(user.id, DeviceId::generate(now, &*self.entropy)),
                    user: AccountUser {
                        account: usable.link.organization_id,
                        user,
                    },
                });
            }
            usable = self.usable_link(&command.token, now).await?;
            seen = Some(
                self.account_with_seat(usable.link.organization_id, &limits, now)
                    .await?,
            );
        }
    }
}

/// Gives a new user what the link offers.
pub(in crate::operations) fn enroll(user: &mut User, usable: &UsableLink, now: Timestamp) -> Result<(), LinkRefused> {
    let UsableLink {
        link,
        creator,
        authority,
    } = usable;
    let roles: MemberRoles = if link.role == AccountRole::SuperAdmin {
        user.roles.insert(PlatformRole::SuperAdmin);
        OrganizationRole::Member.into()
    } else {
        authority.granted(link.role).ok_or(LinkRefused::Ended)?
    };
    user.created_by = Some(creator.number);
    let membership = Membership {
        program_id: link.program_id,
        ..Membership::new(link.organization_id, link.organization_number, roles, now)
    };
    enter_account(user, membership);
    Ok(())
}
