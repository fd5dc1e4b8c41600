//! Have I Been Pwned: whether a password appears in a published breach. The service learns the first five digits of the
//! SHA-1, which some hundred passwords share (k-anonymity), and never the password.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use http::{Request, header};
use sha1::{Digest, Sha1};
use url::Url;

use crate::domain::NewPassword;
use crate::outbound::{Outbound, OutboundError, is_confidential};
use crate::usage;

/// A response has a thousand lines of forty bytes, and padding.
const MAX_RESPONSE_BYTES: usize = 512 * 1024;
/// The digits of the hash that are sent.
const PREFIX: usize = 5;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreachSettings {
    /// The base URL, to which the digits are appended: `https`, or `http` on a loopback address.
    pub endpoint: String,
    /// A user waits for the answer in front of a form.
    pub timeout: Duration,
}

/// A configured endpoint to which digits must not be sent.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("the endpoint for breached passwords is neither an https URL nor an http URL on a loopback address")]
pub struct InvalidBreachEndpoint;

/// Looks passwords up.
pub struct Breaches {
    endpoint: Url,
    outbound: Outbound,
}

impl Breaches {
    pub fn new(settings: &BreachSettings) -> Result<Self, InvalidBreachEndpoint> {
        // Without a slash at the end, a URL is joined in place of its last segment.
        let base = format!("{}/", settings.endpoint.trim_end_matches('/'));
        let endpoint = Url::parse(&base).ok().filter(is_confidential);
        Ok(Self {
            endpoint: endpoint.ok_or(InvalidBreachEndpoint)?,
            outbound: Outbound::new(settings.timeout, MAX_RESPONSE_BYTES),
        })
    }

    /// Whether the password is known to have been breached. If the service sends no answer, it is not: users must be
    /// able to change a password at any time.
    pub async fn contain(&self, password: &NewPassword) -> bool {
        match self.search(password).await {
            Ok(is_breached) => is_breached,
            Err(error) => {
                let cause = error.source().map(ToString::to_string);
                tracing::error!(%error, error.cause = cause, "a password was not looked up in breaches");
                usage::record_failed_breach_check();
                false
            }
        }
    }

    async fn search(&self, password: &NewPassword) -> Result<bool, OutboundError> {
        let hash = hash_of(password);
        let (prefix, rest) = hash.split_at(PREFIX);
        let request = Request::get(format!("{}{prefix}", self.endpoint))
            .header(header::USER_AGENT, "ostiary")
            // Responses of one size do not tell an observer of the connection which digits were sent.
            .header("add-padding", "true")
            .body(Vec::new())?;
        let response = self.outbound.send(request).await?;
        if !response.status().is_success() {
            return Err(OutboundError::Status(response.status()));
        }
        let lines = String::from_utf8_lossy(response.body());
        // The padding has counts of zero.
        let is_hit = |line: &str| {
            line.split_once(':')
                .is_some_and(|(suffix, count)| suffix.trim().eq_ignore_ascii_case(rest) && count.trim() != "0")
        };
        Ok(lines.lines().any(is_hit))
    }
}

/// In upper case, as in the service's lists.
fn hash_of(password: &NewPassword) -> String {
    format!("{:X}", Sha1::digest(password.as_bytes()))
}

impl fmt::Debug for Breaches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Breaches")
            .field("endpoint", &self.endpoint.as_str())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use axum::Router;
    use axum::extract::Path;
    use axum::http::{HeaderMap, StatusCode};
    use axum::response::{IntoResponse, Response};
    use axum::routing::get;
    use tokio::net::TcpListener;

    use super::*;
    use crate::domain::PasswordRules;

    fn password() -> NewPassword {
        NewPassword::parse("seven bridges at dusk", PasswordRules { min: 8, max: 128 }).expect("a password")
    }

    fn suffix() -> String {
        let hash = hash_of(&password());
        hash[PREFIX..].to_owned()
    }

    async fn breaches<R: IntoResponse + Clone + Send + Sync + 'static>(
        answer: R,
    ) -> (Breaches, Arc<Mutex<Vec<String>>>) {
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let log = Arc::clone(&asked);
        let handler = async move |Path(digits): Path<String>, headers: HeaderMap| -> Response {
            assert_eq!(headers["add-padding"], "true");
            log.lock().expect("no panic").push(digits);
            answer.clone().into_response()
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let endpoint = format!("http://{}/range", listener.local_addr().expect("an address"));
        let router = Router::new().route("/range/{digits}", get(handler));
        tokio::spawn(async { axum::serve(listener, router).await });
        let settings = BreachSettings {
            endpoint,
            timeout: Duration::from_millis(500),
        };
        (Breaches::new(&settings).expect("an endpoint"), asked)
    }

    async fn is_breached(answer: String) -> bool {
        breaches(answer).await.0.contain(&password()).await
    }

    #[tokio::test]
    async fn only_five_digits_of_the_hash_are_sent() {
        let (breaches, asked) = breaches(String::new()).await;
        assert!(!breaches.contain(&password()).await);
        let asked = asked.lock().expect("no panic").clone();
        assert_eq!(asked.len(), 1);
        assert_eq!(asked[0].len(), PREFIX);
        let hash = hash_of(&password());
        assert!(hash.starts_with(&asked[0]), "{asked:?}");
    }

    #[tokio::test]
    async fn a_listed_suffix_is_a_breach() {
        let suffix = suffix();
        let others = "0018A45C4D1DEF81644B54AB7F969B88D65:10\r\n";
        assert!(is_breached(format!("{others}{suffix}:3\r\n")).await);
        assert!(is_breached(format!("{}:1", suffix.to_lowercase())).await);
        for absent in [
            String::new(),
            others.to_owned(),
            format!("{others}{suffix}:0\r\n"),
            suffix,
        ] {
            assert!(!is_breached(absent.clone()).await, "{absent}");
        }
    }

    #[tokio::test]
    async fn without_an_answer_a_password_is_accepted_and_counted() {
        let (failing, _) = breaches((StatusCode::SERVICE_UNAVAILABLE, format!("{}:3", suffix()))).await;
        let (unreachable, _) = breaches(String::new()).await;
        let unreachable = Breaches {
            endpoint: Url::parse("http://127.0.0.1:9/").expect("a URL"),
            ..unreachable
        };
        let long = "x".repeat(MAX_RESPONSE_BYTES + 1);
        let (endless, _) = breaches(long).await;
        for breaches in [failing, unreachable, endless] {
            let (is_breached, usage) = usage::measure(breaches.contain(&password())).await;
            assert_eq!((is_breached, usage.failed_breach_checks), (false, 1));
        }
    }

    #[test]
    fn digits_are_sent_over_https_only() {
        let with = |endpoint: &str| {
            let settings = BreachSettings {
                endpoint: endpoint.to_owned(),
                timeout: Duration::from_secs(1),
            };
            Breaches::new(&settings).map(drop)
        };
        for good in ["https://api.pwnedpasswords.com/range", "http://127.0.0.1:8080/range/"] {
            assert_eq!(with(good), Ok(()), "{good}");
        }
        for bad in ["http://api.example/range", "http://localhost/range", "range", ""] {
            assert_eq!(with(bad), Err(InvalidBreachEndpoint), "{bad}");
        }
    }
}
