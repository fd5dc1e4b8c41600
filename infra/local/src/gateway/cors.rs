//! CORS, which API Gateway handles by itself: with the methods and headers of the template, for the configured origins.

use std::time::Duration;

use lambda_http::http::{HeaderName, HeaderValue, Method};
use local_aws::template::Cors;
use shared::operations::Settings;
use tower_http::cors::CorsLayer;
use url::Url;

use super::error::GatewayError;

/// `None` if there are no other origins: then a deployment leaves `CORS` to its functions.
pub(super) fn layer(cors: Option<Cors>, settings: &Settings) -> Result<Option<CorsLayer>, GatewayError> {
    let own = Url::parse(&settings.public_url).map(|url| url.origin().ascii_serialization());
    let others = settings
        .trusted_origins
        .iter()
        .filter(|origin| own.as_deref() != Ok(origin));
    let origins = parse_all::<HeaderValue, _>(others)?;
    let Some(cors) = cors.filter(|_| !origins.is_empty()) else {
        return Ok(None);
    };
    let layer = CorsLayer::new()
        .allow_origin(origins)
        .allow_methods(parse_all::<Method, _>(&cors.allow_methods)?)
        .allow_headers(parse_all::<HeaderName, _>(&cors.allow_headers)?)
        .expose_headers(parse_all::<HeaderName, _>(&cors.expose_headers)?)
        .allow_credentials(cors.allow_credentials);
    Ok(Some(match cors.max_age {
        Some(seconds) => layer.max_age(Duration::from_secs(seconds)),
        None => layer,
    }))
}

fn parse_all<T: std::str::FromStr, S: AsRef<str>>(words: impl IntoIterator<Item = S>) -> Result<Vec<T>, GatewayError> {
    let parse = |word: S| {
        word.as_ref()
            .parse()
            .map_err(|_| GatewayError::Cors(word.as_ref().to_owned()))
    };
    words.into_iter().map(parse).collect()
}
