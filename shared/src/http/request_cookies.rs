//! The cookies of a request.

use http::HeaderMap;
use http::header::COOKIE;

/// The name and the value of each cookie, as the browser sends them. A cookie of another application may hold any byte
/// and hides none of ours.
///
/// Names are neither decoded nor trimmed by more than the header's own spaces: browsers let any host of the domain set
/// `%5F%5FHost-x`, or `__Host-x` after a space of Unicode, and enforce the rules of the prefix for neither.
pub fn all(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let lines = headers.get_all(COOKIE).iter();
    let pairs = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
    let pairs = pairs.filter_map(|pair| std::str::from_utf8(pair.trim_ascii()).ok());
    pairs.filter_map(|pair| pair.split_once('='))
}
