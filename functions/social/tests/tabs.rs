//! Several ways to providers at a time in one browser, and ways of clients without cookies.

use serde_json::{Value, json};
use shared::testkit::Answer;

use super::support::{
    ADA, Departure, accounts, arrive, depart, departed, refused, session_of, sign_up, start_with_provider,
    start_with_settings_of,
};
use crate::support::Provider;

const SIGN_IN: &str = "/api/auth/sign-in/social";

fn body(callback: &str) -> Value {
    json!({"provider": "acme", "callbackURL": callback, "errorCallbackURL": "/sorry"})
}

/// The value of the `Cookie` header of a browser in several tabs.
fn jar<'a>(tabs: impl IntoIterator<Item = &'a Departure>) -> String {
    let cookies = tabs.into_iter().map(|tab| tab.cookie.as_str());
    cookies.collect::<Vec<_>>().join("; ")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_tab_does_not_end_the_way_of_the_first() {
    let (app, provider) = start_with_provider().await;
    let tabs = [depart(&app, &body("/one")).await, depart(&app, &body("/two")).await];
    let cookies = jar(&tabs);
    for (tab, location) in tabs.iter().zip(["/one", "/two"]).rev() {
        let path = provider.consent(&tab.page, &json!({}));
        let arrival = arrive(&app, &path, &cookies).await;
        assert_eq!(arrival.location, location);
        assert!(arrival.token.is_some());
        // Each state is good once.
        assert_eq!(arrive(&app, &path, &cookies).await.token, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_back_clears_the_cookie_of_its_own_state_only() {
    let (app, provider) = start_with_provider().await;
    let tabs = [depart(&app, &body("/one")).await, depart(&app, &body("/two")).await];
    let path = provider.consent(&tabs[0].page, &json!({}));
    let request = app.get(&path).header("cookie", &jar(&tabs)).undocumented();
    let answer = request.send().await.expect(302);
    let (name, _) = tabs[0].cookie.split_once('=').expect("a cookie");
    let lines = answer.cookies();
    let states: Vec<_> = lines
        .iter()
        .filter(|line| line.starts_with("better-auth.state"))
        .collect();
    assert_eq!(states, [&format!("{name}=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_and_a_link_in_two_tabs_keep_their_purposes() {
    let (app, provider) = start_with_provider().await;
    let token = sign_up(&app, ADA).await;
    let user = app.caller(&token).await.user.id;
    app.change_user(&token, |user| user.email_verified_at = Some(user.created_at))
        .await;
    let request = app.post("/api/auth/link-social").bearer(&token).json(&body("/linked"));
    let link = departed(&request.send().await.expect(200));
    let sign_in = depart(&app, &body("/signed-in")).await;
    let cookies = jar([&link, &sign_in]);
    let linked = arrive(&app, &provider.consent(&link.page, &json!({})), &cookies).await;
    assert_eq!((linked.location.as_str(), linked.token), ("/linked", None));
    assert_eq!(accounts(&app, &token).await.len(), 2);
    let signed_in = arrive(&app, &provider.consent(&sign_in.page, &json!({})), &cookies).await;
    let opened = signed_in.token.expect("a session");
    assert_eq!(app.caller(&opened).await.user.id, user);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_oldest_of_more_than_five_states_gives_way() {
    let (app, provider) = start_with_provider().await;
    let mut tabs = Vec::new();
    let begin = async |cookies: &str| -> Answer {
        let request = app.post(SIGN_IN).json(&body("/welcome")).header("cookie", cookies);
        let request = request.header("origin", "http://127.0.0.1:3000");
        request.send().await.expect(200)
    };
    for _ in 0..5 {
        let answer = begin(&jar(&tabs)).await;
        assert_eq!(answer.cookies().len(), 1);
        tabs.push(departed(&answer));
    }
    let answer = begin(&jar(&tabs)).await;
    let (oldest, _) = tabs[0].cookie.split_once('=').expect("a cookie");
    assert_eq!(
        answer.cookies()[0],
        format!("{oldest}=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0")
    );
    tabs.remove(0);
    tabs.push(departed(&answer));
    for tab in &tabs {
        let path = provider.consent(&tab.page, &json!({}));
        assert!(arrive(&app, &path, &jar(&tabs)).await.token.is_some());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_is_bound_to_its_browser_whatever_other_states_that_has() {
    let (app, provider) = start_with_provider().await;
    let tabs = [depart(&app, &body("/one")).await, depart(&app, &body("/two")).await];
    let planted = depart(&app, &body("/welcome")).await;
    // The attacker's state with the secrets of the user's own browser, also under the attacker's name.
    let (name, _) = planted.cookie.split_once('=').expect("a cookie");
    let (_, own) = tabs[0].cookie.split_once('=').expect("a cookie");
    let path = provider.consent(&planted.page, &json!({}));
    for cookies in [jar(&tabs), format!("{}; {name}={own}", jar(&tabs))] {
        assert_eq!(arrive(&app, &path, &cookies).await, refused("state_mismatch"));
    }
    assert!(arrive(&app, &path, &jar([&planted, &tabs[0]])).await.token.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_without_cookies_sends_the_token_of_its_state_in_a_header() {
    let (app, provider) = start_with_provider().await;
    let answer = app.post(SIGN_IN).json(&body("/welcome")).send().await.expect(200);
    let token = answer.header("set-state-token").expect("a token").to_owned();
    let path = provider.consent(&departed(&answer).page, &json!({}));
    assert_eq!(arrive(&app, &path, "x=y").await, refused("state_mismatch"));
    let request = app.get(&path).header("x-state-token", &token).undocumented();
    let answer = request.send().await.expect(302);
    let session = answer.header("set-auth-token").expect("a session");
    assert_eq!(session_of(&app, session).await["user"]["email"], ADA);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cookie_of_a_state_survives_the_way_over_another_site() {
    let provider = Provider::start().await;
    let settings = [("COOKIE_SAME_SITE", "strict")];
    let app = start_with_settings_of(&provider, &settings).await;
    let answer = app.post(SIGN_IN).json(&body("/welcome")).send().await.expect(200);
    assert!(
        answer.cookies()[0].contains("; SameSite=Lax;"),
        "{:?}",
        answer.cookies()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_with_an_id_token_hands_its_challenge_out_in_a_header() {
    let (app, provider) = start_with_provider().await;
    let sign_in = |jti: &str| {
        let token = provider.id_token(&json!({"jti": jti}));
        app.post(SIGN_IN)
            .json(&json!({"provider": "acme", "idToken": {"token": token}}))
            .undocumented()
            .send()
    };
    let first = sign_in("one").await.expect(200);
    let session = first.header("set-auth-token").expect("a session").to_owned();
    app.change_user(&session, |user| user.two_factor_enabled = true).await;
    let answer = sign_in("two").await.expect(200);
    assert_eq!(answer.json()["twoFactorRedirect"], true);
    assert_eq!(answer.header("set-auth-token"), None);
    let challenge = answer.header("set-two-factor-token").expect("a challenge");
    assert!(challenge.starts_with("sfc_"), "{challenge}");
    assert_eq!(session_of(&app, challenge).await, Value::Null);
}
