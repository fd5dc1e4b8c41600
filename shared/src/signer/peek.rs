//! What a token says of itself before it is verified. Good for choosing the key to verify it with, and for nothing else.

use jsonwebtoken::decode_header;

/// The `kid` of what looks like a JWT.
pub fn key_id_of(token: &str) -> Option<String> {
    if token.split('.').count() != 3 {
        return None;
    }
    decode_header(token).ok()?.kid
}
