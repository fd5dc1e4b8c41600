//! A contract's failures for the errors of operations, as a table: one block per error, one row per variant, written as
//! `E::Variant`. The table compiles only if every variant has a row; interruptions are the same for all errors and need
//! none.
//!
//! Most rows have only words: the kind of the variant, which the operation declares, gives the status
//! ([`OfKind`], once in each contract). A row with a whole failure departs from that.

use crate::operations::{Interruption, RefusalKind};

/// A failure whose status follows from the kind of the error.
pub(super) trait OfKind: From<Interruption> {
    /// `words` is what the contract shows: a message, or a code whose message is the code as a sentence.
    fn of_kind(kind: RefusalKind, words: &'static str) -> Self;
}

/// What a row says.
pub(super) trait Row<Failure> {
    fn failure(self, kind: Result<RefusalKind, Interruption>) -> Failure;
}

impl<Failure> Row<Failure> for Failure {
    fn failure(self, _: Result<RefusalKind, Interruption>) -> Failure {
        self
    }
}

impl<Failure: OfKind> Row<Failure> for &'static str {
    fn failure(self, kind: Result<RefusalKind, Interruption>) -> Failure {
        match kind {
            Ok(kind) => Failure::of_kind(kind, self),
            Err(interruption) => interruption.into(),
        }
    }
}

macro_rules! failures {
    ($($error:ident { $($variant:pat => $row:expr),* $(,)? })*) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                use $error as E;
                let kind = $crate::operations::Refusal::kind(&error);
                match error {
                    $($variant => $crate::contract::failures::Row::<Self>::failure($row, kind),)*
                    E::Interrupted(interruption) => interruption.into(),
                }
            }
        }
    )*};
}

pub(super) use failures;
