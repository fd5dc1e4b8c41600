//! A contract's failures for the errors of operations, as a table: one block per error, one row per variant, written as
//! `E::Variant`. The table compiles only if every variant has a row; interruptions are the same for all errors and need
//! none.

macro_rules! failures {
    ($($error:ident { $($variant:pat => $failure:expr),* $(,)? })*) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                use $error as E;
                match error {
                    $($variant => $failure,)*
                    E::Interrupted(interruption) => interruption.into(),
                }
            }
        }
    )*};
}

pub(super) use failures;
