//! `GET /`: what runs here, and what to try first. A deployment has no such page.

use axum::extract::State;
use axum::response::Response;
use minijinja::{Value, context};
use shared::domain::Contract;

use super::html;
use super::state::Pages;

pub(super) const TEMPLATE: &str = include_str!("page.html");

pub(super) async fn page(State(pages): State<Pages>) -> Response {
    let contracts: Vec<_> = Contract::ALL
        .into_iter()
        .map(|contract| facts(contract, pages.contracts.contains(&contract)))
        .collect();
    html::respond(
        "home.html",
        context! {
            contracts,
            here => &*pages.url,
            public_url => &*pages.public_url,
            aws_endpoint => &*pages.aws_endpoint,
        },
    )
}

fn facts(contract: Contract, is_served: bool) -> Value {
    let (base, purpose) = match contract {
        Contract::BetterAuth => (
            "/api/auth",
            "the Better Auth SDKs: cookies, passkeys, second factors, organizations",
        ),
        Contract::Basic => ("/api/auth", "one JWT from /signup and /login, and nothing else"),
        Contract::Teams => ("/auth", "access and refresh tokens, and teams"),
        Contract::Platform => ("/v1", "multi-tenant platforms, with administrators and policies"),
        Contract::Accounts => ("/accounts/v1", "accounts with plans and seats"),
    };
    context! { name => contract.as_str(), base, purpose, is_served }
}
