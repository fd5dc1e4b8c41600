//! Mails that are sent to users of an account again: requests and responses.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::contract::fields::{Fields, Problem, Read, request};
use crate::domain::number::whole_number;
use crate::domain::{EmailAddress, OrganizationNumber};
use crate::operations::{Interruption, RemindUserError, Reminded, Reminder};

/// How many users one request names.
const MOST: usize = 100;

request! {
    pub struct ResendVerificationRequest {
        /// Despite its name the field is an address.
        email: EmailAddress = "emailId",
    }

    pub struct RemindersRequest {
        users: Vec<Reminder> = reminders("users"),
    }
}

/// All rows are read before an invalid one fails the request.
fn reminders(fields: &mut Fields<'_>, name: &str) -> Read<Vec<Reminder>> {
    let Some(rows) = fields.value(name).and_then(Value::as_array) else {
        return fields.not_a(name, "a list of users");
    };
    if !(1..=MOST).contains(&rows.len()) {
        return fields.not_a(name, "a list of 1 to 100 users");
    }
    let mut read = Vec::with_capacity(rows.len());
    for (at, row) in rows.iter().enumerate() {
        let (email, account) = (row.get("email"), row.get("accountId"));
        let email = match email.and_then(Value::as_str).map(EmailAddress::parse) {
            Some(Ok(email)) => Some(email),
            _ => fields.problem(&format!("{name}.{at}.email"), Problem::NotAnEmail),
        };
        let account = match account.map(|account| whole_number(account).filter(|number| *number > 0)) {
            None => Some(None),
            Some(Some(number)) => Some(Some(OrganizationNumber(number))),
            Some(None) => fields.problem(
                &format!("{name}.{at}.accountId"),
                Problem::wrong_type("a whole number from 1", account),
            ),
        };
        read.push(email.zip(account).map(|(email, account)| Reminder { email, account }));
    }
    read.into_iter().collect()
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VerificationResent {
    pub email: String,
    pub sent_at: Timestamp,
    /// In seconds.
    pub link_expires_in: i64,
}

#[derive(Debug, Serialize)]
pub struct Reminders {
    pub sent: usize,
    pub skipped: usize,
    pub failed: usize,
    pub results: Vec<ReminderResult>,
}

#[derive(Debug, Serialize)]
pub struct ReminderResult {
    pub email: String,
    pub status: &'static str,
    pub message: &'static str,
}

impl VerificationResent {
    pub fn of(email: &EmailAddress, reminded: Reminded, now: Timestamp) -> Self {
        Self {
            email: email.to_string(),
            sent_at: now,
            link_expires_in: reminded.expires_in.as_secs(),
        }
    }
}

const SENT: &str = "SENT";
const SKIPPED: &str = "SKIPPED";
const FAILED: &str = "FAILED";

impl Reminders {
    pub fn of(reminders: &[Reminder], outcomes: &[Result<Reminded, RemindUserError>]) -> Self {
        let results: Vec<ReminderResult> = reminders
            .iter()
            .zip(outcomes)
            .map(|(reminder, outcome)| {
                let (status, message) = status_of(outcome);
                ReminderResult {
                    email: reminder.email.to_string(),
                    status,
                    message,
                }
            })
            .collect();
        let count = |status| results.iter().filter(|result| result.status == status).count();
        Self {
            sent: count(SENT),
            skipped: count(SKIPPED),
            failed: count(FAILED),
            results,
        }
    }
}

fn status_of(outcome: &Result<Reminded, RemindUserError>) -> (&'static str, &'static str) {
    match outcome {
        Ok(_) => (SENT, ""),
        Err(RemindUserError::NotPermitted | RemindUserError::UserNotFound) => (SKIPPED, "User not found"),
        Err(RemindUserError::AlreadyVerified) => (SKIPPED, "The email address is verified already"),
        Err(RemindUserError::Inactive) => (SKIPPED, "The user is not active"),
        Err(RemindUserError::Repeated) => (SKIPPED, "The email address is repeated"),
        Err(RemindUserError::Interrupted(Interruption::TooManyRequests { .. })) => {
            (FAILED, "The mailbox has got too many mails")
        }
        Err(RemindUserError::Interrupted(_)) => (FAILED, "Operation failed"),
    }
}
