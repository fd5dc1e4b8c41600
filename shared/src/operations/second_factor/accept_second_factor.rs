//! The effect of a valid second factor of any kind.

use jiff::Timestamp;

use crate::domain::session::{AuthenticationMethod, SessionLifetimes, SessionState};
use crate::domain::totp::Enrolment;
use crate::domain::{
    CredentialChange, Mail, RefreshToken, Session, SessionToken, TrustedDevice, TrustedDeviceToken, User,
};
use crate::operations::attempts::Lost;
use crate::operations::prelude::*;
use crate::operations::second_factor::claimant::{Claimant, PendingSignIn};
use crate::operations::second_factor::count_attempt::SecondFactorRefused;
use crate::operations::second_factor::enable_two_factor::{turn_on_mailed_codes, turn_on_second_factor};
use crate::operations::sessions::assurance::{InPerson, Level as _, StepUp};
use crate::operations::sessions::renew_session::RenewedSession;
use crate::store::{Changes, Conflict};

/// The session after a second factor was accepted.
#[derive(Debug)]
pub struct PassedSecondFactor {
    pub user: User,
    pub session: Session,
    /// The new token of the session, which the browser must store.
    pub token: SessionToken,
    /// The refresh token of a session that took the place of the caller's, for a caller with an access token.
    pub refresh_token: Option<RefreshToken>,
    /// The new token of the browser, which is now trusted.
    pub trusted_device: Option<TrustedDeviceToken>,
}

/// The part of the second factor that the presented code turns on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TurnOn {
    /// The second factor was on already.
    Nothing,
    /// The authenticator app has produced its first code.
    Authenticator(Enrolment),
    MailedCodes,
}

impl Core {
    /// Refuses a code that would turn on what the session may not, before the attempt is counted.
    pub(super) fn expect_may_turn_on(
        &self,
        claimant: &Claimant,
        turn_on: &TurnOn,
        now: Timestamp,
    ) -> Result<(), SecondFactorRefused> {
        match claimant {
            Claimant::SigningIn(_) => Ok(()),
            Claimant::SignedIn(caller) => turn_on.check(caller, &self.settings.sessions, now),
        }
    }

    /// One commit consumes the factor (`spend`), resets the failed attempts before it, and activates a pending
    /// sign-in's session. For a signed-in user it turns on the enrolled factor, and another session, which is fresh,
    /// takes the place of the caller's.
    pub(super) async fn accept_second_factor<E>(
        &self,
        claimant: &Claimant,
        spend: impl Fn(Changes) -> Changes,
        turn_on: &TurnOn,
        trust_device: bool,
        now: Timestamp,
    ) -> Result<PassedSecondFactor, E>
    where
        E: From<Lost> + From<SecondFactorRefused>,
    {
        let trusted = trust_device.then(|| TrustedDevice::trust(claimant.user(), now, &*self.entropy));
        let (device, trusted_device) = trusted.unzip();
        let accept = |user: &User, changes: Changes| {
            let changes = spend(changes).forget_second_factor_attempts(user.id);
            match &device {
                Some(device) => changes.create_trusted_device(&device.under(user)),
                None => changes,
            }
        };
        let passed: Result<PassedSecondFactor, E> = match claimant {
            Claimant::SigningIn(pending) => {
                let changes = accept(&pending.user, Changes::new());
                self.activate_session(pending, changes, now).await
            }
            Claimant::SignedIn(caller) => self.step_up(caller, accept, turn_on, now).await,
        };
        Ok(PassedSecondFactor {
            trusted_device,
            ..passed?
        })
    }

