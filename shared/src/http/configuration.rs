//! Which requests let their process read the configuration. The read costs a call to the table at most every thirty
//! seconds, so requests that need none of it do without: session checks, which must be cheap, and those that only tell
//! how the service does.

/// The routes that need no setting. A session check reads the settings when it extends the session.
const WITHOUT_SETTINGS: [&str; 5] = [
    "/api/auth/get-session",
    "/api/auth/ok",
    "/api/auth/error",
    "/v1",
    "/v1/",
];

const PREFIXES_WITHOUT_SETTINGS: [&str; 4] = ["/docs", "/v1/health", "/v1/metrics", "/v1/auth/health"];

/// `route` is the pattern; `None` for an unknown path.
pub(super) fn is_needed_by(route: Option<&str>) -> bool {
    let Some(route) = route else { return false };
    let mut prefixes = PREFIXES_WITHOUT_SETTINGS.iter();
    !WITHOUT_SETTINGS.contains(&route) && !prefixes.any(|prefix| route.starts_with(prefix))
}
