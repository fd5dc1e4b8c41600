//! Reports for people: sentences, facts and tables. Programs use the JSON.

use std::fmt;

use jiff::Timestamp;

use super::{
    Admin, AdminTotp, ImportSummary, KeyRing, LiftedAddress, ListedMail, ListedServiceToken, ListsReport,
    RedrivenReport, Report, RingKey, ServiceTokenReport, Status, Suppression, WaitingEventsReport,
};
use crate::table::{columns, facts};

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Admin(admin) => admin.fmt(f),
            Self::AdminTotp(enrolled) => enrolled.fmt(f),
            Self::Suppression(suppression) => suppression.fmt(f),
            Self::Lifted(lifted) => lifted.fmt(f),
            Self::Mails { mails } if mails.is_empty() => writeln!(f, "No mail waits, and none is undeliverable."),
            Self::Mails { mails } => f.write_str(&listed_mails(mails)),
            Self::RedrivenMails { redriven } if redriven.is_empty() => writeln!(f, "No mail is sent again."),
            Self::RedrivenMails { redriven } => {
                f.write_str(&listed_mails(redriven))?;
                writeln!(f, "They are sent within a minute.")
            }
            Self::Keys { rings } => f.write_str(&keys(rings)),
            Self::ServiceToken(token) => token.fmt(f),
            Self::ServiceTokens { tokens } => f.write_str(&service_tokens(tokens)),
            Self::Lists(lists) => lists.fmt(f),
            Self::WaitingEvents(waiting) => waiting.fmt(f),
            Self::RedrivenEvents(redriven) => redriven.fmt(f),
            Self::Import(summary) => summary.fmt(f),
            Self::Audit(records) => records.fmt(f),
            Self::Doctor(diagnosis) => diagnosis.fmt(f),
            Self::Export(summary) => writeln!(f, "{} users are in {}.", summary.exported, summary.file.display()),
        }
    }
}

impl fmt::Display for Admin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { email, user_id, .. } = self;
        let user_id = user_id.map_or_else(|| "none".to_owned(), |id| id.to_string());
        let roles = self.roles.join(", ");
        match self.outcome {
            "revoked" => writeln!(f, "{email} is no administrator any more. User {user_id}."),
            "unchanged" if self.roles.is_empty() => writeln!(f, "{email} was no administrator, and is as it was."),
            "unchanged" => writeln!(f, "{email} was an administrator before, and is as it was."),
            _ => writeln!(f, "{email} is an administrator. User {user_id}, roles: {roles}."),
        }
    }
}

impl fmt::Display for AdminTotp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { email, secret, uri, .. } = self;
        writeln!(
            f,
            "{email} signs in with a code from now on. The app takes one of these, which are not shown again:"
        )?;
        writeln!(f, "{}\n{}", secret.0, uri.0)
    }
}

impl fmt::Display for Suppression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let owner = self.owner.as_ref();
        let owner = owner.map_or_else(
            || "none".to_owned(),
            |owner| {
                let verified = if owner.email_verified {
                    "verified"
                } else {
                    "not verified"
                };
                format!("user {}, {verified}, sees: {}", owner.user_id, owner.email_status)
            },
        );
        f.write_str(&facts(&[
            ("address", self.address.clone()),
            ("status", self.status.to_string()),
            ("mail is sent", if self.suppressed { "no" } else { "yes" }.to_owned()),
            ("last delivery", or_dash(self.delivered_at)),
            ("last lifted", or_dash(self.lifted_at)),
            ("owner", owner),
        ]))
    }
}

impl fmt::Display for ListsReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { users, organizations } = self;
        writeln!(f, "{users} users and {organizations} organizations are listed.")
    }
}

impl fmt::Display for WaitingEventsReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { late, recent, corrupt } = self;
        if !late.is_empty() {
            let rows = late.iter();
            let rows = rows.map(|event| [event.since.to_string(), event.owner.clone(), event.kinds.join(", ")]);
            f.write_str(&columns(["since", "owner", "events"], &rows.collect::<Vec<_>>()))?;
        }
        writeln!(
            f,
            "The events of {} commits are late; those of {recent} are about to be published.",
            late.len()
        )?;
        corrupt.iter().try_for_each(|key| writeln!(f, "{key} cannot be read."))
    }
}