    /// The commit succeeds once: of two concurrent requests, the second one finds an active session.
    async fn activate_session<E>(
        &self,
        pending: &PendingSignIn,
        changes: Changes,
        now: Timestamp,
    ) -> Result<PassedSecondFactor, E>
    where
        E: From<Lost> + From<SecondFactorRefused>,
    {
        let method = Some(AuthenticationMethod::OneTimeCode);
        let mut active = Session {
            state: SessionState::Active,
            ..pending.session.clone()
        };
        let changes = match active.passkey.take() {
            Some(passkey) => changes.trust_passkey(&pending.user, passkey),
            None => changes,
        };
        // The id and the refresh token stay: contracts that issue tokens issued this one for the time after the
        // verification.
        let (active, token) = self.verified_session(&pending.user, active, method, now);
        let changes = changes.activate_session(&pending.session, &active);
        match self.retries(now).commit_once(changes).await {
            Ok(()) => Ok(PassedSecondFactor {
                user: pending.user.clone(),
                session: active,
                token,
                refresh_token: None,
                trusted_device: None,
            }),
            Err(Lost::Refused(Conflict::SessionGone | Conflict::PasskeyMoved)) => {
                Err(SecondFactorRefused::ChallengeGone.into())
            }
            Err(lost) => Err(lost.into()),
        }
    }

    async fn step_up<E>(
        &self,
        caller: &Caller,
        accept: impl Fn(&User, Changes) -> Changes,
        turn_on: &TurnOn,
        now: Timestamp,
    ) -> Result<PassedSecondFactor, E>
    where
        E: From<Lost> + From<SecondFactorRefused>,
    {
        let mut attempts = self.uncounted_attempts(caller, now);
        loop {
            let caller = attempts.caller();
            turn_on.check(&caller, &self.settings.sessions, now)?;
            let mut user = caller.user.clone();
            let notice = |change| self.credential_notice(caller.user.id, change, now);
            let changes = turn_on.apply(&mut user, notice, Changes::new(), now);
            let changes = accept(&user, changes);
            let verified = Some(AuthenticationMethod::OneTimeCode);
            if let Some(renewed) = attempts.commit_and_renew(changes, user, verified).await? {
                return Ok(PassedSecondFactor::under_new_token(renewed, &caller));
            }
        }
    }
}

impl TurnOn {
    /// An attacker with an old session, or one that predates the second factor, must not add a factor of their own. The
    /// password with which the app was enrolled in this session counts as recent.
    fn check(&self, caller: &Caller, lifetimes: &SessionLifetimes, now: Timestamp) -> Result<(), SecondFactorRefused> {
        match self {
            Self::Nothing => Ok(()),
            Self::Authenticator(enrolment) => {
                if !enrolment.requester.is_current(&caller.user) {
                    return Err(SecondFactorRefused::EnrolmentEnded);
                }
                if enrolment.is_fresh_in(caller.session.id, lifetimes.fresh_age, now) {
                    return Ok(InPerson::check(caller, lifetimes, now)?);
                }
                Ok(StepUp::check(caller, lifetimes, now)?)
            }
            Self::MailedCodes => {
                StepUp::check(caller, lifetimes, now)?;
                if caller.user.is_email_verified() {
                    Ok(())
                } else {
                    Err(SecondFactorRefused::EmailNotVerified)
                }
            }
        }
    }

    fn apply(
        &self,
        user: &mut User,
        notice: impl Fn(CredentialChange) -> Mail,
        changes: Changes,
        now: Timestamp,
    ) -> Changes {
        match self {
            Self::Nothing => changes,
            Self::Authenticator(_) => {
                user.has_authenticator = true;
                if user.two_factor_enabled {
                    return changes.enqueue(&notice(CredentialChange::AuthenticatorAdded));
                }
                let notice = notice(CredentialChange::SecondFactorOn);
                turn_on_second_factor(user, changes, &notice, now)
            }
            Self::MailedCodes => {
                let notice = notice(CredentialChange::SecondFactorOn);
                turn_on_mailed_codes(user, changes, &notice, now)
            }
        }
    }
}

impl PassedSecondFactor {
    fn under_new_token(renewed: RenewedSession, caller: &Caller) -> Self {
        Self {
            user: renewed.user,
            session: renewed.session,
            token: renewed.token,
            refresh_token: caller.token.is_none().then_some(renewed.refresh_token),
            trusted_device: None,
        }
    }
}
