//! Counting attempts at a password (brute force). Only failures count, each twice: for the client's address, and for
//! what is attacked. That is the name, or the session in which the password is asked for again. A client that proves to
//! be a device in which the user has signed in before has a counter of its own in place of both: neither an attacker
//! who exhausts the attempts at a name, nor one behind the same address, can keep its owner out.
//!
//! The counters are read before the password is verified, the client's first: a refused client changes nothing. After
//! the verification, one commit adds the failure to the counters, or, for the right password, requires that they still
//! have room. Both conditions are part of the commit that decides the answer, so parallel attempts have the same
//! results as attempts one after another: once the limit of failures is reached, no answer says whether a password was
//! right. A repeated commit, after a lost answer, has no further effect.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::domain::known_device::DeviceKey;
use crate::domain::{DeviceId, KnownDeviceToken, LimitReached, LoginName, MailPurpose, RateLimit, SessionId, UserId};
use crate::operations::prelude::*;
use crate::operations::sessions::open_session::Client;
use crate::store::{Changes, Counter, NameView};

/// One attempt at a password.
#[derive(Debug)]
pub(in crate::operations) struct Guess {
    /// The attempts of the client's address, unless it is a known device.
    client: Option<Counter>,
    /// The attempts that are counted together with this one.
    subject: Counter,
    /// The counter of the name, if the attempt is counted for a known device.
    name: Option<Counter>,
    is_counted: bool,
}

/// An attempt at the password behind a name, before the user is read.
#[derive(Debug)]
pub(in crate::operations) struct Named {
    pub owner: Option<UserId>,
    client: Counter,
    name: Counter,
    /// The counters of the devices that the client claims to be. Tokens that differ in nothing but their code name one
    /// device.
    devices: BTreeMap<String, Counter>,
}

impl Core {
    /// Reads the counters and the owner of a name.
    pub(in crate::operations) async fn find_name(
        &self,
        name: &LoginName,
        client: &Client,
        now: Timestamp,
    ) -> Result<Named, Interruption> {
        let limit = match name {
            LoginName::Email(_) | LoginName::Administrator(_) => RateLimit::ACCOUNT,
            LoginName::Username(_) | LoginName::Phone(_) => RateLimit::ACCOUNT_BY_USERNAME,
        };
        let devices: BTreeSet<String> = client.known_devices.iter().map(device_name).collect();
        let device = |name| self.capped_counter(RateLimit::KNOWN_DEVICE, name, now);
        let view = self
            .store
            .view_name(
                name,
                self.counter(RateLimit::SIGN_IN, &client.ip, now),
                self.capped_counter(limit, name_of(name), now),
                devices.iter().map(device).collect(),
            )
            .await?;
        let NameView {
            owner,
            client,
            name,
            devices: counters,
        } = view;
        // Whether a token is valid is known only once the user is read. Any token has the same effect until then, so
        // that the number of calls does not reveal whose token it is.
        if self.settings.rate_limits && devices.is_empty() {
            expect_room_of(&client, &name)?;
        }
        Ok(Named {
            owner,
            client,
            name,
            devices: devices.into_iter().zip(counters).collect(),
        })
    }

    /// Decides for which counter the attempt counts, and whether it has room. `key` is that of the user's credential.
    pub(in crate::operations) fn guess(
        &self,
        named: Named,
        user: UserId,
        key: Option<&DeviceKey>,
        presented: &[KnownDeviceToken],
    ) -> Result<Guess, Interruption> {
        let Named {
            client,
            name,
            mut devices,
            ..
        } = named;
        let is_counted = self.settings.rate_limits;
        let known = known_among(user, key, presented);
        if let Some(device) = known.and_then(|token| devices.remove(&device_name(token))) {
            if is_counted {
                device.expect_room().map_err(a_second_later)?;
            }
            return Ok(Guess {
                client: None,
                subject: device,
                name: Some(name),
                is_counted,
            });
        }
        if is_counted {
            expect_room_of(&client, &name)?;
        }
        Ok(Guess {
            client: Some(client),
            subject: name,
            name: None,
            is_counted,
        })
    }

