//! The CSV file of Amazon Cognito, with the header of `get-csv-header`. Cognito exports neither passwords nor the secrets
//! of authenticator apps.

use shared::domain::{ImportSource, UserId, Username};

use super::{Fields, Row, csv_records};
use crate::Misuse;
use crate::transfer::row::Draft;

const USERNAME: &str = "cognito:username";

pub fn read(text: &str) -> Result<Vec<Row>, Misuse> {
    let records = csv_records(text, &[USERNAME, "email"])?;
    let rows = records.into_iter().map(|(number, record)| match record {
        Some(record) => Row::new(number, ImportSource::Cognito, draft(Fields(&record))),
        None => Row::rejected(number, None, "the row has another number of fields than the header"),
    });
    Ok(rows.collect())
}

fn draft(fields: Fields<'_>) -> Draft {
    let username = fields.text(&[USERNAME]);
    Draft {
        // Tools that list a pool add the column.
        id: fields.text(&["sub"]).or_else(|| username.clone()),
        email: fields.text(&["email"]),
        email_verified: fields.is_set(&["email_verified"]),
        name: fields.text(&["name"]),
        given_name: fields.text(&["given_name"]),
        family_name: fields.text(&["family_name"]),
        image: fields.text(&["picture"]),
        // Where users sign in by address, the username is a UUID or the address itself.
        username: fields.text(&["preferred_username"]).or_else(|| {
            let is_name = |name: &String| UserId::parse(name).is_err() && Username::parse(name).is_ok();
            username.filter(is_name)
        }),
        has_second_factor: fields.is_set(&["cognito:mfa_enabled"]),
        ..Draft::default()
    }
}
