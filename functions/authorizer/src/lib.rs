//! A Lambda authorizer for a team's own HTTP APIs (payload format 2.0, simple response).
//!
//! A failure of a dependency is an error of the function, which API Gateway answers with 500: it does not serve the
//! request.

use aws_lambda_events::event::apigw::{
    ApiGatewayV2CustomAuthorizerSimpleResponse, ApiGatewayV2CustomAuthorizerV2Request,
};
use http::HeaderMap;
use http::header::AUTHORIZATION;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::domain::AccessClaims;
use shared::http::caller::bearer;
use shared::operations::{Client, Core, Interruption, TokenCheck};

pub type Request = ApiGatewayV2CustomAuthorizerV2Request;
pub type Response = ApiGatewayV2CustomAuthorizerSimpleResponse<Option<Context>>;

/// What the API's own integration finds in `requestContext.authorizer.lambda`: the claims of an access token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Context {
    pub sub: String,
    pub sid: String,
    pub email: String,
    pub email_verified: bool,
    pub roles: Vec<String>,
    pub org: Option<String>,
    pub org_role: Option<String>,
    pub app_roles: Vec<String>,
    pub amr: Vec<String>,
}

/// The credential is an access token, a session token or an API key, as a bearer token (RFC 6750, section 2.1). Without
/// the header `Authorization`, an API key, and nothing else, may stand in `x-api-key`.
pub async fn authorize(
    core: &Core,
    check: TokenCheck,
    request: &Request,
    now: Timestamp,
) -> Result<Response, Interruption> {
    let mut response = Response::default();
    let client = client(request);
    let claims = match credential(&request.headers) {
        Some(Presented::Bearer(credential)) => core.authorize_request(credential, check, &client, now).await?,
        Some(Presented::Key(key)) => core.authorize_api_key(key, &client, now).await?,
        None => None,
    };
    if let Some(claims) = claims {
        response.is_authorized = true;
        response.context = Some(claims.into());
    }
    Ok(response)
}

enum Presented<'a> {
    Bearer(&'a str),
    Key(&'a str),
}

/// API Gateway may keep the result under the value of `Authorization` alone. So beside that header no other one counts:
/// the result of a key would be kept under a value that is no credential.
fn credential(headers: &HeaderMap) -> Option<Presented<'_>> {
    if headers.contains_key(AUTHORIZATION) {
        return bearer(headers).map(Presented::Bearer);
    }
    let key = headers.get("x-api-key")?.to_str().ok()?;
    Some(Presented::Key(key))
}

/// The address is the one that API Gateway saw.
fn client(request: &Request) -> Client {
    let http = &request.request_context.http;
    Client {
        ip: http.source_ip.clone().unwrap_or_default(),
        user_agent: http.user_agent.clone().unwrap_or_default(),
        ..Client::default()
    }
}

impl From<AccessClaims> for Context {
    fn from(claims: AccessClaims) -> Self {
        let organization = claims.organization.as_ref();
        Self {
            sub: claims.user_id.to_string(),
            sid: claims.session_id.to_string(),
            email: claims.email.to_string(),
            email_verified: claims.email_verified,
            roles: claims.roles.iter().map(|role| role.as_str().to_owned()).collect(),
            org: organization.map(|organization| organization.id.to_string()),
            org_role: organization.map(|organization| organization.role.as_str().to_owned()),
            app_roles: organization.map_or_else(Vec::new, |organization| organization.app_roles.clone()),
            amr: claims.methods.iter().map(|method| method.as_str().to_owned()).collect(),
        }
    }
}
