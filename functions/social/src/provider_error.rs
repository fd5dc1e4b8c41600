//! The error that a provider reports in the query of a callback.

/// Longest error code of a provider that is passed on.
const ERROR: usize = 64;

/// An error code of OAuth (RFC 6749, section 4.1.2.1). Any other text may be an attacker's.
pub fn plain(error: &str) -> String {
    let is_code = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
    if !error.is_empty() && error.len() <= ERROR && error.bytes().all(is_code) {
        error.to_owned()
    } else {
        "oauth_error".to_owned()
    }
}
