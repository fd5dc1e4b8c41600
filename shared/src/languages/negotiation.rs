//! The choice of a language for a reader.

use crate::domain::Language;

tokio::task_local! {
    static BROWSER: Option<Language>;
}

impl Language {
    /// Runs `work`, which answers a request, with the language that its header `Accept-Language` prefers.
    pub async fn with_browser<F: Future>(accepted: Option<Self>, work: F) -> F::Output {
        BROWSER.scope(accepted, work).await
    }

    /// The language that the browser prefers whose request is answered, for mails to readers who have not chosen one.
    /// `None` outside of requests, and in spawned tasks.
    pub fn of_browser() -> Option<Self> {
        BROWSER.try_with(|accepted| *accepted).ok().flatten()
    }

    /// The language that the user has chosen, else the one that the browser prefers, else the default (the setting
    /// `default_language`).
    pub fn negotiate(user: Option<Self>, accept_language: Option<&str>, default: Self) -> Self {
        user.or_else(|| accept_language.and_then(Self::accepted))
            .unwrap_or(default)
    }

    /// The language that the header `Accept-Language` prefers among ours (RFC 9110, section 12.5.4): the one of highest
    /// quality, and of equal ones the first. A range such as `de-AT` accepts `de` (lookup, RFC 4647). `None`: it names
    /// none of ours; `*` names none.
    pub fn accepted(header: &str) -> Option<Self> {
        let mut best: Option<(Self, f32)> = None;
        for range in header.split(',') {
            let Some((language, quality)) = read(range) else {
                continue;
            };
            if best.is_none_or(|(_, highest)| quality > highest) {
                best = Some((language, quality));
            }
        }
        best.map(|(language, _)| language)
    }
}

/// `None`: the range is malformed, excluded by a quality of zero, or of no language of ours.
fn read(range: &str) -> Option<(Language, f32)> {
    let (tag, parameter) = range.split_once(';').unwrap_or((range, ""));
    let primary = tag.trim().split('-').next()?.to_ascii_lowercase();
    let quality = match parameter.trim() {
        "" => 1.0,
        parameter => parameter
            .strip_prefix("q=")
            .or(parameter.strip_prefix("Q="))?
            .parse()
            .ok()?,
    };
    let is_accepted = quality > 0.0 && quality <= 1.0;
    Some((Language::parse(&primary)?, quality)).filter(|_| is_accepted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_has_an_order_of_languages() {
        use Language::{Chinese, English, French, German, Korean};
        for (header, expected) in [
            ("de", Some(German)),
            ("de-AT, en;q=0.5", Some(German)),
            ("en;q=0.8, de;q=0.9", Some(German)),
            ("en;q=0.8,de;q=0.8", Some(English)),
            ("nl, ko-KR;q=0.7, en;q=0.3", Some(Korean)),
            ("FR-ca ; Q=1.000", Some(French)),
            ("zh-Hant-TW, en;q=0.9", Some(Chinese)),
            ("en;q=0, de;q=0.1", Some(German)),
            ("nl, *;q=0.5", None),
            ("*", None),
            ("", None),
            (",;,q=1,de;q=x,;q=", None),
            ("de;q=NaN, fr;q=2, en;q=-1", None),
        ] {
            assert_eq!(Language::accepted(header), expected, "{header}");
        }
    }

    #[test]
    fn the_user_comes_before_the_browser_and_the_browser_before_the_default() {
        use Language::{English, German, Japanese};
        assert_eq!(Language::negotiate(Some(Japanese), Some("de"), English), Japanese);
        assert_eq!(Language::negotiate(None, Some("de"), English), German);
        assert_eq!(Language::negotiate(None, Some("nl"), English), English);
        assert_eq!(Language::negotiate(None, None, Japanese), Japanese);
    }
}
