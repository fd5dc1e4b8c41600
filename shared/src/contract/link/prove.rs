//! Proving on a page that an account is one's own: with the password, and with the second factor where it is on. A
//! person whose browser has no session, or who uses no browser for the application, can so answer a mail.
//!
//! The proof is a sign-in with all its limits, and its session is for one request: the browser gets no cookie, because
//! a page of another site could otherwise move it to the account of an attacker (login CSRF). The page has verified the
//! token of a mail to the user before, so a password cannot be guessed here without access to the mailbox.

use std::fmt;

use axum::response::Response;
use http::HeaderMap;

use super::super::better_auth::Failure;
use super::{LATER, Link};
use crate::captcha::CaptchaCheck;
use crate::domain::code::normalized;
use crate::domain::{BackupCode, ChallengeToken, LoginName, PasswordAttempt, SessionToken, User};
use crate::http::pages::{Alternative, Field, Form, Page, Text};
use crate::http::{AppState, Meta, known_device};
use crate::operations::{
    Caller, Challenge, ChallengeCarrier, Claimant, Credential, Interruption, Issue, SecondFactorRefused,
    SendSecondFactorCodeError, SignIn, SignInError, SignInPolicy, SignedIn, VerifyBackupCode, VerifyBackupCodeError,
    VerifySecondFactorCode, VerifySecondFactorCodeError, VerifyTotp, VerifyTotpError,
};

/// The forms with which the user of a link proves to be that user.
#[derive(Debug)]
pub struct Prover<'a> {
    pub link: &'a Link,
    pub user: &'a User,
    /// The page's name in its path.
    pub page: &'static str,
    /// The label of the button, which performs the action.
    pub button: &'static str,
    pub is_irreversible: bool,
    /// A second action: the label of its button, and its field.
    pub alternative: Option<(&'static str, &'static str)>,
}

/// A proof that was given. The session ends with [`Proof::end`].
pub struct Proof {
    pub caller: Caller,
    /// The headers that make the client a known device.
    pub device: HeaderMap,
}

/// What the page shows in place of the action.
#[derive(Debug)]
pub enum Unproven {
    Ask(Box<Form>),
    /// The form can be submitted again later.
    Later(Box<Form>, Failure),
    /// The address of the account has to be verified first.
    Unverified,
    /// The user may not sign in.
    Blocked,
}

/// The fields of the second step.
const CHALLENGE: &str = "challenge";
const MAIL_CODE: &str = "mailCode";
const IS_MAILED: &str = "mailed";

