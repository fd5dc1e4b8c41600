//! The account of SES: whether it may send, to whom, and which identities it has verified. At the start it is out of the
//! sandbox, and every identity is verified.

use std::{
    collections::BTreeMap,
    sync::{PoisonError, RwLock, RwLockReadGuard},
};

use serde_json::{Value, json};

use super::access::{address, identity};
use crate::mailbox::Mail;

/// The state of the account, which tests change.
#[derive(Debug, Default)]
pub struct Account(RwLock<State>);

#[derive(Debug, Default)]
struct State {
    is_in_sandbox: bool,
    sending: Sending,
    /// The identities that differ from one that is verified and signs. `None`: SES does not know it.
    identities: BTreeMap<String, Option<Identity>>,
    /// The recipients whose mail fails.
    refused: BTreeMap<String, Refused>,
}

/// Whether SES sends mail of the account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sending {
    #[default]
    Enabled,
    /// The owner of the account has paused it.
    Paused,
    /// SES has suspended it.
    Suspended,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    pub is_verified: bool,
    pub has_dkim: bool,
}

/// How the mail to one recipient fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// SES rejects the mail itself.
    Rejected,
    /// SES fails with an internal error.
    Failing,
}

/// An error of `SendEmail`.
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) code: &'static str,
    pub(super) message: String,
}

impl Account {
    /// In the sandbox, only recipients that were set as verified get mail.
    pub fn set_sandbox(&self, is_in_sandbox: bool) {
        self.change(|state| state.is_in_sandbox = is_in_sandbox);
    }

    pub fn set_sending(&self, sending: Sending) {
        self.change(|state| state.sending = sending);
    }

    /// Sets what SES knows of a domain or an address. `None`: nothing.
    pub fn set_identity(&self, name: &str, identity: Option<Identity>) {
        self.change(|state| state.identities.extend([(name.to_owned(), identity)]));
    }

    /// From now on, mail to the recipient fails; with `None`, it is accepted again.
    pub fn refuse(&self, recipient: &str, refused: Option<Refused>) {
        self.change(|state| {
            state.refused.remove(recipient);
            state
                .refused
                .extend(refused.map(|refused| (recipient.to_owned(), refused)));
        });
    }

    pub(super) fn describe(&self) -> Value {
        let state = self.state();
        json!({
            "EnforcementStatus": if state.sending == Sending::Suspended { "SHUTDOWN" } else { "HEALTHY" },
            "ProductionAccessEnabled": !state.is_in_sandbox,
            "SendingEnabled": state.sending == Sending::Enabled,
            "SendQuota": if state.is_in_sandbox {
                json!({ "Max24HourSend": 200.0, "MaxSendRate": 1.0, "SentLast24Hours": 0.0 })
            } else {
                json!({ "Max24HourSend": 50000.0, "MaxSendRate": 14.0, "SentLast24Hours": 0.0 })
            },
        })
    }

    pub(super) fn describe_identity(&self, name: &str) -> Option<Value> {
        let found = self.state().identity(name)?;
        let status = |is_done| if is_done { "SUCCESS" } else { "PENDING" };
        Some(json!({
            "IdentityType": if name.contains('@') { "EMAIL_ADDRESS" } else { "DOMAIN" },
            "VerifiedForSendingStatus": found.is_verified,
            "VerificationStatus": status(found.is_verified),
            "DkimAttributes": { "SigningEnabled": found.has_dkim, "Status": status(found.has_dkim) },
        }))
    }

    pub(super) fn check(&self, mail: &Mail) -> Result<(), Refusal> {
        let state = self.state();
        let refuse = |status, code, message: &str| {
            Err(Refusal {
                status,
                code,
                message: message.to_owned(),
            })
        };
        match state.sending {
            Sending::Enabled => {}
            Sending::Paused => return refuse(400, "SendingPausedException", "Sending is paused."),
            Sending::Suspended => return refuse(400, "AccountSuspendedException", "Sending is suspended."),
        }
        for recipient in &mail.to {
            match state.refused.get(recipient) {
                None => {}
                Some(Refused::Rejected) => return refuse(400, "MessageRejected", "The mail contains a virus."),
                Some(Refused::Failing) => {
                    return refuse(500, "InternalServiceErrorException", "Internal service error");
                }
            }
        }
        let mut failed: Vec<&str> = Vec::new();
        if state.is_in_sandbox {
            let unverified = mail.to.iter().filter(|recipient| !state.is_set_verified(recipient));
            failed.extend(unverified.map(String::as_str));
        }
        if !state.is_verified(&mail.from) {
            failed.push(&mail.from);
        }
        if failed.is_empty() {
            return Ok(());
        }
        let message = format!(
            "Email address is not verified. The following identities failed the check in region US-EAST-1: {}",
            failed.join(", ")
        );
        refuse(400, "MessageRejected", &message)
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.0.write().unwrap_or_else(PoisonError::into_inner));
    }

    fn state(&self) -> RwLockReadGuard<'_, State> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn identity(&self, name: &str) -> Option<Identity> {
        let default = Identity {
            is_verified: true,
            has_dkim: true,
        };
        self.identities.get(name).copied().unwrap_or(Some(default))
    }

    fn is_verified(&self, mailbox: &str) -> bool {
        // Mail of a verified address needs no verified domain.
        let of_address = self.identities.get(address(mailbox)).copied().flatten();
        let found = of_address.or_else(|| self.identity(identity(mailbox)));
        found.is_some_and(|identity| identity.is_verified)
    }

    fn is_set_verified(&self, mailbox: &str) -> bool {
        [address(mailbox), identity(mailbox)].iter().any(|name| {
            let found = self.identities.get(*name).copied().flatten();
            found.is_some_and(|identity| identity.is_verified)
        })
    }
}
