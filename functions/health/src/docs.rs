//! `GET /docs`: reference pages of the contracts that are served, by Swagger UI. The pages load nothing from elsewhere.
//! Those of a deployment describe the operations and do not call them: a form for tokens would invite users to type them
//! into a page. Those of a service on the developer's machine have a form for each operation.

use std::net::IpAddr;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue, StatusCode, Uri};
use shared::contract::Contract;
use shared::http::AppState;

/// Scripts and styles of this origin alone. Swagger UI writes style attributes and shows icons as `data:` URLs.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The name of an asset has the version, so that a browser may keep it.
const KEPT: &str = "public, max-age=31536000, immutable";
/// The documents change with a release.
const KEPT_SHORTLY: &str = "public, max-age=300";

/// A file of Swagger UI, compressed with gzip: see `assets/swagger-ui/README.md`.
struct Asset {
    name: &'static str,
    content_type: &'static str,
    gzip: &'static [u8],
}

const ASSETS: [Asset; 2] = [
    Asset {
        name: "swagger-ui-bundle-5.35.0.js",
        content_type: "text/javascript; charset=utf-8",
        gzip: include_bytes!("../assets/swagger-ui/swagger-ui-bundle.js.gz"),
    },
    Asset {
        name: "swagger-ui-5.35.0.css",
        content_type: "text/css; charset=utf-8",
        gzip: include_bytes!("../assets/swagger-ui/swagger-ui.css.gz"),
    },
];

const START: &str = include_str!("../assets/start.js");

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    router
        .route("/docs", get(index))
        .route("/docs/{contract}", get(page))
        .route("/docs/{contract}/openapi", get(document))
        .route("/docs/assets/{file}", get(asset))
}

async fn index(State(app): State<AppState>) -> Response {
    let contracts: Vec<String> = served(&app)
        .map(|contract| format!("<li><a href=\"/docs/{contract}\">{contract}</a></li>"))
        .collect();
    let contracts = contracts.concat();
    html(format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>API reference</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><h1>API reference</h1><ul>{contracts}</ul></html>"
    ))
}

async fn page(State(app): State<AppState>, Path(name): Path<String>) -> Response {
    let Some(contract) = find(&app, &name) else {
        return not_found();
    };
    let [script, style] = ASSETS.map(|asset| asset.name);
    let try_it = if is_on_this_machine(&app.config.settings.public_url) {
        " data-try-it"
    } else {
        ""
    };
    html(format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{contract} API reference</title>\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <link rel=\"stylesheet\" href=\"/docs/assets/{style}\">\
         <div id=\"reference\" data-document=\"/docs/{contract}/openapi\"{try_it}></div>\
         <script src=\"/docs/assets/{script}\"></script><script src=\"/docs/assets/start.js\"></script></html>"
    ))
}

async fn document(State(app): State<AppState>, Path(name): Path<String>) -> Response {
    let Some(contract) = find(&app, &name) else {
        return not_found();
    };
    let (content_type, text) = match contract {
        Contract::BetterAuth => (
            "application/json",
            include_str!("../../../shared/contracts/better-auth.openapi.json"),
        ),
        Contract::Basic => (YAML, include_str!("../../../shared/contracts/basic.openapi.yaml")),
        Contract::Teams => (YAML, include_str!("../../../shared/contracts/teams.openapi.yaml")),
        Contract::Platform => (YAML, include_str!("../../../shared/contracts/platform.openapi.yaml")),
        Contract::Accounts => (YAML, include_str!("../../../shared/contracts/accounts.openapi.yaml")),
    };
    file(content_type, KEPT_SHORTLY, text).into_response()
}

/// RFC 9512.
const YAML: &str = "application/yaml";

async fn asset(headers: HeaderMap, Path(name): Path<String>) -> Response {
    if name == "start.js" {
        return file("text/javascript; charset=utf-8", KEPT_SHORTLY, START).into_response();
    }
    let Some(asset) = ASSETS.into_iter().find(|asset| asset.name == name) else {
        return not_found();
    };
    if !takes_gzip(&headers) {
        return (StatusCode::NOT_ACCEPTABLE, [(VARY, ACCEPT_ENCODING.as_str())]).into_response();
    }
    let coding = [(CONTENT_ENCODING, "gzip"), (VARY, ACCEPT_ENCODING.as_str())];
    (coding, file(asset.content_type, KEPT, asset.gzip)).into_response()
}

fn served(app: &AppState) -> impl Iterator<Item = Contract> {
    let contracts = &app.config.contracts;
    Contract::ALL
        .into_iter()
        .filter(|contract| contracts.contains(contract))
}

fn find(app: &AppState, name: &str) -> Option<Contract> {
    served(app).find(|contract| contract.as_str() == name)
}

/// Whether clients reach the service at a loopback address.
fn is_on_this_machine(public_url: &str) -> bool {
    let url: Option<Uri> = public_url.parse().ok();
    url.as_ref().and_then(Uri::host).is_some_and(|host| {
        let address = host.trim_start_matches('[').trim_end_matches(']').parse();
        host == "localhost" || address.is_ok_and(|address: IpAddr| address.is_loopback())
    })
}

/// Every browser does. A client that sends no header takes any coding (RFC 9110, section 12.5.3).
fn takes_gzip(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(ACCEPT_ENCODING).iter().peekable();
    values.peek().is_none()
        || values
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .filter_map(|item| item.split(';').next())
            .any(|coding| matches!(coding.trim(), "gzip" | "*"))
}

fn html(text: String) -> Response {
    let headers = [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CACHE_CONTROL, KEPT_SHORTLY),
    ];
    (headers, Html(text)).into_response()
}

fn file<T: IntoResponse>(content_type: &'static str, kept: &'static str, content: T) -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (CACHE_CONTROL, HeaderValue::from_static(kept)),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (headers, content)
}

fn not_found() -> Response {
    (StatusCode::NOT_FOUND, "There is no such page").into_response()
}
