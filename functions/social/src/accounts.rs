//! The `accounts` contract: sign-in with an identity that the request proves, and the completion of a sign-up.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::routing::post;
use axum::{Json, Router};
use http::{HeaderMap, StatusCode};
use shared::contract::accounts::{
    AuthData, Body, CompletedAccount, Failure, OAuthCompleteRequest, OAuthInvitationRequest, OAuthProvider,
    OAuthSignInRequest, Proof, Success, invitation,
};
use shared::contract::better_auth::cookies;
use shared::contract::{Contract, sign_in_policy};
use shared::domain::ProvenIdentityToken;
use shared::domain::one_time::GrantRefused;
use shared::http::{AppState, Meta};
use shared::operations::{
    AcceptInvitationWithIdentity, CompleteAccount, Identified, IdentitySignIn, OpenedSession, PresentedCode,
    ProviderToken, SignedIn,
};

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    router
        .route("/accounts/v1/auth/oauth/{provider}/sign-in", post(sign_in))
        .route("/accounts/v1/auth/oauth/{provider}/complete", post(complete))
        .route("/accounts/v1/auth/oauth/{provider}/invitation", post(accept_invitation))
}

async fn sign_in(
    State(app): State<AppState>,
    meta: Meta,
    provider: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    Body(body): Body<OAuthSignInRequest>,
) -> Result<Json<Success<AuthData>>, Failure> {
    let provider = known(provider)?;
    let identified = identify(&app, &meta, provider, body.proof, &headers).await?;
    let command = IdentitySignIn {
        granted: identified.granted,
        may_sign_up: false,
        must_sign_up: false,
        with_organization: false,
        policy: sign_in_policy(Contract::Accounts, &app.core),
        client: meta.client.clone(),
    };
    let signed_in = app
        .core
        .sign_in_to_account(command, identified.sign_up, meta.now)
        .await?;
    let SignedIn::Session(opened) = signed_in.signed_in else {
        // The contract has no response for a sign-in that waits for a second factor.
        return Err(Failure::second_factor_required());
    };
    Ok(Json(Success::new(auth_data(&opened, &app, &meta)?)))
}

async fn complete(
    State(app): State<AppState>,
    meta: Meta,
    provider: Result<Path<String>, PathRejection>,
    Body(body): Body<OAuthCompleteRequest>,
) -> Result<Json<Success<CompletedAccount>>, Failure> {
    let provider = known(provider)?;
    if body.is_denied {
        return Err(Failure::denied_by_provider());
    }
    let command = CompleteAccount {
        token: ProvenIdentityToken::parse(&body.temp_token).map_err(|_| GrantRefused::Unknown)?,
        provider: provider.configured_name().to_owned(),
        email: body.verified_email,
        account_name: body.account_name,
        captcha: meta.captcha(Contract::Accounts, &app),
        client: meta.client.clone(),
    };
    let completed = app.core.complete_account(command, meta.now).await?;
    let lifetime = app.core.configuration().access_token_lifetime;
    let completed = CompletedAccount::of(completed, lifetime, meta.now)?;
    Ok(Json(Success::new(completed)))
}

async fn accept_invitation(
    State(app): State<AppState>,
    meta: Meta,
    provider: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    Body(body): Body<OAuthInvitationRequest>,
) -> Result<(StatusCode, Json<Success<AuthData>>), Failure> {
    let provider = known(provider)?;
    let command = AcceptInvitationWithIdentity {
        invitation: invitation(&body.invitation_token)?,
        identified: identify(&app, &meta, provider, body.proof, &headers).await?,
        client: meta.client.clone(),
    };
    let opened = app.core.accept_invitation_with_identity(command, meta.now).await?;
    Ok((
        StatusCode::CREATED,
        Json(Success::new(auth_data(&opened, &app, &meta)?)),
    ))
}

/// The identity that the request proves. What it says of the user in other fields is not read.
async fn identify(
    app: &AppState,
    meta: &Meta,
    provider: OAuthProvider,
    proof: Proof,
    headers: &HeaderMap,
) -> Result<Identified, Failure> {
    let captcha = meta.captcha(Contract::Accounts, app);
    let name = provider.configured_name();
    match proof {
        Proof::Denied => Err(Failure::denied_by_provider()),
        Proof::IdToken {
            token,
            nonce,
            access_token,
        } => {
            let presented = ProviderToken {
                token: &token,
                nonce: nonce.as_deref(),
                access_token: access_token.as_deref(),
            };
            let identified = app.core.identify(name, presented, &captcha, &meta.client, meta.now);
            Ok(identified.await?)
        }
        Proof::Code { code, state, issuer } => {
            let state = state.ok_or_else(Failure::proof_refused)?;
            let presented = PresentedCode {
                provider: name.to_owned(),
                code,
                browsers: cookies::states(headers, state.authorization_id, &app.config),
                state,
                issuer,
            };
            let identified = app.core.identify_by_code(presented, &captcha, &meta.client, meta.now);
            Ok(identified.await?)
        }
    }
}

fn known(provider: Result<Path<String>, PathRejection>) -> Result<OAuthProvider, Failure> {
    let Path(name) = provider.map_err(|_| Failure::unknown_provider())?;
    OAuthProvider::parse(&name).ok_or_else(Failure::unknown_provider)
}

fn auth_data(opened: &OpenedSession, app: &AppState, meta: &Meta) -> Result<AuthData, Failure> {
    let lifetime = app.core.configuration().access_token_lifetime;
    Ok(AuthData::of(opened, lifetime, meta.now)?)
}
