//! Requesting a code by mail. The code is generated when the mail is sent, and stored encrypted by KMS: read access to
//! the table alone does not reveal it.

use jiff::Timestamp;

use crate::domain::two_factor::{CODE_LIFETIME, MailedCode};
use crate::domain::{MailPurpose, RateLimit, SecondFactorCode, SecretPurpose, SessionId, UserId};
use crate::mailer::Letter;
use crate::operations::mail::deliver_mail::Addressed;
use crate::operations::prelude::*;
use crate::operations::second_factor::claimant::Claimant;
use crate::store::{Changes, LiveSession};

refusals! {
    pub enum SendSecondFactorCodeError {
        TurnedOff: Invalid = "codes are not sent by mail",
        /// The first factor was a token from the same mailbox, or a password that was set with one: a code would prove
        /// nothing more.
        SameFactor: Conflict = "the first factor came from the mailbox",
    }
}

impl Core {
    pub async fn send_second_factor_code(
        &self,
        claimant: &Claimant,
        client_ip: &str,
        now: Timestamp,
    ) -> Result<(), SendSecondFactorCodeError> {
        claimant.expect_in_person()?;
        if !self.settings.two_factor_by_mail {
            return Err(SendSecondFactorCodeError::TurnedOff);
        }
        let was_begun_by_mail = matches!(claimant, Claimant::SigningIn(pending) if pending.session.was_begun_by_mail());
        if was_begun_by_mail || !claimant.user().takes_mailed_codes() {
            return Err(SendSecondFactorCodeError::SameFactor);
        }
        self.limit_rate(RateLimit::REQUEST_MAIL, client_ip, now).await?;
        let (user_id, session_id) = claimant.ids();
        // These mails have a limit of their own: mails that attackers had sent to the mailbox must not keep its user
        // from signing in.
        self.limit_rate(RateLimit::SECOND_FACTOR_MAIL, user_id, now).await?;
        let mail = self.mail(MailPurpose::TwoFactorCode { user_id, session_id }, now);
        Ok(self.store.commit(Changes::new().enqueue(&mail)).await?)
    }

    /// The letter with a new code, which replaces any earlier one of the session. `None`: the session has ended. Its
    /// requests are counted by user, so it has no budget.
    pub(in crate::operations) async fn second_factor_letter(
        &self,
        user_id: UserId,
        session_id: SessionId,
        now: Timestamp,
    ) -> Result<Option<Addressed>, Interruption> {
        let found = self.store.find_session(user_id, session_id).await?;
        let valid =
            found.filter(|LiveSession { session, user }| session.is_pending(user, now) || session.is_live(user, now));
        let Some(LiveSession { user, .. }) = valid.filter(|live| live.user.takes_mailed_codes()) else {
            return Ok(None);
        };
        let code = MailedCode::generate(&*self.entropy);
        let kept = SecondFactorCode {
            user_id,
            session_id,
            code: self
                .encrypt_secret(code.as_str().as_bytes(), SecretPurpose::MailedCode, user_id)
                .await?,
            expires_at: now + CODE_LIFETIME,
        };
        let letter = Letter::TwoFactorOtp {
            name: user.name.clone(),
            code: code.as_str().to_owned(),
            expires_in: CODE_LIFETIME,
        };
        Ok(Some(Addressed {
            to: user.email,
            letter,
            language: user.profile.language,
            issue: Changes::new().put_second_factor_code(&kept),
            budget: None,
        }))
    }
}
