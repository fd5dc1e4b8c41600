//! The service answers at its public URL, as the issuer that its tokens name, and the clock here agrees with AWS.

use std::time::Duration;

use http::Request;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use shared::outbound::{Outbound, OutboundError};

use super::{Deployment, Finding};

const URL: &str = "public URL";
const ISSUER: &str = "issuer";
const CLOCK: &str = "clock";

const TIMEOUT: Duration = Duration::from_secs(10);
const MAX_BYTES: usize = 64 * 1024;

/// A deviation that makes codes of authenticator apps fail.
const NOTICED: SignedDuration = SignedDuration::from_secs(15);
/// AWS refuses requests that were signed with a greater one.
const TOLERATED: SignedDuration = SignedDuration::from_mins(5);

pub(super) async fn check(deployment: &Deployment<'_>, now: Timestamp) -> Vec<Finding> {
    let expected = &deployment.config.settings.public_url;
    let url = format!("{expected}/.well-known/openid-configuration");
    let answer = match Request::get(&url).body(Vec::new()) {
        // A local service has no TLS.
        Ok(request) => {
            Outbound::new(TIMEOUT, MAX_BYTES)
                .allowing_plain_http()
                .send(request)
                .await
        }
        Err(error) => Err(OutboundError::from(error)),
    };
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => {
            let found = format!("{expected} does not answer ({error})");
            return vec![Finding::failed(
                URL,
                found,
                "compare PUBLIC_URL with the stack's output PublicUrl, and look at the DNS record and the certificate of the domain",
            )];
        }
    };
    let status = answer.status();
    if !status.is_success() {
        let found = format!("{url} answers {status}");
        return vec![Finding::failed(
            URL,
            found,
            "look at the log of the function keys, and at the routes of the API",
        )];
    }
    let date = answer
        .headers()
        .get(http::header::DATE)
        .and_then(|date| date.to_str().ok());
    let clock = clock(date, now);
    let discovery: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
    let issuer = match discovery["issuer"].as_str() {
        Some(issuer) if issuer == expected => Finding::ok(ISSUER, expected.clone()),
        found => Finding::failed(
            ISSUER,
            format!(
                "the service names {} as its issuer, and not {expected}",
                found.unwrap_or("nothing")
            ),
            "deploy with PublicUrl, or set PUBLIC_URL of the doctor as it was deployed: verifiers refuse tokens of another issuer",
        ),
    };
    vec![Finding::ok(URL, format!("{expected} answers")), issuer, clock]
}

fn clock(date: Option<&str>, now: Timestamp) -> Finding {
    let theirs = date.and_then(|date| jiff::fmt::rfc2822::parse(date).ok());
    let Some(theirs) = theirs else {
        return Finding::warning(
            CLOCK,
            "the answer has no time to compare with",
            "look at the clock of this machine",
        );
    };
    let deviation = now.duration_since(theirs.timestamp()).abs();
    let action = "synchronize the clock of this machine (NTP)";
    let seconds = deviation.as_secs();
    if deviation > TOLERATED {
        Finding::failed(
            CLOCK,
            format!("this machine is {seconds} s off, and AWS refuses its signatures"),
            action,
        )
    } else if deviation > NOTICED {
        Finding::warning(CLOCK, format!("this machine is {seconds} s off"), action)
    } else {
        Finding::ok(CLOCK, "this machine and the service agree")
    }
}

#[cfg(test)]
mod tests {
    use super::super::Status;
    use super::*;

    #[test]
    fn a_clock_that_is_off_is_found() {
        let date = Some("Sat, 31 Jan 2026 12:00:00 GMT");
        for (now, expected) in [
            ("2026-01-31T12:00:10Z", Status::Ok),
            ("2026-01-31T11:59:40Z", Status::Warning),
            ("2026-01-31T12:06:00Z", Status::Failed),
        ] {
            assert_eq!(clock(date, now.parse().expect("a time")).status, expected, "{now}");
        }
        assert_eq!(clock(None, Timestamp::UNIX_EPOCH).status, Status::Warning);
    }
}
