//! Identity providers in the `platform` contract, as administrators keep them.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use url::Url;

use super::paging::PageQuery;
use super::records::{AdministeredRecord, Toggled};
use crate::contract::fields::parsers::{flag, optional, optional_flag, optional_list};
use crate::contract::fields::{Fields, Read, ReadBody, request};
use crate::contract::time::time;
use crate::domain::listing::Listed;
use crate::domain::provider_url::{is_local_url, is_public_url, parse_canonical};
use crate::domain::{Catalogued, ClientSecret, Entry, Patch, PlainClientSecret, ProviderId, SocialProvider};

/// The kind of records.
#[derive(Debug)]
pub struct SocialProviderRecords;

request! {
    pub struct CreateSocialProvider {
        provider: ProviderId = provider("provider"),
        client_id: String = printable("client_id", SocialProvider::CLIENT_ID),
        client_secret: PlainClientSecret = secret("client_secret"),
        redirect_uri: Patch<String> = redirect_uri("redirect_uri"),
        scopes: Option<Vec<String>> = scopes("scopes"),
        issuer: Patch<String> = issuer("issuer"),
        enabled: bool = flag("enabled", true),
    }

    /// Absent fields keep their values; an empty URL, or an empty list of scopes, is removed.
    pub struct UpdateSocialProvider {
        provider: Option<ProviderId> = optional("provider", provider),
        client_id: Option<String> = optional("client_id", client_id),
        client_secret: Option<PlainClientSecret> = optional("client_secret", secret),
        redirect_uri: Patch<String> = redirect_uri("redirect_uri"),
        scopes: Option<Vec<String>> = scopes("scopes"),
        issuer: Patch<String> = issuer("issuer"),
        enabled: Option<bool> = optional_flag("enabled"),
    }
}

/// The document gives the list no parameters: it has all records.
#[derive(Debug)]
pub struct SocialProviderQuery {
    page: PageQuery,
}

impl AdministeredRecord for SocialProviderRecords {
    type Value = SocialProvider;
    type Query = SocialProviderQuery;
    type Response = SocialProviderResponse;
    type List = SocialProviderList;

    const DELETED: &'static str = "Social provider deleted successfully";
    const NAME_TAKEN: &'static str = "Social provider already exists";

    fn page(query: &SocialProviderQuery) -> &PageQuery {
        &query.page
    }

    fn matches(_: &SocialProviderQuery, _: &SocialProvider) -> bool {
        true
    }

    fn list(listed: Listed<Entry<SocialProvider>>, _: &SocialProviderQuery) -> SocialProviderList {
        SocialProviderList {
            total: listed.total,
            providers: listed.records.into_iter().map(SocialProviderResponse::from).collect(),
        }
    }
}

impl Toggled for SocialProviderRecords {
    fn is_active(value: &mut SocialProvider) -> &mut bool {
        &mut value.enabled
    }
}

impl CreateSocialProvider {
    /// The record, with the encrypted secret.
    pub fn record(self, client_secret: ClientSecret) -> SocialProvider {
        SocialProvider {
            provider: self.provider,
            client_id: self.client_id,
            client_secret,
            issuer: self.issuer.value(),
            redirect_uri: self.redirect_uri.value(),
            scopes: self.scopes.filter(|scopes| !scopes.is_empty()),
            enabled: self.enabled,
        }
    }
}

impl UpdateSocialProvider {
    /// Changes all but the secret.
    pub fn apply(&self, record: &mut SocialProvider) {
        if let Some(provider) = &self.provider {
            record.provider.clone_from(provider);
        }
        if let Some(client_id) = &self.client_id {
            record.client_id.clone_from(client_id);
        }
        if let Some(scopes) = &self.scopes {
            record.scopes = Some(scopes.clone()).filter(|scopes| !scopes.is_empty());
        }
        self.redirect_uri.apply(&mut record.redirect_uri);
        self.issuer.apply(&mut record.issuer);
        record.enabled = self.enabled.unwrap_or(record.enabled);
    }
}

impl ReadBody for SocialProviderQuery {
    fn read(_: &mut Fields<'_>) -> Read<Self> {
        let page = PageQuery {
            page: 1,
            limit: usize::try_from(SocialProvider::LIMIT).unwrap_or(usize::MAX),
        };
        Some(Self { page })
    }
}

