//! SES: the account may send to anyone, and the sender is verified and signs.

use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::operation::get_account::GetAccountOutput;
use aws_sdk_sesv2::operation::get_email_identity::{GetEmailIdentityError, GetEmailIdentityOutput};
use aws_sdk_sesv2::types::{DkimStatus, SendQuota};
use shared::mailer::address_of;

use super::{Deployment, Finding};

const SENDING: &str = "mail sending";
const SANDBOX: &str = "mail sandbox";
const SENDER: &str = "mail sender";
const DKIM: &str = "mail DKIM";

pub(super) async fn check(deployment: &Deployment<'_>) -> Vec<Finding> {
    let client = Client::new(deployment.sdk);
    let mut findings = match client.get_account().send().await {
        Ok(account) => of_account(&account),
        Err(error) => vec![Finding::unanswered(SENDING, "ses:GetAccount", &error)],
    };
    findings.extend(sender(&client, &deployment.config.mailer.from).await);
    findings
}

fn of_account(account: &GetAccountOutput) -> Vec<Finding> {
    let sending = match account.enforcement_status() {
        Some("SHUTDOWN") => Finding::failed(
            SENDING,
            "SES has suspended the account, and mail waits",
            "find the cause in the bounce and complaint rates, and answer SES in the Support Center",
        ),
        _ if !account.sending_enabled() => Finding::failed(
            SENDING,
            "sending is paused, and mail waits",
            "aws sesv2 put-account-sending-attributes --sending-enabled",
        ),
        Some("PROBATION") => Finding::warning(
            SENDING,
            "SES reviews the account for its bounces or complaints",
            "find the cause, and answer SES in the Support Center",
        ),
        _ => Finding::ok(SENDING, "SES sends mail of the account"),
    };
    let sandbox = if account.production_access_enabled() {
        let quota = account.send_quota().map_or(0.0, SendQuota::max24_hour_send);
        Finding::ok(
            SANDBOX,
            format!("the account may send {quota:.0} mails a day to anyone"),
        )
    } else {
        Finding::warning(
            SANDBOX,
            "the account is in the sandbox of SES: only recipients that are verified in SES get mail, 200 a day and one a second, and all other mail becomes undeliverable",
            "request production access in the SES console; until then, verify the addresses that you test with",
        )
    };
    vec![sending, sandbox]
}

/// The domain of the sender, or else the address alone, is an identity of SES.
async fn sender(client: &Client, from: &str) -> Vec<Finding> {
    let address = address_of(from);
    let domain = address.rsplit('@').next().unwrap_or_default();
    let mut refused = None;
    for name in [domain, address] {
        match client.get_email_identity().email_identity(name).send().await {
            Ok(identity) if identity.verified_for_sending_status() => return of_identity(name, &identity),
            Ok(_) => {
                refused = Some(Finding::failed(
                    SENDER,
                    format!("{name} is not verified in SES, so no mail is sent"),
                    "publish the DNS records that SES shows for it, or press the link in SES's mail",
                ));
            }
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(GetEmailIdentityError::is_not_found_exception) => {}
            Err(error) => {
                refused.get_or_insert(Finding::unanswered(SENDER, "ses:GetEmailIdentity", &error));
            }
        }
    }
    let unknown = || {
        Finding::failed(
            SENDER,
            format!("SES in this Region knows neither {domain} nor {address}, so no mail is sent"),
            "create the identity, deploy with HostedZoneId, or set MAIL_FROM of the doctor as it was deployed",
        )
    };
    vec![refused.unwrap_or_else(unknown)]
}

fn of_identity(name: &str, identity: &GetEmailIdentityOutput) -> Vec<Finding> {
    let signs = identity
        .dkim_attributes()
        .is_some_and(|dkim| dkim.signing_enabled() && dkim.status() == Some(&DkimStatus::Success));
    let dkim = if signs {
        Finding::ok(DKIM, format!("mail of {name} is signed"))
    } else {
        Finding::warning(
            DKIM,
            format!("mail of {name} is not signed, and large providers refuse or hide it"),
            "publish the CNAME records of DKIM that SES shows for the domain",
        )
    };
    vec![Finding::ok(SENDER, format!("{name} is verified")), dkim]
}