impl Prover<'_> {
    pub async fn prove(&self, app: &AppState, meta: &Meta) -> Result<Proof, Unproven> {
        if let Some(challenge) = self.link.field(CHALLENGE) {
            return self.continue_with_code(challenge, app, meta).await;
        }
        let password = self.link.field("password").filter(|password| !password.is_empty());
        let Some(password) = password else {
            return Err(Unproven::Ask(Box::new(self.password_form(None))));
        };
        let command = SignIn {
            name: LoginName::Email(self.user.email.clone()),
            password: PasswordAttempt::new(password),
            remember_me: false,
            policy: SignInPolicy::open(Issue::Session),
            // The factor is asked for, as in a step-up.
            trusted_devices: Vec::new(),
            // The page is part of no contract, and only one who reads the mailbox has its token.
            captcha: CaptchaCheck::NotRequired,
            client: meta.client.clone(),
        };
        match app.core.sign_in(command, meta.now).await {
            Ok(SignedIn::Session(opened)) => {
                let device = known_device::headers(opened.known_device.as_ref(), meta.is_cross_site, &app.config);
                self.proof(opened.token, device, app, meta).await
            }
            Ok(SignedIn::SecondFactor(challenge)) => Err(self.ask_for_code(&challenge, app, meta).await),
            Err(error) => Err(self.password_refused(&error)),
        }
    }

    fn password_refused(&self, error: &SignInError) -> Unproven {
        match error {
            SignInError::InvalidCredentials => self.ask_for_password("page-wrong-password"),
            SignInError::EmailNotVerified => Unproven::Unverified,
            SignInError::AccountBlocked(_)
            | SignInError::NoAccount
            | SignInError::AccountSuspended
            | SignInError::Captcha(_) => Unproven::Blocked,
            SignInError::Interrupted(interruption) => self.password_later(*interruption),
        }
    }

    async fn proof(
        &self,
        token: SessionToken,
        device: HeaderMap,
        app: &AppState,
        meta: &Meta,
    ) -> Result<Proof, Unproven> {
        let caller = app.core.authenticate(&Credential::Session(token), meta.now).await;
        match caller {
            Ok(Some(caller)) => Ok(Proof { caller, device }),
            // The session was revoked in the meantime.
            Ok(None) => Err(self.ask_for_password("page-not-fresh")),
            Err(interruption) => Err(self.password_later(interruption)),
        }
    }

    /// A user without an authenticator gets a code by mail at once.
    async fn ask_for_code(&self, challenge: &Challenge, app: &AppState, meta: &Meta) -> Unproven {
        let token = challenge.token.to_string();
        if challenge.user.has_authenticator {
            return Unproven::Ask(Box::new(self.code_form(&token, false, None)));
        }
        match app
            .core
            .pending_sign_in(&challenge.token, ChallengeCarrier::Header, meta.now)
            .await
        {
            Ok(Some(pending)) => self.mail_code(&Claimant::SigningIn(pending), &token, app, meta).await,
            Ok(None) => self.ask_for_password("page-challenge-ended"),
            Err(interruption) => self.password_later(interruption),
        }
    }

    async fn mail_code(&self, claimant: &Claimant, token: &str, app: &AppState, meta: &Meta) -> Unproven {
        let sent = app
            .core
            .send_second_factor_code(claimant, &meta.client.ip, meta.now)
            .await;
        match sent {
            Ok(()) => Unproven::Ask(Box::new(self.code_form(token, true, None))),
            Err(SendSecondFactorCodeError::TurnedOff | SendSecondFactorCodeError::SameFactor) => {
                self.wrong_code(token, false, "page-no-mailed-codes")
            }
            Err(SendSecondFactorCodeError::Interrupted(interruption)) => {
                self.code_later(token, false, interruption.into())
            }
        }
    }

    async fn continue_with_code(&self, challenge: &str, app: &AppState, meta: &Meta) -> Result<Proof, Unproven> {
        let token = ChallengeToken::parse(challenge).ok();
        let Some(token) = token.filter(|token| token.user_id == self.user.id) else {
            return Err(self.ask_for_password("page-challenge-ended"));
        };
        let pending = app
            .core
            .pending_sign_in(&token, ChallengeCarrier::Header, meta.now)
            .await;
        let claimant = match pending {
            Ok(Some(pending)) => Claimant::SigningIn(pending),
            Ok(None) => return Err(self.ask_for_password("page-challenge-ended")),
            Err(interruption) => return Err(self.password_later(interruption)),
        };
        if self.link.field(MAIL_CODE).is_some() {
            return Err(self.mail_code(&claimant, challenge, app, meta).await);
        }
        let session = self.verify_code(&claimant, challenge, app, meta).await?;
        self.proof(session, HeaderMap::new(), app, meta).await
    }

    /// Codes of a mail and of an app are digits, and backup codes have letters.
    async fn verify_code(
        &self,
        claimant: &Claimant,
        challenge: &str,
        app: &AppState,
        meta: &Meta,
    ) -> Result<SessionToken, Unproven> {
        let typed = self.link.field("code").unwrap_or_default();
        let (code, client_ip, trust_device) = (normalized(typed), meta.client.ip.clone(), false);
        let is_mailed = self.link.field(IS_MAILED).is_some();
        let has_letters = code.bytes().any(|byte| !byte.is_ascii_digit());
        let passed = if has_letters {
            let command = VerifyBackupCode {
                code: BackupCode::canonical(typed),
                trust_device,
                open_session: true,
                client_ip,
            };
            let verified = app.core.verify_backup_code(claimant, command, meta.now).await;
            verified.map_err(CodeRefused::from)
        } else if is_mailed {
            let command = VerifySecondFactorCode {
                code,
                trust_device,
                client_ip,
            };
            let verified = app.core.verify_second_factor_code(claimant, command, meta.now).await;
            verified.map(Some).map_err(CodeRefused::from)
        } else {
            let command = VerifyTotp {
                code,
                trust_device,
                client_ip,
            };
            let verified = app.core.verify_totp(claimant, command, meta.now).await;
            verified.map(Some).map_err(CodeRefused::from)
        };
        match passed {
            Ok(Some(passed)) => Ok(passed.token),
            Ok(None) | Err(CodeRefused::Ended) => Err(self.ask_for_password("page-challenge-ended")),
            Err(CodeRefused::Wrong) => Err(self.wrong_code(challenge, is_mailed, "page-wrong-code")),
            Err(CodeRefused::Later(failure)) => Err(self.code_later(challenge, is_mailed, *failure)),
        }
    }

    pub fn password_form(&self, error: Option<Text>) -> Form {
        let form = self.with_buttons(self.link.form(self.page, self.button), self.alternative);
        form.field(Field::known_email(self.user.email.as_str()))
            .field(Field::current_password().focused())
            .refused_field("password", error)
    }

    /// The choice between the two actions was made with the password.
    fn code_form(&self, challenge: &str, is_mailed: bool, error: Option<Text>) -> Form {
        let chosen = self.alternative.filter(|(_, field)| self.link.field(field).is_some());
        let mut form = self
            .link
            .form(self.page, chosen.map_or(self.button, |(button, _)| button));
        form = form.hidden(CHALLENGE, challenge);
        if let Some((_, field)) = chosen {
            form = form.hidden(field, "yes");
        }
        let hint = if is_mailed {
            form = form.hidden(IS_MAILED, "yes");
            "page-code-mailed"
        } else {
            "page-code-of-app"
        };
        form = self.with_buttons(form, None);
        if self.user.takes_mailed_codes() && self.link.view.app().config.settings.two_factor_by_mail {
            form = form.alternative(Alternative::new("page-mail-code", MAIL_CODE));
        }
        form.field(Field::code(hint).focused()).refused_field("code", error)
    }

    fn with_buttons(&self, form: Form, alternative: Option<(&'static str, &'static str)>) -> Form {
        let form = if self.is_irreversible {
            form.irreversible()
        } else {
            form
        };
        match alternative {
            Some((button, field)) => form.alternative(Alternative::needing_fields(button, field)),
            None => form,
        }
    }

    fn ask_for_password(&self, error: &'static str) -> Unproven {
        Unproven::Ask(Box::new(self.password_form(Some(error.into()))))
    }

    fn password_later(&self, interruption: Interruption) -> Unproven {
        Unproven::Later(Box::new(self.password_form(Some(LATER.into()))), interruption.into())
    }

    fn wrong_code(&self, challenge: &str, is_mailed: bool, error: &'static str) -> Unproven {
        Unproven::Ask(Box::new(self.code_form(challenge, is_mailed, Some(error.into()))))
    }

    fn code_later(&self, challenge: &str, is_mailed: bool, failure: Failure) -> Unproven {
        Unproven::Later(
            Box::new(self.code_form(challenge, is_mailed, Some(LATER.into()))),
            failure,
        )
    }
}

