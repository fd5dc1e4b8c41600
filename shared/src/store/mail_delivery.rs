//! The attempts at a mail of the outbox, which are attributes of its item: a process claims a mail before it sends it,
//! and puts one that failed aside. The index `listing` has each mail by the time of its next attempt, or of its end.

use jiff::Timestamp;

use super::condition::{absent, at_most, exists, is};
use super::item::{CorruptItem, Item, integer, millis, text};
use super::keys::{self, MailList};
use super::table::Written;
use super::write::Write;
use super::{Store, StoreError, outbox};
use crate::domain::mail_delivery::{first_scheduled, kept_until};
use crate::domain::{ClaimedMail, Mail, MailFailure, MailId, NextAttempt, Region, TrustedOrigins, WaitingMail};

const REGION: &str = "region";
const ATTEMPTS: &str = "attempts";
const NEXT_ATTEMPT_AT: &str = "next_attempt_at";
/// No other process sends the mail until then. Absent while no process sends it.
const CLAIMED_UNTIL: &str = "claimed_until";
const LAST_FAILURE: &str = "last_failure";
const UNDELIVERABLE_SINCE: &str = "undeliverable_since";
/// When an operator had the mail sent again.
const REDRIVEN_AT: &str = "redriven_at";

/// Whether this process may send a mail.
#[derive(Debug)]
pub enum Claim {
    /// No other process sends the mail now. It is an error if its item does not parse.
    Claimed(ClaimedMail, Result<Box<Mail>, CorruptItem>),
    /// It was sent, or never existed.
    Gone,
    /// Another process sends it, or its next attempt is later, or it is undeliverable, or the mail of another Region.
    NotNow,
}

impl Store {
    /// Of several processes that claim a mail at the same time, one does.
    pub async fn claim_mail(&self, id: MailId, origins: &TrustedOrigins, now: Timestamp) -> Result<Claim, StoreError> {
        let until = ClaimedMail::claim_until(now);
        let is_due = absent(ATTEMPTS).or(at_most(NEXT_ATTEMPT_AT, millis(now)));
        let is_ours = match &self.region {
            Some(region) => absent(REGION).or(is(REGION, text(region))),
            None => absent(REGION),
        };
        let write = Write::update(keys::mail(id))
            .add(ATTEMPTS, 1)
            .set(NEXT_ATTEMPT_AT, millis(until))
            .set(CLAIMED_UNTIL, millis(until))
            .listed(&keys::mail_entry(MailList::Waiting, self.region.as_ref(), until, id))
            .when(exists())
            .when(absent(UNDELIVERABLE_SINCE))
            .when(is_due)
            .when(is_ours);
        let item = match self.table.write(write).await? {
            Written::Done(item) => item,
            Written::Refused(None) => return Ok(Claim::Gone),
            Written::Refused(Some(_)) => return Ok(Claim::NotNow),
        };
        let claimed = ClaimedMail {
            id,
            attempts: attempts(&item),
            wanted_since: time(&item, REDRIVEN_AT).or(time(&item, "created_at")).unwrap_or(now),
            until: time(&item, CLAIMED_UNTIL).unwrap_or(until),
        };
        Ok(Claim::Claimed(claimed, outbox::parse(item, origins).map(Box::new)))
    }

    /// Ends the claim as if there had been no attempt: the mail is sent as soon as SES takes mail of the account.
    pub async fn hold_mail(&self, mail: &ClaimedMail, now: Timestamp) -> Result<(), StoreError> {
        let write = end_of_claim(mail, MailFailure::AccountHeld)
            .add(ATTEMPTS, -1)
            .set(NEXT_ATTEMPT_AT, millis(now))
            .listed(&self.entry(MailList::Waiting, now, mail.id));
        self.table.write(write).await.map(drop)
    }

    /// Ends the claim on a mail that failed.
    pub async fn put_mail_aside(
        &self,
        mail: &ClaimedMail,
        failure: MailFailure,
        next: NextAttempt,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let write = end_of_claim(mail, failure);
        let write = match next {
            NextAttempt::At(at) => {
                write
                    .set(NEXT_ATTEMPT_AT, millis(at))
                    .listed(&self.entry(MailList::Waiting, at, mail.id))
            }
            NextAttempt::Never(_) => write
                .set(UNDELIVERABLE_SINCE, millis(now))
                .remove(NEXT_ATTEMPT_AT)
                .listed(&self.entry(MailList::Undeliverable, now, mail.id)),
        };
        // The item of an earlier release would expire before its attempts end.
        self.table.write(write.expire(kept_until(now))).await.map(drop)
    }

