//! The URLs of the application that the service's own pages lead on to.

use url::{Host, Url};

use super::{InvalidSetting, invalid};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ApplicationUrls {
    /// Where a page leads on to.
    pub start: Option<Url>,
    /// The application's own page of an invitation.
    invitation: Option<Url>,
}

impl ApplicationUrls {
    pub(super) fn parse(start: Option<&str>, invitation: Option<&str>) -> Result<Self, InvalidSetting> {
        Ok(Self {
            start: start.map(|text| parse("APPLICATION_URL", text)).transpose()?,
            invitation: invitation.map(|text| parse("INVITATION_URL", text)).transpose()?,
        })
    }

    /// The origin of the application.
    pub fn origin(&self) -> Option<String> {
        self.start.as_ref().map(|url| url.origin().ascii_serialization())
    }

    /// The application's page of the invitation, whose `id` is the one with which the application accepts it.
    pub fn of_invitation(&self, id: &str) -> Option<String> {
        let mut url = self.invitation.clone()?;
        url.query_pairs_mut().append_pair("id", id);
        Some(url.into())
    }
}

fn parse(name: &'static str, text: &str) -> Result<Url, InvalidSetting> {
    let url = Url::parse(text).map_err(|error| invalid(name, error))?;
    let is_loopback = match url.host() {
        Some(Host::Domain(domain)) => domain == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    let is_safe = url.scheme() == "https" || (url.scheme() == "http" && is_loopback);
    if is_safe && url.username().is_empty() && url.password().is_none() {
        Ok(url)
    } else {
        Err(invalid(name, "must be an https URL, or http on this machine"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_https_or_on_this_machine() {
        for text in [
            "https://app.example.com",
            "https://app.example.com/start?x=y",
            "http://localhost:5173/",
            "http://127.0.0.1:3000",
            "http://[::1]:3000",
        ] {
            assert!(ApplicationUrls::parse(Some(text), Some(text)).is_ok(), "{text}");
        }
        for text in [
            "http://app.example.com",
            "javascript:alert(1)",
            "myapp://start",
            "app.example.com",
            "https://user@app.example.com",
            "/start",
        ] {
            let refused = ApplicationUrls::parse(Some(text), None).expect_err(text);
            assert_eq!(refused.name, "APPLICATION_URL");
            let refused = ApplicationUrls::parse(None, Some(text)).expect_err(text);
            assert_eq!(refused.name, "INVITATION_URL");
        }
    }

    #[test]
    fn the_id_of_an_invitation_is_a_parameter() {
        let id = "0102";
        for (text, expected) in [
            ("https://a.example/join", format!("https://a.example/join?id={id}")),
            ("https://a.example/?x=y#z", format!("https://a.example/?x=y&id={id}#z")),
        ] {
            let urls = ApplicationUrls::parse(None, Some(text)).expect("a URL");
            assert_eq!(urls.of_invitation(id), Some(expected));
        }
    }
}
