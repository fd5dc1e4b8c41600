//! The text that the command prints when the service has started: its address, and first requests to try.

use serde_json::{Value, json};

pub(crate) fn text(here: &str, public_url: &str, aws_endpoint: &str, keeps_state: bool) -> String {
    let elsewhere = if public_url == here {
        String::new()
    } else {
        format!("Links in mails and the issuer of tokens are {public_url}.\n")
    };
    let state = if keeps_state {
        "Its state is kept"
    } else {
        "Its state is gone when it stops; --data DIR keeps it"
    };
    format!(
        "\
Ostiary is at {here}. {state}. Ctrl-C stops it.
{elsewhere}
Sign up, see the mail that this sends, and sign in:

  curl {here}/api/auth/sign-up/email -H 'content-type: application/json' \\
    -d '{{\"name\":\"Ada\",\"email\":\"ada@example.com\",\"password\":\"nine lanterns\"}}'
  curl {here}/_local/mail.json
  curl {here}/api/auth/sign-in/email -H 'content-type: application/json' \\
    -d '{{\"email\":\"ada@example.com\",\"password\":\"nine lanterns\"}}'

{here} in a browser has all of it as a page, with the mailbox, the documentation, the API reference and the cost of
requests.
Its AWS is at {aws_endpoint}, for the operator's command:

  cargo run -p operator -- --endpoint {aws_endpoint} suppression show ada@example.com

"
    )
}

/// The addresses, for programs that start the service.
pub(crate) fn line(here: &str, public_url: &str, aws_endpoint: &str) -> Value {
    json!({
        "message": "the service has started",
        "url": here,
        "public_url": public_url,
        "aws_endpoint": aws_endpoint,
    })
}
