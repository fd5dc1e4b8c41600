//! Counting attempts at a password (brute force). Only failures count, each twice: for the client's address, and for
//! what is attacked. That is the name; but a client that proves to be a device in which the user has signed in before
//! has a counter of its own, and so has a session in which the password is asked for again. An attacker who exhausts
//! the attempts at a name therefore cannot keep its owner out.
//!
//! The counters are read before the password is verified, the client's first: a refused client changes nothing. After
//! the verification, one commit adds the failure to both counters, or, for the right password, requires that both still
//! have room. Both conditions are part of the commit that decides the answer, so parallel attempts have the same results
//! as attempts one after another: once the limit of failures is reached, no answer says whether a password was right.
//! A repeated commit, after a lost answer, has no further effect.

use jiff::Timestamp;

use crate::domain::known_device::DeviceKey;
use crate::domain::{DeviceId, KnownDeviceToken, LimitReached, LoginName, MailPurpose, RateLimit, UserId};
use crate::operations::prelude::*;
use crate::operations::sessions::open_session::Client;
use crate::store::{Changes, Counter, NameView};

/// One attempt at a password.
#[derive(Debug)]
pub(in crate::operations) struct Guess {
    /// The attempts of the client's address.
    client: Counter,
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
    view: NameView,
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
            LoginName::Email(_) => RateLimit::ACCOUNT,
            LoginName::Username(_) => RateLimit::ACCOUNT_BY_USERNAME,
        };
        let device = client.known_device.as_ref();
        let device = device.map(|token| self.capped_counter(RateLimit::KNOWN_DEVICE, device_name(token), now));
        let view = self
            .store
            .view_name(
                name,
                self.counter(RateLimit::SIGN_IN, &client.ip, now),
                self.capped_counter(limit, name_of(name), now),
                device,
            )
            .await?;
        if self.settings.rate_limits {
            view.client.expect_room()?;
            // Whether a token is valid is known only once the user is read. Any token has the same effect until then,
            // so that the number of calls does not reveal whose token it is.
            if view.device.is_none() {
                view.name.expect_room().map_err(a_second_later)?;
            }
        }
        Ok(Named {
            owner: view.owner,
            view,
        })
    }

    /// Counts a failure of the client that was refused before its attempt.
    pub(in crate::operations) async fn fail_before_attempt(&self, named: &Named) -> Result<(), Interruption> {
        self.count_failure(&named.view.client).await
    }

    /// Decides for which counter the attempt counts, and whether it has room. `key` is that of the user's credential.
    pub(in crate::operations) fn guess(
        &self,
        named: Named,
        user: UserId,
        key: Option<&DeviceKey>,
        presented: Option<&KnownDeviceToken>,
    ) -> Result<Guess, Interruption> {
        let NameView {
            client, name, device, ..
        } = named.view;
        let is_known = is_known(user, key, presented);
        let (subject, name) = match device {
            Some(device) if is_known => (device, Some(name)),
            _ => (name, None),
        };
        if self.settings.rate_limits {
            subject.expect_room().map_err(a_second_later)?;
        }
        Ok(Guess {
            client,
            subject,
            name,
            is_counted: self.settings.rate_limits,
        })
    }

    /// For a signed-in user: the counters of the client and of the session, which are to be read.
    pub(in crate::operations) fn proof_counters(
        &self,
        caller: &Caller,
        client_ip: &str,
        now: Timestamp,
    ) -> (Counter, Counter) {
        let client = self.counter(RateLimit::CHANGE_CREDENTIAL, client_ip, now);
        let session = self.capped_counter(RateLimit::PASSWORD_PROOF, caller.session.id, now);
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
            client,
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
        if !guess.is_counted {
            return Ok(());
        }
        let mail = self.mail(MailPurpose::PasswordLocked { user_id: user }, now);
        let subject = guess.subject.with_mail(mail);
        let changes = Changes::new().count_event(&guess.client).count_event(&subject);
        self.commit_count(changes).await
    }

    fn capped_counter(&self, limit: RateLimit, subject: impl std::fmt::Display, now: Timestamp) -> Counter {
        self.counter(limit, subject, now)
            .capped(self.settings.consecutive_failures)
    }
}

impl Guess {
    /// Adds to the commit of a success that the client and the subject still have room for the attempt. Failures of the
    /// subject up to this one no longer count; those of the client's address do, because they may be of other users.
    pub(in crate::operations) fn succeed(&self, changes: Changes) -> Changes {
        if !self.is_counted {
            return changes;
        }
        let changes = changes.require_room(&self.client).forgive_attempts(&self.subject);
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
    presented: Option<&KnownDeviceToken>,
    now: Timestamp,
) -> KnownDeviceToken {
    match presented {
        Some(token) if is_known(user, Some(key), presented) => token.clone(),
        _ => key.issue(user, DeviceId::generate(now, &*core.entropy)),
    }
}

fn is_known(user: UserId, key: Option<&DeviceKey>, presented: Option<&KnownDeviceToken>) -> bool {
    presented
        .zip(key)
        .is_some_and(|(token, key)| token.user_id == user && key.has_issued(token))
}

fn device_name(token: &KnownDeviceToken) -> String {
    format!("{}#{}", token.user_id, token.device_id)
}

fn name_of(name: &LoginName) -> String {
    match name {
        LoginName::Email(email) => email.to_string(),
        LoginName::Username(username) => username.to_string(),
    }
}

/// The retry may reach a process whose clock is a little behind.
fn a_second_later(LimitReached { retry_after }: LimitReached) -> LimitReached {
    LimitReached {
        retry_after: retry_after + 1,
    }
}
