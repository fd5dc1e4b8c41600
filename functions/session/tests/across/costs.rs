//! docs/cost.md prices what requests use; here its table is held against what they use. Limits are counted, as in a deployment.

use shared::contract::Contract;
use shared::testkit::{Answer, TestApp};

use super::{PASSWORD, bearer_of, refresh, refresh_token_of, sign_in, sign_up};

const DOCUMENT: &str = include_str!("../../../../docs/cost.md");

/// Calls to DynamoDB, read units, write units, signatures.
type Counts = [f64; 4];

fn counted(answer: &Answer) -> Counts {
    let usage = &answer.usage;
    [
        usage.dynamodb.into(),
        usage.read_units,
        usage.write_units,
        usage.kms.into(),
    ]
}

/// The row of what is counted, in the mode of signing.
fn documented(name: &str, mode: &str) -> Counts {
    let rows = DOCUMENT
        .lines()
        .map(|line| line.split('|').map(str::trim).collect::<Vec<_>>());
    let mut rows = rows.filter(|cells| matches!(cells[..], ["", found, _, _, ..] if found == name));
    let row = rows
        .find(|cells| [mode, "either"].contains(&cells[2]))
        .unwrap_or_else(|| panic!("docs/cost.md has no row for {name:?} in mode {mode}"));
    let number = |cell: usize| row[cell].parse().unwrap_or_else(|_| panic!("{row:?}"));
    [number(3), number(4), number(5), number(6)]
}

async fn signed_up(app: &TestApp, email: &str) -> Answer {
    let answer = sign_up(app, Contract::BetterAuth, email).from_ip("198.51.100.1");
    answer.send().await.expect(200)
}

/// The first attempt of a new user: who tried before within the hour is forgiven that, for two write units more.
async fn signed_in(app: &TestApp, contract: Contract) -> Answer {
    let email = format!("{contract}@example.com");
    let _ = signed_up(app, &email).await;
    sign_in(app, contract, &email, PASSWORD).send().await.expect(200)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_docs_cost_prices_is_what_is_counted() {
    for mode in ["kms", "wrapped"] {
        let app = TestApp::with_settings(session::routes, &[("RATE_LIMITS", "on"), ("SIGNING_MODE", mode)]).await;
        // The first token of a process makes the key and reads it, the first user takes a block of numbers.
        let _ = signed_in(&app, Contract::Teams).await;
        let sign_up = signed_up(&app, "ada@example.com").await;
        let session_only = signed_in(&app, Contract::BetterAuth).await;
        let with_token = signed_in(&app, Contract::Basic).await;
        let both = sign_in(&app, Contract::Teams, "teams@example.com", PASSWORD);
        let both = both.from_ip("198.51.100.2").send().await.expect(200);
        let refreshed = refresh(&app, &refresh_token_of(&both)).send().await.expect(200);
        let check = app.get("/api/auth/get-session").bearer(&bearer_of(&session_only));
        for (name, answer) in [
            ("session check", &check.send().await.expect(200)),
            ("sign-in, session only", &session_only),
            ("sign-in with an access token", &with_token),
            ("refresh", &refreshed),
            ("sign-up, session only", &sign_up),
        ] {
            let (counted, documented) = (counted(answer), documented(name, mode));
            assert_eq!(
                format!("{counted:?}"),
                format!("{documented:?}"),
                "{name} in mode {mode}"
            );
        }
    }
}
