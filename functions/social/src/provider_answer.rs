//! What a provider reports in the query of a callback.

use shared::operations::ProviderAnswer;

/// Longest error code of a provider that is passed on.
const ERROR: usize = 64;

/// An error takes precedence over a code.
pub fn of_query(error: Option<&str>, code: Option<String>, issuer: Option<String>) -> ProviderAnswer {
    match (error, code) {
        (Some(error), _) => ProviderAnswer::Refused { error: plain(error) },
        (None, Some(code)) => ProviderAnswer::Code { code, issuer },
        (None, None) => ProviderAnswer::Refused {
            error: "no_code".to_owned(),
        },
    }
}

/// An error code of OAuth (RFC 6749, section 4.1.2.1). Any other text may be an attacker's.
fn plain(error: &str) -> String {
    let is_code = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
    if !error.is_empty() && error.len() <= ERROR && error.bytes().all(is_code) {
        error.to_owned()
    } else {
        "oauth_error".to_owned()
    }
}