    fn entry(&self, list: MailList, at: Timestamp, id: MailId) -> keys::Entry {
        keys::mail_entry(list, self.region.as_ref(), at, id)
    }

    /// The mails of this Region whose next attempt is due, the oldest first.
    pub async fn list_due_mails(&self, now: Timestamp, most: usize) -> Result<Vec<MailId>, StoreError> {
        let listed = self.list_mails(MailList::Waiting, self.region.as_ref(), most).await?;
        let due = listed.into_iter().take_while(|(at, _)| *at <= now);
        Ok(due.map(|(_, id)| id).collect())
    }

    /// The mails of a Region that wait, and after them those that are undeliverable, at most so many of each.
    pub async fn list_outbox(&self, region: Option<&Region>, most: usize) -> Result<Vec<WaitingMail>, StoreError> {
        let mut ids = Vec::new();
        for list in [MailList::Waiting, MailList::Undeliverable] {
            let listed = self.list_mails(list, region, most).await?;
            ids.extend(listed.into_iter().map(|(_, id)| id));
        }
        let keys: Vec<_> = ids.iter().map(|id| keys::mail(*id)).collect();
        let items = self.table.get_many(&keys).await?;
        // The index may still list a mail that was sent.
        let found = ids.into_iter().zip(items).filter_map(|(id, item)| Some((id, item?)));
        Ok(found.map(|(id, item)| waiting(id, &item)).collect())
    }

    pub async fn find_waiting_mail(&self, id: MailId) -> Result<Option<WaitingMail>, StoreError> {
        let item = self.table.get(&keys::mail(id)).await?;
        Ok(item.map(|item| waiting(id, &item)))
    }

    /// Has a mail sent again by this Region, from its first attempt on. `false`: it was sent meanwhile, or a process
    /// is sending it now.
    pub async fn redrive_mail(&self, id: MailId, now: Timestamp) -> Result<bool, StoreError> {
        let is_not_claimed = absent(CLAIMED_UNTIL).or(at_most(CLAIMED_UNTIL, millis(now)));
        let write = Write::update(keys::mail(id));
        let write = match &self.region {
            Some(region) => write.set(REGION, text(region)),
            None => write.remove(REGION),
        };
        let write = write
            .set(NEXT_ATTEMPT_AT, millis(now))
            .set(REDRIVEN_AT, millis(now))
            .remove(ATTEMPTS)
            .remove(CLAIMED_UNTIL)
            .remove(UNDELIVERABLE_SINCE)
            .listed(&self.entry(MailList::Waiting, now, id))
            .expire(kept_until(now))
            .when(exists())
            .when(is_not_claimed);
        Ok(matches!(self.table.write(write).await?, Written::Done(_)))
    }
}

/// The attributes by which a new mail is listed.
pub(super) fn entry_of_new(mail: &Mail) -> keys::Entry {
    let at = first_scheduled(mail.created_at);
    keys::mail_entry(MailList::Waiting, mail.region.as_ref(), at, mail.id)
}

/// Read attribute by attribute: an item that does not parse must be shown, too.
fn waiting(id: MailId, item: &Item) -> WaitingMail {
    let word = |name: &str| item.get(name).and_then(|value| value.as_s().ok());
    WaitingMail {
        id,
        purpose: word("purpose").cloned(),
        created_at: time(item, "created_at"),
        region: word(REGION).and_then(|name| Region::parse(name).ok()),
        attempts: attempts(item),
        next_attempt_at: time(item, NEXT_ATTEMPT_AT),
        last_failure: word(LAST_FAILURE).and_then(|name| MailFailure::parse(name)),
        undeliverable_since: time(item, UNDELIVERABLE_SINCE),
    }
}

fn attempts(item: &Item) -> u32 {
    integer(item, ATTEMPTS)
        .and_then(|count| count.try_into().ok())
        .unwrap_or(0)
}

fn time(item: &Item, name: &str) -> Option<Timestamp> {
    Timestamp::from_millisecond(integer(item, name)?).ok()
}

/// If the claim has ended meanwhile, another process has the mail, and this one changes nothing.
fn end_of_claim(mail: &ClaimedMail, failure: MailFailure) -> Write {
    Write::update(keys::mail(mail.id))
        .set(LAST_FAILURE, text(failure))
        .remove(CLAIMED_UNTIL)
        .when(is(CLAIMED_UNTIL, millis(mail.until)))
}