impl fmt::Display for RedrivenReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            published,
            failed,
            given_up,
            recent,
        } = self;
        writeln!(
            f,
            "The events of {published} commits are published; those of {recent} are not late yet."
        )?;
        if *failed > 0 {
            writeln!(f, "EventBridge did not take those of {failed}: run the command again.")?;
        }
        if *given_up > 0 {
            writeln!(f, "Those of {given_up} cannot be published; the lines above say why.")?;
        }
        Ok(())
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word)?;
        if let Some(since) = self.since {
            write!(f, " since {since}")?;
        }
        self.reason.iter().try_for_each(|reason| write!(f, " ({reason})"))
    }
}

impl fmt::Display for LiftedAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { address, lifted, .. } = self;
        writeln!(f, "Mail is sent to {address} again. The address was {lifted}.")?;
        match self.account_list {
            "cleared" => writeln!(f, "It is not on the suppression list of the account in SES."),
            "failed" => writeln!(
                f,
                "The suppression list of the account in SES may still have it: run the command again."
            ),
            _ => writeln!(
                f,
                "The suppression list of the account in SES is unchanged: SES_ACCOUNT_SUPPRESSION is off."
            ),
        }
    }
}

impl fmt::Display for ImportSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let imported = if self.dry_run { "would be imported" } else { "imported" };
        f.write_str(&facts(&[
            ("rows", self.rows.to_string()),
            (imported, self.imported.to_string()),
            ("  with password", self.with_password.to_string()),
            ("  with authenticator app", self.with_authenticator.to_string()),
            (
                "  without their second factor",
                self.without_their_second_factor.to_string(),
            ),
            ("imported before", self.unchanged.to_string()),
            ("refused", self.refused.to_string()),
            ("rejected", self.rejected.to_string()),
            ("report", self.report.display().to_string()),
        ]))
    }
}

impl fmt::Display for ServiceTokenReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, token, .. } = self;
        match token {
            Some(token) => writeln!(f, "The token of {name}, which is not shown again:\n{}", token.0),
            None => writeln!(f, "The token of {name} is revoked."),
        }
    }
}

fn service_tokens(tokens: &[ListedServiceToken]) -> String {
    let row = |token: &ListedServiceToken| {
        [
            token.name.clone(),
            token.created_at.to_string(),
            or_dash(token.last_used_at),
        ]
    };
    columns(
        ["name", "created", "last used"],
        &tokens.iter().map(row).collect::<Vec<_>>(),
    )
}

fn keys(rings: &[KeyRing]) -> String {
    let headings = [
        "ring",
        "kid",
        "state",
        "mode",
        "created",
        "ended",
        "needed until",
        "kms",
    ];
    let rows: Vec<_> = rings.iter().flat_map(rows).collect();
    columns(headings, &rows)
}

fn rows(ring: &KeyRing) -> Vec<[String; 8]> {
    let row = |key: &RingKey| {
        [
            ring.ring.to_owned(),
            key.kid.clone(),
            key.state.to_owned(),
            key.mode.to_owned(),
            key.created_at.to_string(),
            or_dash(key.ended_at),
            or_dash(key.needed_until),
            key.kms_state.clone().unwrap_or_else(|| "unknown".to_owned()),
        ]
    };
    if ring.keys.is_empty() {
        let cells = [ring.ring, "-", "none yet", "-", "-", "-", "-", "-"];
        return vec![cells.map(str::to_owned)];
    }
    ring.keys.iter().map(row).collect()
}

fn listed_mails(mails: &[ListedMail]) -> String {
    let headings = [
        "id",
        "purpose",
        "state",
        "asked for",
        "attempts",
        "next attempt",
        "last failure",
    ];
    let or_dash_text = |text: Option<&str>| text.unwrap_or("-").to_owned();
    let rows: Vec<_> = mails
        .iter()
        .map(|mail| {
            [
                mail.id.clone(),
                or_dash_text(mail.purpose.as_deref()),
                mail.state.to_owned(),
                or_dash(mail.created_at),
                mail.attempts.to_string(),
                or_dash(mail.next_attempt_at),
                or_dash_text(mail.last_failure),
            ]
        })
        .collect();
    columns(headings, &rows)
}

fn or_dash(time: Option<Timestamp>) -> String {
    time.map_or_else(|| "-".to_owned(), |time| time.to_string())
}
