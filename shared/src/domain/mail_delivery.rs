//! The attempts to send a mail of the outbox: when the next one is due, and when there is none.
//!
//! A process claims a mail before it sends it. The claim is an attempt, and ends by itself, so that a process that
//! crashes loses no mail. A mail that fails is put aside for a later attempt and blocks no other; one that cannot be
//! sent is kept for an operator.

use jiff::{SignedDuration, Timestamp};

use super::ids::MailId;
use super::region::Region;
use super::text::text_enum;

/// How long a claim holds: longer than the function that sends mail may run.
const CLAIM: SignedDuration = SignedDuration::from_secs(120);

/// The schedule leaves a new mail to the stream of the table for this long.
const LEFT_TO_STREAM: SignedDuration = SignedDuration::from_mins(10);

/// A mail that could not be sent for this long is no longer wanted.
const WANTED_FOR: SignedDuration = SignedDuration::from_hours(24);

/// How long a mail stays in the outbox if no process deletes it.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The pause after the first failure, which is four times as long with each further one.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_secs(5);
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(1);

/// How often a mail is tried whose failure another attempt hardly changes: half an hour.
const ATTEMPTS_AT_FAULTY: u32 = 6;

/// How often any mail is tried, so that one that crashes the function does not do so for ever.
const ATTEMPTS: u32 = 48;

/// Why a mail was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailFailure {
    /// SES refuses the mail itself.
    Rejected,
    /// The account of SES is in the sandbox, where SES sends to verified recipients only.
    RecipientNotVerified,
    /// The item, or an item that the letter is made of, does not parse.
    Unreadable,
    /// SES, or another service that the letter needs, failed.
    Unavailable,
    /// SES takes no mail of the account now: it throttles, has paused sending, or has not verified the sender.
    AccountHeld,
    /// The process ended before the attempt had a result.
    Crashed,
    /// The mail could not be sent for so long that it is no longer wanted.
    Expired,
}

text_enum!(MailFailure {
    Rejected => "rejected",
    RecipientNotVerified => "recipient_not_verified",
    Unreadable => "unreadable",
    Unavailable => "unavailable",
    AccountHeld => "account_held",
    Crashed => "crashed",
    Expired => "expired",
});

/// What becomes of a mail that was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextAttempt {
    At(Timestamp),
    /// The mail is kept for an operator.
    Never(MailFailure),
}

/// A mail that a process has claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClaimedMail {
    pub id: MailId,
    /// The number of attempts, this one included.
    pub attempts: u32,
    /// When it was asked for, or when an operator last had it sent again.
    pub wanted_since: Timestamp,
    /// No other process sends the mail until then. No two claims of a mail have the same end.
    pub until: Timestamp,
}

/// A mail of the outbox, as operators see it. It has no address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingMail {
    pub id: MailId,
    /// What is to be sent, by the name in the table; `None` if the item does not parse.
    pub purpose: Option<String>,
    pub created_at: Option<Timestamp>,
    pub region: Option<Region>,
    pub attempts: u32,
    pub next_attempt_at: Option<Timestamp>,
    pub last_failure: Option<MailFailure>,
    pub undeliverable_since: Option<Timestamp>,
}

impl ClaimedMail {
    pub fn claim_until(now: Timestamp) -> Timestamp {
        now + CLAIM
    }

    /// Whether the mail must not be sent any more, before it is tried.
    pub fn end(&self, now: Timestamp) -> Option<MailFailure> {
        if now - WANTED_FOR > self.wanted_since {
            Some(MailFailure::Expired)
        } else if self.attempts > ATTEMPTS {
            Some(MailFailure::Crashed)
        } else {
            None
        }
    }

    pub fn after(&self, failure: MailFailure, now: Timestamp) -> NextAttempt {
        let most = match failure {
            MailFailure::Rejected | MailFailure::RecipientNotVerified | MailFailure::Unreadable => ATTEMPTS_AT_FAULTY,
            MailFailure::Unavailable | MailFailure::AccountHeld => ATTEMPTS,
            MailFailure::Crashed | MailFailure::Expired => 0,
        };
        if self.attempts >= most {
            return NextAttempt::Never(failure);
        }
        let pause = FIRST_PAUSE * 4_i32.pow(self.attempts.saturating_sub(1).min(10));
        NextAttempt::At(now + pause.min(LONGEST_PAUSE))
    }
}

/// When the schedule takes a new mail up that the stream has not delivered.
pub fn first_scheduled(created_at: Timestamp) -> Timestamp {
    created_at + LEFT_TO_STREAM
}

/// When a mail that was written, or was last tried, at this time leaves the outbox.
pub fn kept_until(since: Timestamp) -> Timestamp {
    since + KEPT_FOR
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claimed(attempts: u32) -> ClaimedMail {
        ClaimedMail {
            id: MailId::from_bytes([7; 16]),
            attempts,
            wanted_since: Timestamp::UNIX_EPOCH,
            until: Timestamp::UNIX_EPOCH,
        }
    }

    fn pauses(failure: MailFailure) -> Vec<i64> {
        let now = Timestamp::UNIX_EPOCH;
        let pause = |attempts| match claimed(attempts).after(failure, now) {
            NextAttempt::At(at) => Some(at.duration_since(now).as_secs()),
            NextAttempt::Never(reason) => {
                assert_eq!(reason, failure);
                None
            }
        };
        (1..100).map_while(pause).collect()
    }

    #[test]
    fn the_pauses_grow_up_to_an_hour() {
        assert_eq!(pauses(MailFailure::Rejected), [5, 20, 80, 320, 1280]);
        let pauses = pauses(MailFailure::Unavailable);
        assert_eq!(pauses[4..7], [1280, 3600, 3600]);
        assert!(
            pauses.iter().sum::<i64>() > WANTED_FOR.as_secs(),
            "until it is no longer wanted"
        );
    }

    #[test]
    fn a_mail_is_wanted_for_a_day() {
        let since = Timestamp::UNIX_EPOCH;
        assert_eq!(claimed(3).end(since + WANTED_FOR), None);
        let later = since + WANTED_FOR + SignedDuration::from_secs(1);
        assert_eq!(claimed(3).end(later), Some(MailFailure::Expired));
        assert_eq!(claimed(ATTEMPTS + 1).end(since), Some(MailFailure::Crashed));
    }
}
