//! The words of a contract for the errors of operations, as a table: one block for each error, one row for each variant,
//! which it names as `E::Variant`. Every variant has a row or the table does not compile; interruptions are the same for
//! all errors and have none.

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