fn provider(fields: &mut Fields<'_>, field: &str) -> Read<ProviderId> {
    match ProviderId::parse(fields.string(field)?) {
        Ok(provider) => Some(provider),
        Err(_) => fields.not_a(field, "name of at most 32 lower-case letters, digits, - and _"),
    }
}

/// The characters of client credentials (RFC 6749, appendix A.1 and A.2).
fn printable(fields: &mut Fields<'_>, field: &str, max: usize) -> Read<String> {
    let text = fields.text(field, 1, max)?;
    if text.bytes().all(|byte| (0x20..=0x7e).contains(&byte)) {
        Some(text.to_owned())
    } else {
        fields.not_a(field, "text of printable ASCII characters")
    }
}

fn client_id(fields: &mut Fields<'_>, field: &str) -> Read<String> {
    printable(fields, field, SocialProvider::CLIENT_ID)
}

fn secret(fields: &mut Fields<'_>, field: &str) -> Read<PlainClientSecret> {
    printable(fields, field, SocialProvider::CLIENT_SECRET).map(PlainClientSecret::new)
}

/// An empty text removes the URL, as does `null`, which the response has for a record without one.
fn url(
    fields: &mut Fields<'_>,
    field: &str,
    expected: &'static str,
    fits: impl FnOnce(&Url) -> bool,
) -> Read<Patch<String>> {
    match fields.value(field) {
        None => return Some(Patch::Keep),
        Some(Value::Null) => return Some(Patch::Clear),
        Some(Value::String(text)) if text.is_empty() => return Some(Patch::Clear),
        Some(_) => {}
    }
    let text = fields.text(field, 1, SocialProvider::URL)?;
    match parse_canonical(text) {
        Some(url) if url.fragment().is_none() && fits(&url) => Some(Patch::Set(text.to_owned())),
        _ => fields.not_a(field, expected),
    }
}

/// Without a fragment (RFC 6749, section 3.1.2). The operation checks whether the origin is trusted.
fn redirect_uri(fields: &mut Fields<'_>, field: &str) -> Read<Patch<String>> {
    url(fields, field, "URL of the web without a fragment", |url| {
        matches!(url.scheme(), "http" | "https")
    })
}

/// Without query and fragment (OpenID Connect Discovery, section 2). The operation checks whether the deployment permits
/// a local one.
fn issuer(fields: &mut Fields<'_>, field: &str) -> Read<Patch<String>> {
    let expected = "https URL of a DNS name, in its canonical form, without credentials, query and fragment";
    url(fields, field, expected, |url| {
        (is_public_url(url) || is_local_url(url)) && url.query().is_none()
    })
}

/// Tokens (RFC 6749, section 3.3).
fn scopes(fields: &mut Fields<'_>, field: &str) -> Read<Option<Vec<String>>> {
    let expected = "list of at most 30 scopes";
    optional_list(fields, field, SocialProvider::SCOPES, expected, |scope| {
        let fits = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
        (1..=SocialProvider::SCOPE).contains(&scope.len()) && scope.bytes().all(fits)
    })
}

#[derive(Debug, Serialize)]
pub struct SocialProviderResponse {
    id: String,
    provider: String,
    client_id: String,
    /// Masked.
    client_secret: String,
    redirect_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scopes: Option<Vec<String>>,
    /// The document does not have the field.
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<String>,
    enabled: bool,
    #[serde(serialize_with = "time")]
    created_at: Timestamp,
    #[serde(serialize_with = "time")]
    updated_at: Timestamp,
}

#[derive(Debug, Serialize)]
pub struct SocialProviderList {
    providers: Vec<SocialProviderResponse>,
    total: usize,
}

impl From<Entry<SocialProvider>> for SocialProviderResponse {
    fn from(entry: Entry<SocialProvider>) -> Self {
        let record = entry.value;
        Self {
            id: entry.id.to_string(),
            provider: record.provider.to_string(),
            client_id: record.client_id,
            client_secret: record.client_secret.masked(),
            redirect_uri: record.redirect_uri,
            scopes: record.scopes,
            issuer: record.issuer,
            enabled: record.enabled,
            created_at: entry.created_at,
            updated_at: entry.updated_at,
        }
    }
}
