//! The tasks: each runs one operation of `shared`, and writes an audit record.

use jiff::Timestamp;
use shared::contract::better_auth::PASSWORD_RULES;
use shared::domain::password::WeakPassword;
use shared::domain::service_token::ServiceName;
use shared::domain::signing_key::Ring;
use shared::domain::{EmailAddress, MailId, NewPassword, Region, UserId};
use shared::operations::{Administrator, Core, CreateAdmin, EventBus};

use crate::audit::{self, Actor};
use crate::failure::{Failure, Refused as _, RefusedForService as _};
use crate::report::Report;

/// A valid task.
#[derive(Debug)]
pub enum Task {
    CreateAdmin {
        email: EmailAddress,
        password: NewPassword,
    },
    GrantAdmin(EmailAddress),
    RevokeAdmin(EmailAddress),
    EnrollAdminTotp(EmailAddress),
    ShowSuppression(EmailAddress),
    LiftSuppression(EmailAddress),
    /// Of this Region unless another one is named.
    ListMails(Option<Region>),
    RedriveMail(MailId),
    /// The undeliverable mails of this Region, or all mails of another one.
    RedriveMails(Option<Region>),
    ListKeys,
    RotateKeys(Ring),
    /// With the id of the key.
    RevokeKey(Ring, String),
    RebuildLists,
    ListEvents,
    RedriveEvents,
    CreateServiceToken(ServiceName),
    ListServiceTokens,
    RevokeServiceToken(ServiceName),
}

impl Task {
    pub fn create_admin(email: EmailAddress, password: &str) -> Result<Self, WeakPassword> {
        Ok(Self::CreateAdmin {
            email,
            password: NewPassword::parse(password, PASSWORD_RULES)?,
        })
    }

    /// The command of the task.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::CreateAdmin { .. } => "admin create",
            Self::GrantAdmin(_) => "admin grant",
            Self::RevokeAdmin(_) => "admin revoke",
            Self::EnrollAdminTotp(_) => "admin enroll-totp",
            Self::ShowSuppression(_) => "suppression show",
            Self::LiftSuppression(_) => "suppression lift",
            Self::ListMails(_) => "mail list",
            Self::RedriveMail(_) | Self::RedriveMails(_) => "mail redrive",
            Self::ListKeys => "keys list",
            Self::RotateKeys(_) => "keys rotate",
            Self::RevokeKey(..) => "keys revoke",
            Self::RebuildLists => "lists rebuild",
            Self::ListEvents => "events list",
            Self::RedriveEvents => "events redrive",
            Self::CreateServiceToken(_) => "service-token create",
            Self::ListServiceTokens => "service-token list",
            Self::RevokeServiceToken(_) => "service-token revoke",
        }
    }

    async fn perform(self, core: &Core, bus: &EventBus, now: Timestamp) -> Result<Report, Failure> {
        let operator = Administrator::operator();
        match self {
            Self::CreateAdmin { email, password } => {
                let command = CreateAdmin {
                    email: email.clone(),
                    password,
                };
                let user = core.create_admin(command, now).await.for_address(email)?;
                Ok(Report::created(&user))
            }
            Self::GrantAdmin(email) => {
                let granted = core.grant_admin(&email, now).await.for_address(email)?;
                Ok(Report::granted(&granted))
            }
            Self::RevokeAdmin(email) => {
                let revoked = core.revoke_admin(&email, now).await.for_address(email.clone())?;
                Ok(Report::revoked(&email, &revoked))
            }
            Self::EnrollAdminTotp(email) => {
                let enrolled = core.enroll_admin_totp(operator, &email, now).await;
                Ok(Report::enrolled(&enrolled.for_address(email)?))
            }
            Self::ShowSuppression(address) => {
                let shown = core.show_suppression(operator, &address).await?;
                Ok(Report::suppression(&address, &shown))
            }
            Self::LiftSuppression(address) => {
                let lifted = core.lift_suppression(operator, &address, now).await;
                let lifted = lifted.for_address(address.clone())?;
                Ok(Report::lifted(&address, &lifted))
            }
            Self::ListMails(region) => {
                let mails = core.list_outbox(operator, region.as_ref()).await?;
                Ok(Report::mails(&mails))
            }
            Self::RedriveMail(id) => {
                let mail = core.redrive_mail(operator, id, now).await?;
                Ok(Report::redriven_mails(&[mail]))
            }
            Self::RedriveMails(region) => {
                let mails = core.redrive_mails(operator, region.as_ref(), now).await?;
                Ok(Report::redriven_mails(&mails))
            }
            Self::ListKeys => Ok(Report::keys(core.show_keys(operator).await?)),
            Self::RotateKeys(ring) => {
                core.rotate_keys(operator, ring, now).await?;
                Ok(Report::keys(core.show_keys(operator).await?))
            }
            Self::RevokeKey(ring, kid) => {
                core.revoke_key(operator, ring, &kid, now).await?;
                Ok(Report::keys(core.show_keys(operator).await?))
            }
            Self::RebuildLists => Ok(Report::rebuilt_lists(core.rebuild_lists(operator, now).await?)),
            Self::ListEvents => Ok(Report::waiting_events(&core.list_waiting_events(operator, now).await?)),
            Self::RedriveEvents => Ok(Report::redriven_events(core.redrive_events(operator, bus, now).await?)),
            Self::CreateServiceToken(name) => {
                let token = core.create_service_token(operator, &name, now).await;
                Ok(Report::created_service_token(&name, &token.for_service(name.clone())?))
            }
            Self::ListServiceTokens => Ok(Report::service_tokens(core.list_service_tokens(operator).await?)),
            Self::RevokeServiceToken(name) => {
                let revoked = core.revoke_service_token(operator, &name, now).await;
                revoked.for_service(name.clone())?;
                Ok(Report::revoked_service_token(&name))
            }
        }
    }
}

/// The audit record is written before this returns, whatever the outcome.
pub async fn run(core: &Core, bus: &EventBus, task: Task, actor: &Actor, now: Timestamp) -> Result<Report, Failure> {
    let name = task.name();
    let work = async {
        // The futures of the tasks are nested too deeply for the compiler to lay them out together.
        let outcome = Box::pin(task.perform(core, bus, now)).await;
        let user: Option<&UserId> = outcome.as_ref().ok().and_then(Report::user);
        audit::record(actor, name, user, outcome.as_ref().err());
        outcome
    };
    Box::pin(actor.act(now, work)).await
}
