//! Where a request says that it comes from: the headers that browsers add, and pages can neither forge nor omit.

use std::borrow::Cow;

use http::HeaderMap;
use http::header::{ORIGIN, REFERER};
use url::Url;

use crate::domain::TrustedOrigins;

const EXPO_ORIGIN: &str = "expo-origin";

/// Whether a page of an untrusted site caused the request. Browsers state the origin, or the relation of the sites
/// (Fetch Metadata); programs state neither.
pub fn is_cross_site(headers: &HeaderMap, trusted: &TrustedOrigins) -> bool {
    match stated_origin(headers) {
        Some(origin) => !trusted.contain(&origin),
        // Pages that send no referrer, such as those of this service, state the origin `null`.
        None => headers
            .get("sec-fetch-site")
            .is_some_and(|site| site != "same-origin" && site != "none"),
    }
}

/// Whether a page of another origin loads the URL by itself, as an image or in a frame, and no user has followed a link
/// (Fetch Metadata).
pub fn is_embedded_elsewhere(headers: &HeaderMap) -> bool {
    let is_from_elsewhere = headers
        .get("sec-fetch-site")
        .is_some_and(|site| site != "same-origin" && site != "none");
    let is = |name: &str, expected: &str| headers.get(name).is_some_and(|value| value == expected);
    is_from_elsewhere && !(is("sec-fetch-mode", "navigate") && is("sec-fetch-dest", "document"))
}

/// The origin `null`, which sandboxed pages send, counts as absent. A native app names itself in `expo-origin`: no page
/// of another site can add that header, nor leave `Origin` out.
pub fn stated_origin(headers: &HeaderMap) -> Option<String> {
    let text = |name: &str| headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()));
    match text(ORIGIN.as_str()) {
        Some(origin) if origin == "null" => None,
        Some(origin) => Some(origin.into_owned()),
        None => text(REFERER.as_str())
            .and_then(|referer| Url::parse(&referer).ok())
            .map(|url| url.origin().ascii_serialization())
            .or_else(|| text(EXPO_ORIGIN).map(Cow::into_owned)),
    }
}

/// Whether a page may have caused the request. A browser adds `Origin` to every request but GET and HEAD (Fetch,
/// section 3.2), and since it has fetch metadata, `Sec-Fetch-Site` and `Sec-Fetch-Dest` as well; pages can neither forge
/// nor omit them. `Sec-Fetch-Mode` alone comes from programs: the `fetch` of Node.js sends it without the others.
pub fn is_from_browser(headers: &HeaderMap) -> bool {
    let is_navigation = headers.get("sec-fetch-mode").is_some_and(|mode| mode != "cors");
    is_navigation
        || [ORIGIN.as_str(), "sec-fetch-site", "sec-fetch-dest"]
            .iter()
            .any(|name| headers.contains_key(*name))
}
