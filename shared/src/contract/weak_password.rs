//! Why a new password is refused, as the message of the field that it was sent in.

use crate::domain::password::WeakPassword;

pub fn message(weak: WeakPassword) -> String {
    match weak {
        WeakPassword::TooShort { min } => format!("must have at least {min} characters"),
        WeakPassword::TooLong { max } => format!("must have at most {max} characters"),
        WeakPassword::FewClasses => "must have upper and lower case letters, digits and special characters".to_owned(),
        WeakPassword::Common => "is one of the most common passwords".to_owned(),
        WeakPassword::Guessable => "is easy to guess".to_owned(),
        WeakPassword::Breached => "was published in a data breach".to_owned(),
    }
}
