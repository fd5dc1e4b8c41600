//! What can stop any operation, whatever it does.

use std::fmt;

use crate::passwords::Overloaded;
use crate::signer::{EnvelopeError, SignerError};
use crate::store::{CommitError, Conflict, StoreError};

#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum Interruption {
    #[error("too many requests; the next one is possible in {retry_after} s")]
    TooManyRequests {
        /// Seconds.
        retry_after: u32,
    },
    /// A service that this one needs does not answer. A write that timed out may have been made all the same; the
    /// caller may try again.
    #[error("a service that this one needs is unavailable")]
    Unavailable,
    /// What was asked for is the user's own, and an administrator acts as the user: it would outlive the impersonation,
    /// or hand out what does.
    #[error("the session is an impersonation")]
    Impersonated,
    /// The caller's session was ended while the operation ran.
    #[error("the session was ended meanwhile")]
    SessionGone,
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
            // Somebody else is writing the same items faster than we can: later is better.
            CommitError::Conflict(conflict) => {
                tracing::warn!(?conflict, "a commit lost its race");
                Self::Unavailable
            }
        }
    }
}

/// Lets `?` turn what stops any operation into an operation's own error, which has a variant `Interrupted` for it.
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
