//! API keys over HTTP, one module per contract.

mod better_auth;

// Most tests need a limit; the default is none.
shared::testkit::service!([("API_KEY_RATE_LIMIT", "10/86400")]; api_key, organization, password, profile, session);
