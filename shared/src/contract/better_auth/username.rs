//! Usernames of this contract: the core's rules with a shorter limit.

use crate::domain::Username;
use crate::domain::username::InvalidUsername;

/// The framework's limit, in characters.
const MAX_LENGTH: usize = 30;

/// Surrounding space, which keyboards and password managers add, is ignored.
pub fn parse_username(text: &str) -> Result<Username, InvalidUsername> {
    let text = text.trim();
    if text.chars().count() > MAX_LENGTH {
        return Err(InvalidUsername::TooLong);
    }
    Username::parse(text)
}
