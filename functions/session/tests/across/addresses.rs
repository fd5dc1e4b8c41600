//! The syntax of addresses, which is the same in every contract.

use serde_json::Value;
use shared::contract::Contract;
use shared::testkit::TestApp;
use shared::usage::Usage;

use super::{PASSWORD, SIGN_UP_CONTRACTS, sign_in, sign_up, start};

/// An address that contains others, address literals, and domains that no mail server has.
const REFUSED: [&str; 12] = [
    r#""a>,<b@c"@d.example"#,
    r#""ada"@example.com"#,
    r#""a b"@example.com"#,
    "ada@[192.0.2.1]",
    "ada@[IPv6:2001:db8::1]",
    "ada@192.0.2.1",
    "a@b.example/c",
    "a@b.example:25",
    "a@b_c.example",
    "ada@example.com,eve@example.com",
    "ada@example.com\r\nBcc: eve@example.com",
    "Ada <ada@example.com>",
];

async fn owners(app: &TestApp, email: &str) -> usize {
    let owner = app
        .core()
        .store
        .find_owner(&shared::domain::EmailAddress::parse(email).expect("an address"))
        .await;
    usize::from(owner.expect("an answer").is_some())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_mail_programs_read_differently_is_refused() {
    let app = start().await;
    for contract in SIGN_UP_CONTRACTS {
        for email in REFUSED {
            for request in [sign_up(&app, contract, email), sign_in(&app, contract, email, PASSWORD)] {
                let answer = request.send().await;
                let text = answer.text();
                assert!(
                    answer.status.is_client_error(),
                    "{contract} {email}: {} {text}",
                    answer.status
                );
                assert_eq!(answer.usage, Usage::default(), "{contract} {email}");
            }
        }
    }
    assert!(app.mails().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn surrounding_space_and_the_form_of_the_domain_make_no_other_address() {
    for contract in SIGN_UP_CONTRACTS {
        let app = start().await;
        let answer = sign_up(&app, contract, "  Ada@M\u{fc}nchen.example\u{a0}").send().await;
        assert!(answer.status.is_success(), "{contract}: {}", answer.text());
        assert_eq!(owners(&app, "ada@xn--mnchen-3ya.example").await, 1);
        assert_eq!(app.last_mail("verify-email").to, ["ada@xn--mnchen-3ya.example"]);
        for email in [
            "ada@xn--mnchen-3ya.example",
            "ADA@M\u{dc}NCHEN.example",
            " ada@m\u{fc}nchen.example",
            "ada@m\u{fc}nchen.example\r\n",
            "\tada@m\u{fc}nchen.example\t",
            "\u{feff}ada@m\u{fc}nchen.example",
            "\u{200b}ada@m\u{fc}nchen.example",
        ] {
            let again = sign_up(&app, contract, email).send().await;
            assert!(again.status.is_client_error(), "{contract} {email}");
            let signed_in = sign_in(&app, contract, email, PASSWORD).send().await.expect(200);
            assert_ne!(signed_in.json(), Value::Null);
        }
        let _ = sign_in(&app, Contract::BetterAuth, "ada@m\u{fc}nchen.example", PASSWORD)
            .send()
            .await
            .expect(200);
    }
}