    /// For a signed-in user: the counters of the client and of the session, which are to be read.
    pub(in crate::operations) fn proof_counters(
        &self,
        session: SessionId,
        client_ip: &str,
        now: Timestamp,
    ) -> (Counter, Counter) {
        let client = self.counter(RateLimit::CHANGE_CREDENTIAL, client_ip, now);
        let session = self.capped_counter(RateLimit::PASSWORD_PROOF, session, now);
        (client, session)
    }

    /// The same, as they were read.
    pub(in crate::operations) fn guess_in_session(
        &self,
        client: Counter,
        session: Counter,
    ) -> Result<Guess, Interruption> {
        if self.settings.rate_limits {
            client.expect_room()?;
            session.expect_room().map_err(a_second_later)?;
        }
        Ok(Guess {
            client: Some(client),
            subject: session,
            name: None,
            is_counted: self.settings.rate_limits,
        })
    }

    /// Counts a failure. The last one before the cap of consecutive failures sends a mail, with which the owner can
    /// choose a new password; for an unknown name, too, the same item is written.
    pub(in crate::operations) async fn fail(
        &self,
        guess: Guess,
        user: UserId,
        now: Timestamp,
    ) -> Result<(), Interruption> {
        self.fail_with_mail(guess, MailPurpose::PasswordLocked { user_id: user }, now)
            .await
    }

    /// The same, with another mail at the cap.
    pub(in crate::operations) async fn fail_with_mail(
        &self,
        guess: Guess,
        locked: MailPurpose,
        now: Timestamp,
    ) -> Result<(), Interruption> {
        if !guess.is_counted {
            return Ok(());
        }
        let mail = self.mail(locked, now);
        let subject = guess.subject.with_mail(mail);
        let changes = Changes::new();
        let changes = match &guess.client {
            Some(client) => changes.count_event(client),
            None => changes,
        };
        self.commit_count(changes.count_event(&subject)).await
    }

    fn capped_counter(&self, limit: RateLimit, subject: impl std::fmt::Display, now: Timestamp) -> Counter {
        self.counter(limit, subject, now)
            .capped(self.settings.consecutive_failures)
    }
}

impl Guess {
    /// The attempts of the client's address, for a failure before the attempt.
    pub(in crate::operations) fn client(&self) -> Option<&Counter> {
        self.client.as_ref()
    }

    /// Adds to the commit of a success that the client and the subject still have room for the attempt. Failures of the
    /// subject up to this one no longer count; those of the client's address do, because they may be of other users.
    pub(in crate::operations) fn succeed(&self, changes: Changes) -> Changes {
        if !self.is_counted {
            return changes;
        }
        let changes = match &self.client {
            Some(client) => changes.require_room(client),
            None => changes,
        };
        let changes = changes.forgive_attempts(&self.subject);
        match &self.name {
            Some(name) => changes.end_failures(name),
            None => changes,
        }
    }
}

/// The token that the client is to keep: the presented one, if it is the user's.
pub(in crate::operations) fn known_device(
    core: &Core,
    user: UserId,
    key: &DeviceKey,
    presented: &[KnownDeviceToken],
    now: Timestamp,
) -> KnownDeviceToken {
    match known_among(user, Some(key), presented) {
        Some(token) => token.clone(),
        None => key.issue(user, DeviceId::generate(now, &*core.entropy)),
    }
}

/// The first token that proves to be a device of the user.
fn known_among<'a>(
    user: UserId,
    key: Option<&DeviceKey>,
    presented: &'a [KnownDeviceToken],
) -> Option<&'a KnownDeviceToken> {
    let key = key?;
    presented
        .iter()
        .find(|token| token.user_id == user && key.has_issued(token))
}

fn expect_room_of(client: &Counter, name: &Counter) -> Result<(), LimitReached> {
    client.expect_room()?;
    name.expect_room().map_err(a_second_later)
}

fn device_name(token: &KnownDeviceToken) -> String {
    format!("{}#{}", token.user_id, token.device_id)
}

fn name_of(name: &LoginName) -> String {
    match name {
        LoginName::Email(email) | LoginName::Administrator(email) => email.to_string(),
        LoginName::Username(username) => username.to_string(),
        LoginName::Phone(phone) => phone.to_string(),
    }
}

/// The retry may reach a process whose clock is a little behind.
fn a_second_later(LimitReached { retry_after }: LimitReached) -> LimitReached {
    LimitReached {
        retry_after: retry_after + 1,
    }
}
