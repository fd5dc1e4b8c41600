//! Declarative requests: a struct whose fields name how they are read.

use super::{Fields, Read};
use crate::domain::{EmailAddress, Name, PasswordAttempt, Patch};

/// A JSON object, or a query string, as one contract documents it.
pub trait ReadBody: Sized {
    /// `None` only after a problem was recorded.
    fn read(fields: &mut Fields<'_>) -> Read<Self>;
}

/// Declares requests. A field is read under its wire name, by the rules of its type ([`FromField`]) or by a parser: a
/// function that takes the [`Fields`] first, usually one of [`parsers`](super::parsers).
///
/// ```ignore
/// request! {
///     /// Documentation and attributes pass through.
///     pub struct InviteMemberRequest {
///         email: EmailAddress = "email",
///         name: String = text("name", 1, 256),
///         resend: bool = "resend".unwrap_or(false),
///     }
/// }
/// ```
///
/// All fields are read, in the order of their declaration, before a missing one fails the request: one response names
/// every invalid field.
macro_rules! request {
    ($(
        $(#[$attribute:meta])*
        pub struct $name:ident {
            $(
                $(#[$note:meta])*
                $field:ident: $type:ty =
                    $($wire:literal $(.unwrap_or($default:expr))?)?
                    $($($parser:ident)::+($($argument:expr),*))?
            ),+ $(,)?
        }
    )+) => {$(
        $(#[$attribute])*
        #[derive(Debug)]
        pub struct $name {
            $($(#[$note])* pub $field: $type,)+
        }

        impl $crate::contract::fields::ReadBody for $name {
            fn read(fields: &mut $crate::contract::fields::Fields<'_>) -> Option<Self> {
                $(let $field: Option<$type> = $crate::contract::fields::read_field!(
                    fields, $type, $($wire $(, $default)?)? $($($parser)::+($($argument),*))?
                );)+
                Some(Self { $($field: $field?,)+ })
            }
        }
    )+};
}

/// One field of a [`request!`].
macro_rules! read_field {
    ($fields:ident, $type:ty, $wire:literal) => {
        <$type as $crate::contract::fields::FromField>::read($fields, $wire)
    };
    ($fields:ident, $type:ty, $wire:literal, $default:expr) => {
        <Option<$type> as $crate::contract::fields::FromField>::read($fields, $wire)
            .map(|read| read.unwrap_or($default))
    };
    ($fields:ident, $type:ty, $($parser:ident)::+($($argument:expr),*)) => {
        $($parser)::+($fields, $($argument),*)
    };
}

pub(crate) use {read_field, request};

/// A type that determines how a field is read.
pub trait FromField: Sized {
    fn read(fields: &mut Fields<'_>, name: &str) -> Read<Self>;
}

/// A type that accepts any text. The operation checks further rules, and reports them with errors of its own.
pub trait FromText {
    fn from_text(text: &str) -> Self;
}

impl FromText for String {
    fn from_text(text: &str) -> Self {
        text.to_owned()
    }
}

impl FromText for PasswordAttempt {
    fn from_text(text: &str) -> Self {
        Self::new(text)
    }
}

impl FromText for Name {
    fn from_text(text: &str) -> Self {
        Self::full(text)
    }
}

impl<T: FromText> FromField for T {
    fn read(fields: &mut Fields<'_>, name: &str) -> Read<Self> {
        fields.string(name).map(T::from_text)
    }
}

/// Absent and `null` are the same.
impl<T: FromText> FromField for Option<T> {
    fn read(fields: &mut Fields<'_>, name: &str) -> Read<Self> {
        Some(fields.optional_string(name)?.map(T::from_text))
    }
}

impl FromField for EmailAddress {
    fn read(fields: &mut Fields<'_>, name: &str) -> Read<Self> {
        fields.email(name)
    }
}

/// A boolean, or its name as a string.
impl FromField for Option<bool> {
    fn read(fields: &mut Fields<'_>, name: &str) -> Read<Self> {
        fields.optional_bool(name)
    }
}

/// A number, or its decimal string.
impl FromField for Option<f64> {
    fn read(fields: &mut Fields<'_>, name: &str) -> Read<Self> {
        fields.optional_number(name)
    }
}

/// `null` clears the value, absence keeps it.
impl<T: FromText> FromField for Patch<T> {
    fn read(fields: &mut Fields<'_>, name: &str) -> Read<Self> {
        Some(fields.patch_string(name)?.map(T::from_text))
    }
}

/// One string, or a list of strings.
impl FromField for Vec<String> {
    fn read(fields: &mut Fields<'_>, name: &str) -> Read<Self> {
        fields.strings(name)
    }
}

/// One string, or a list of strings; absent and `null` are the same.
impl FromField for Option<Vec<String>> {
    fn read(fields: &mut Fields<'_>, name: &str) -> Read<Self> {
        if fields.present(name).is_none() {
            return Some(None);
        }
        fields.strings(name).map(Some)
    }
}
