//! The declaration of operations' errors, and their kinds. A contract maps each kind to a status once, and has its own
//! words for each variant (see `contract::failures`).

use super::interruption::Interruption;
use crate::captcha::CaptchaRefused;
use crate::domain::SignUpRefused;
use crate::domain::analytics::SpanRefused;
use crate::domain::one_time::GrantRefused;
use crate::domain::password::WeakPassword;
use crate::domain::user::AccountBlocked;

/// The kinds of refusals. The caller is known and the request is well-formed, but the operation does not perform it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalKind {
    /// The caller is not authenticated, or not with the required assurance.
    Unauthenticated,
    /// The caller does not have the permission.
    Forbidden,
    /// The named resource does not exist, or the caller may not know that it does.
    NotFound,
    /// The state of the named resource, or of another one, conflicts with the request.
    Conflict,
    /// A token, code or invitation is no longer valid.
    Expired,
    /// A limit on the number of resources is reached.
    Limit,
    /// The operation does not accept a value of the request.
    Invalid,
}

/// An operation's error, other than an interruption.
pub trait Refusal {
    /// `Err`: the operation was interrupted, which is no refusal.
    fn kind(&self) -> Result<RefusalKind, Interruption>;
}

impl Refusal for GrantRefused {
    fn kind(&self) -> Result<RefusalKind, Interruption> {
        match self {
            Self::Unknown => Ok(RefusalKind::Invalid),
            Self::Spent | Self::Expired => Ok(RefusalKind::Expired),
        }
    }
}

impl Refusal for AccountBlocked {
    fn kind(&self) -> Result<RefusalKind, Interruption> {
        match self {
            Self::Banned | Self::NotActive | Self::Deleted => Ok(RefusalKind::Forbidden),
        }
    }
}

impl Refusal for SignUpRefused {
    fn kind(&self) -> Result<RefusalKind, Interruption> {
        match self {
            Self::Closed | Self::DomainNotAllowed => Ok(RefusalKind::Forbidden),
        }
    }
}

impl Refusal for CaptchaRefused {
    fn kind(&self) -> Result<RefusalKind, Interruption> {
        match self {
            Self::Missing | Self::Rejected => Ok(RefusalKind::Invalid),
            Self::Unavailable => Err(Interruption::Unavailable),
        }
    }
}

impl Refusal for SpanRefused {
    fn kind(&self) -> Result<RefusalKind, Interruption> {
        match self {
            Self::EndsBeforeStart | Self::TooLong | Self::HoursGone => Ok(RefusalKind::Invalid),
        }
    }
}

impl Refusal for WeakPassword {
    fn kind(&self) -> Result<RefusalKind, Interruption> {
        match self {
            Self::TooShort { .. }
            | Self::TooLong { .. }
            | Self::FewClasses
            | Self::Common
            | Self::Guessable
            | Self::Breached => Ok(RefusalKind::Invalid),
        }
    }
}

/// Declares an operation's error. Each variant has a kind, the conflicts of a commit that it stands for, and a message
/// for the log: `Variant: Kind on Conflict | Conflict = "message"`. Variants below `of` hold a refusal of another
/// operation, and have its kind; `[reason] on Conflict` is the reason that a conflict stands for. `denied A, B` names
/// the variants for a caller who is not a member, and for one whose role does not permit the operation. The variant
/// `Interrupted` stands for all other failures, so that `?` converts every failure of an attempt.
macro_rules! refusals {
    (
        $(#[$meta:meta])*
        $visibility:vis enum $error:ident {
            $(
                $(#[$doc:meta])*
                $variant:ident $(($($payload:tt)*))? $({$($field:tt)*})?: $kind:ident $(on $($conflict:ident)|+)?
                    = $message:tt
            ),* $(,)?
        }
        $(of {
            $(
                $(#[$nested_doc:meta])*
                $nested:ident ($($inner:tt)*) $([$reason:expr] on $failed:ident)? = $nested_message:tt
            ),+ $(,)?
        })?
        $(denied $outsider:ident, $unentitled:ident)?
    ) => {
        $(#[$meta])*
        #[derive(Debug, thiserror::Error)]
        $visibility enum $error {
            $(
                $(#[$doc])*
                #[error($message)]
                $variant $(($($payload)*))? $({$($field)*})?,
            )*
            $($(
                $(#[$nested_doc])*
                #[error($nested_message)]
                $nested($($inner)*),
            )+)?
            #[error(transparent)]
            Interrupted(#[from] $crate::operations::Interruption),
        }

        $crate::operations::interruption::interruptible!($error);

        impl From<$crate::operations::attempts::Lost> for $error {
            fn from(lost: $crate::operations::attempts::Lost) -> Self {
                match lost {
                    $($($crate::operations::attempts::Lost::Refused(
                        $($crate::store::Conflict::$conflict { .. })|+
                    ) => Self::$variant,)?)*
                    $($($($crate::operations::attempts::Lost::Refused(
                        $crate::store::Conflict::$failed { .. }
                    ) => Self::$nested($reason),)?)+)?
                    lost => Self::Interrupted(lost.into()),
                }
            }
        }

        impl $crate::operations::refusal::Refusal for $error {
            fn kind(
                &self,
            ) -> Result<$crate::operations::RefusalKind, $crate::operations::Interruption> {
                match self {
                    $(Self::$variant { .. } => Ok($crate::operations::RefusalKind::$kind),)*
                    $($(Self::$nested(refusal) => $crate::operations::Refusal::kind(refusal),)+)?
                    Self::Interrupted(interruption) => Err(*interruption),
                }
            }
        }

        $(impl From<$crate::domain::AccessDenied> for $error {
            fn from(denied: $crate::domain::AccessDenied) -> Self {
                match denied {
                    $crate::domain::AccessDenied::NotAMember => Self::$outsider,
                    $crate::domain::AccessDenied::NotPermitted => Self::$unentitled,
                }
            }
        })?
    };
}

pub(super) use refusals;
