//! Errors that can interrupt any operation.

use std::fmt;

use crate::passwords::Overloaded;
use crate::signer::{EnvelopeError, SignerError};
use crate::store::{CommitError, Conflict, StoreError};

#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum Interruption {
    #[error("too many requests; the next one is possible in {retry_after} s")]
    TooManyRequests {
        /// In seconds.
        retry_after: u32,
    },
    /// A dependency does not respond. A write that timed out may have been carried out; the caller may retry.
    #[error("a service that this one needs is unavailable")]
    Unavailable,
    /// The operation is reserved for the user, and the caller is an administrator who impersonates the user: its effect
    /// would outlive the impersonation, or would reveal a credential that does.
    #[error("the session is an impersonation")]
    Impersonated,
    /// The user has a second factor, and it was not verified in this session since it was turned on. A trusted browser
    /// does not count.
    #[error("the second factor was not shown for this session")]
    SecondFactorNotShown,
    /// The user must sign in again.
    #[error("the session is not fresh")]
    SessionNotFresh,
    /// The caller's session ended while the operation ran.
    #[error("the session was ended meanwhile")]
    SessionGone,
    /// The organization is frozen, or its plan is over: members read, and a member may leave or an owner delete it, but
    /// members, invitations and settings do not change.
    #[error("the organization is read-only")]
    OrganizationReadOnly,
    /// A defect of the service or of its data, whose reason has been logged by [`Interruption::internal`].
    #[error("internal error")]
    Internal(Logged),
}

/// Proof that the reason of an internal error was logged: only [`Interruption::internal`] constructs it.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub struct Logged(());

impl Interruption {
    /// Logs the reason, which must contain no secret.
    pub fn internal(reason: impl fmt::Display) -> Self {
        tracing::error!(%reason, "an internal error");
        Self::Internal(Logged(()))
    }
}

impl From<StoreError> for Interruption {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable | StoreError::Throttled => Self::Unavailable,
            StoreError::Corrupt(item) => Self::internal(format_args!("a stored item does not parse: {item}")),
        }
    }
}

impl From<SignerError> for Interruption {
    fn from(error: SignerError) -> Self {
        match error {
            SignerError::Unavailable { .. } => Self::Unavailable,
            error @ SignerError::UnusableKey => Self::internal(format_args!("a token cannot be signed: {error}")),
        }
    }
}

impl From<EnvelopeError> for Interruption {
    fn from(error: EnvelopeError) -> Self {
        match error {
            EnvelopeError::Unavailable { .. } => Self::Unavailable,
            error @ (EnvelopeError::TooLong | EnvelopeError::Undecryptable) => {
                Self::internal(format_args!("a secret cannot be encrypted or decrypted: {error}"))
            }
        }
    }
}

/// The user can retry as soon as the hashes ahead are done.
impl From<Overloaded> for Interruption {
    fn from(Overloaded: Overloaded) -> Self {
        Self::Unavailable
    }
}

/// For commits whose every expected conflict was handled.
impl From<CommitError> for Interruption {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Store(error) => error.into(),
            CommitError::Conflict(Conflict::SessionGone) => Self::SessionGone,
            CommitError::Conflict(Conflict::OrganizationReadOnly) => Self::OrganizationReadOnly,
            // Other requests write the same items faster than this one can, so the caller should retry later.
            CommitError::Conflict(conflict) => {
                tracing::warn!(?conflict, "a commit lost its race");
                Self::Unavailable
            }
        }
    }
}

/// Lets `?` convert an interruption into an operation's own error, which has a variant `Interrupted` for it.
macro_rules! interruptible {
    ($($error:ident),+ $(,)?) => {$(
        impl From<$crate::store::StoreError> for $error {
            fn from(error: $crate::store::StoreError) -> Self {
                Self::Interrupted(error.into())
            }
        }

        impl From<$crate::signer::SignerError> for $error {
            fn from(error: $crate::signer::SignerError) -> Self {
                Self::Interrupted(error.into())
            }
        }

        impl From<$crate::passwords::Overloaded> for $error {
            fn from(error: $crate::passwords::Overloaded) -> Self {
                Self::Interrupted(error.into())
            }
        }

        impl From<$crate::store::CommitError> for $error {
            fn from(error: $crate::store::CommitError) -> Self {
                Self::Interrupted(error.into())
            }
        }
    )+};
}

pub(super) use interruptible;