/// Hides the token of the device from logs.
impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proof")
            .field("caller", &self.caller)
            .finish_non_exhaustive()
    }
}

impl Proof {
    /// Ends the session of the proof. If that fails, the session expires like any other.
    pub async fn end(self, app: &AppState, meta: &Meta) {
        if let Err(error) = app.core.sign_out(Some(&self.caller), Vec::new(), meta.now).await {
            tracing::warn!(user.id = %self.caller.user.id, %error, "the session of a page was not ended");
        }
    }
}

impl Unproven {
    /// The response that asks for the proof, on the page that `page` begins.
    pub fn respond(self, link: &Link, page: Page, failed: &'static str) -> Response {
        match self {
            Self::Ask(form) => link.show(&page.form(*form)),
            Self::Later(form, failure) => link.later(page.form(*form), failure),
            Self::Unverified => link.show(&Page::failure(failed, "page-unverified")),
            Self::Blocked => link.show(&Page::failure(failed, "page-not-active").code("USER_NOT_ACTIVE")),
        }
    }
}

/// Why a code of any kind is refused.
enum CodeRefused {
    Wrong,
    /// The sign-in has ended.
    Ended,
    Later(Box<Failure>),
}

impl From<SecondFactorRefused> for CodeRefused {
    fn from(refused: SecondFactorRefused) -> Self {
        match refused {
            SecondFactorRefused::ChallengeGone
            | SecondFactorRefused::TooManyAttempts
            | SecondFactorRefused::EnrolmentEnded
            | SecondFactorRefused::EmailNotVerified => Self::Ended,
            SecondFactorRefused::Locked(_) | SecondFactorRefused::Interrupted(_) => {
                Self::Later(Box::new(VerifyTotpError::Refused(refused).into()))
            }
        }
    }
}

impl From<VerifyTotpError> for CodeRefused {
    fn from(error: VerifyTotpError) -> Self {
        match error {
            VerifyTotpError::NotEnabled | VerifyTotpError::InvalidCode => Self::Wrong,
            VerifyTotpError::Refused(refused) => refused.into(),
            VerifyTotpError::Interrupted(interruption) => Self::Later(Box::new(interruption.into())),
        }
    }
}

impl From<VerifyBackupCodeError> for CodeRefused {
    fn from(error: VerifyBackupCodeError) -> Self {
        match error {
            VerifyBackupCodeError::NotEnabled | VerifyBackupCodeError::InvalidCode => Self::Wrong,
            VerifyBackupCodeError::Refused(refused) => refused.into(),
            VerifyBackupCodeError::Interrupted(interruption) => Self::Later(Box::new(interruption.into())),
        }
    }
}

impl From<VerifySecondFactorCodeError> for CodeRefused {
    fn from(error: VerifySecondFactorCodeError) -> Self {
        match error {
            VerifySecondFactorCodeError::Expired | VerifySecondFactorCodeError::InvalidCode => Self::Wrong,
            VerifySecondFactorCodeError::Refused(refused) => refused.into(),
            VerifySecondFactorCodeError::Interrupted(interruption) => Self::Later(Box::new(interruption.into())),
        }
    }
}
