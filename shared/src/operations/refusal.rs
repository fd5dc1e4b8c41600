//! What kind of refusal an operation's error is. A contract gives each kind a status once, and spells only the errors
//! for which it has words of its own.

use super::interruption::Interruption;
use crate::domain::one_time::GrantRefused;
use crate::domain::user::Barred;

/// The kinds of refusals. The caller is known and the request is well-formed, but the operation does not do what it
/// asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalKind {
    /// The caller has not shown who they are, or not well enough.
    Unauthenticated,
    /// The caller may not do it.
    Forbidden,
    /// What the request names does not exist, or the caller may not know that it does.
    NotFound,
    /// The state of what the request names, or of something else, stands against it.
    Conflict,
    /// A token, code or invitation that was good is not any more.
    Expired,
    /// As many as there may be exist already.
    Limit,
    /// A value of the request is none that the operation takes.
    Invalid,
}

/// An operation's error, other than an interruption.
pub trait Refusal {
    /// `Err`: the operation was interrupted, and refused nothing.
    fn kind(&self) -> Result<RefusalKind, Interruption>;
}

impl Refusal for GrantRefused {
    fn kind(&self) -> Result<RefusalKind, Interruption> {
        match self {
            Self::Unknown => Ok(RefusalKind::Invalid),
            Self::Expired => Ok(RefusalKind::Expired),
        }
    }
}

impl Refusal for Barred {
    fn kind(&self) -> Result<RefusalKind, Interruption> {
        match self {
            Self::Banned | Self::NotActive | Self::Deleted => Ok(RefusalKind::Forbidden),
        }
    }
}

/// Gives each variant of an operation's error its kind, and the conflicts of a commit that mean it: `Variant: Kind`, or
/// `Variant: Kind on Conflict | Conflict`. `denied A, B` names the variants for a caller who is not a member and for
/// one whose role does not permit it. `of A, B` names the variants that hold a refusal of another operation, whose kind
/// it is; `of A(reason) on Conflict` also gives the reason that a conflict means. The error has a variant `Interrupted`
/// for all else, so that `?` takes every failure of an attempt.
macro_rules! refusals {
    ($error:ident {
        $($variant:ident: $kind:ident $(on $($conflict:ident)|+)?),* $(,)?
    } $(of $($nested:ident $(($reason:expr) on $failed:ident)?),+)? $(denied $outsider:ident, $unentitled:ident)?) => {
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
