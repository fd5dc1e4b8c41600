//! The language of the mail after a sign-up, which the browser's header chooses.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn the_browser_chooses_the_language_of_the_mail_in_every_contract() {
    let app = start_with(&[UNVERIFIED, ("SERVICE_NAME", "Lanternfish")]).await;
    for (at, contract) in SIGN_UP_CONTRACTS.into_iter().enumerate() {
        for (header, subject) in [
            ("de-AT, en;q=0.5", "Bestätigen Sie Ihre E-Mail-Adresse für Lanternfish"),
            (
                "nl, fr-CH;q=0.8, en;q=0.5",
                "Confirmez votre adresse e-mail pour Lanternfish",
            ),
            ("nl, *;q=0.5", "Confirm your email address for Lanternfish"),
        ] {
            let email = format!("ada{at}{}@example.com", &header[..2]);
            let email = if header.contains("fr") {
                email.replace("nl", "fr")
            } else {
                email
            };
            let request = sign_up(&app, contract, &email).header("accept-language", header);
            let answer = request.send().await;
            assert!(answer.status.is_success(), "{contract}: {}", answer.text());
            let mail = app.last_mail("verify-email");
            assert_eq!((mail.to, mail.subject.as_str()), (vec![email], subject), "{contract}");
        }
    }
}
