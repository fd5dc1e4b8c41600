//! `operator import`: brings the users of an export into the table, several at once, and writes a report of each row. A
//! repetition continues where an earlier run ended: rows that its report has as done are skipped, and a row that was
//! done without a report is recognized by the id of its user.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::domain::{ImportSource, ImportedUser, Issuer, ProviderId};
use shared::operations::{Administrator, Core, ImportUserError, ImportedAs, ImportedSecondFactor, Interruption};
use zeroize::Zeroizing;

use super::formats::{self, HashConfig, Keys};
use super::row::{Candidate, Row};
use crate::failure::Failure;
use crate::{Misuse, private_file};

/// How many rows are written at once.
const AT_ONCE: usize = 16;
/// How often a row is tried while the table does not answer; the pauses double.
const ATTEMPTS: u32 = 6;
const FIRST_PAUSE: Duration = Duration::from_millis(100);

#[derive(Debug)]
pub struct Import {
    pub file: PathBuf,
    pub source: ImportSource,
    pub dry_run: bool,
    /// The file with the parameters of Firebase's hashes.
    pub hash_config: Option<PathBuf>,
    /// The secret with which Better Auth has encrypted the secrets of authenticator apps.
    pub better_auth_secret: Option<Zeroizing<String>>,
    /// The issuers of providers whose issuer is not built in, or is another one in this deployment.
    pub issuers: HashMap<ProviderId, Issuer>,
    /// Where the report of each row goes; `None` is beside the file.
    pub report: Option<PathBuf>,
}

/// The rows of a run by their outcome, and what was kept of the imported users.
#[derive(Debug, Default, Serialize)]
pub struct ImportSummary {
    pub source: &'static str,
    pub dry_run: bool,
    pub rows: usize,
    pub imported: usize,
    /// Imported by an earlier run, and unchanged.
    pub unchanged: usize,
    /// An address, username or identity belongs to another user, who is unchanged.
    pub refused: usize,
    /// The row is malformed.
    pub rejected: usize,
    pub with_password: usize,
    pub with_authenticator: usize,
    /// Users whose second factor could not be kept: they sign in without one.
    pub without_their_second_factor: usize,
    pub report: PathBuf,
}

/// A line of the report.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    row: usize,
    source_id: Option<String>,
    user_id: Option<String>,
    email: Option<String>,
    outcome: Outcome,
    /// Why the row was refused or rejected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(default)]
    password: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    second_factor: Option<String>,
    #[serde(default)]
    identities: usize,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Outcome {
    Imported,
    Unchanged,
    Refused,
    Rejected,
}

pub async fn import(core: &Core, import: &Import, now: Timestamp) -> Result<ImportSummary, Failure> {
    let keys = Keys {
        firebase: import.hash_config.as_deref().map(HashConfig::read).transpose()?,
        better_auth: import.better_auth_secret.clone(),
    };
    let mut rows = without_duplicates(formats::read(&import.file, import.source, &keys)?);
    for row in &mut rows {
        if let Ok(candidate) = &mut row.content {
            candidate.set_issuers(&import.issuers);
        }
    }
    let report = import
        .report
        .clone()
        .unwrap_or_else(|| beside(&import.file, import.dry_run));
    let done = if import.dry_run {
        HashMap::new()
    } else {
        done_by(&report)
    };
    let mut writer = open_report(&report, import.dry_run).map_err(|error| Misuse::unusable(&report, error))?;
    let mut summary = ImportSummary {
        source: import.source.as_str(),
        dry_run: import.dry_run,
        rows: rows.len(),
        report,
        ..ImportSummary::default()
    };
    let progress = progress(rows.len());
    let (earlier, rows): (Vec<_>, Vec<_>) = rows
        .into_iter()
        .partition(|row| done.get(&row.number).is_some_and(|id| *id == row.source_id));
    summary.unchanged = earlier.len();
    progress.inc(u64::try_from(earlier.len()).unwrap_or(0));
    let mut outcomes = stream::iter(rows)
        .map(|row| process(core, row, import.dry_run, now))
        .buffered(AT_ONCE);
    while let Some(line) = outcomes.next().await {
        let line = line?;
        summary.add(&line);
        // Each line is written at once, so that a run that ends early is continued by the next one.
        let written = serde_json::to_writer(&mut writer, &line).map_err(std::io::Error::from);
        let written = written.and_then(|()| writer.write_all(b"\n"));
        written.map_err(|error| Misuse::unusable(&summary.report, error))?;
        progress.inc(1);
    }
    progress.finish_and_clear();
    Ok(summary)
}

/// The bar is on standard error, and only if that is a terminal.
pub(super) fn progress(rows: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} users, {per_sec}, {eta} left")
        .expect("the template is well-formed");
    ProgressBar::new(u64::try_from(rows).unwrap_or(u64::MAX)).with_style(style)
}

/// Rows are written several at once, so the table would refuse either of two that claim the same. This refuses the second
/// one, names the first one, and holds for a dry run too.
fn without_duplicates(rows: Vec<Row>) -> Vec<Row> {
    let mut claimed = HashMap::new();
    let unique = rows.into_iter().map(|row| {
        let Ok(candidate) = &row.content else { return row };
        let claims = claims(&candidate.user);
        let earlier = claims.iter().find_map(|claim| Some((claim.0, *claimed.get(claim)?)));
        if let Some((what, number)) = earlier {
            return Row::rejected(row.number, row.source_id, format!("row {number} has the same {what}"));
        }
        claimed.extend(claims.into_iter().map(|claim| (claim, row.number)));
        row
    });
    unique.collect()
}

/// What no other user may have.
fn claims(user: &ImportedUser) -> Vec<(&'static str, String)> {
    let username = user.username.iter().map(|username| ("username", username.to_string()));
    let identities = user.identities.iter();
    let identities = identities.map(|known| ("identity", format!("{}#{}", known.provider, known.subject)));
    [("id", user.id().to_string()), ("address", user.email.to_string())]
        .into_iter()
        .chain(username)
        .chain(identities)
        .collect()
}

async fn process(core: &Core, row: Row, dry_run: bool, now: Timestamp) -> Result<Line, Interruption> {
    let candidate = match row.content {
        Ok(candidate) => candidate,
        Err(reason) => {
            return Ok(Line {
                row: row.number,
                source_id: row.source_id,
                user_id: None,
                email: None,
                outcome: Outcome::Rejected,
                reason: Some(reason),
                password: false,
                second_factor: None,
                identities: 0,
                notes: Vec::new(),
            });
        }
    };
    let Candidate { user, notes } = candidate;
    let result = patiently(core, &user, dry_run, now).await;
    let mut line = Line {
        row: row.number,
        source_id: row.source_id,
        user_id: Some(user.id().to_string()),
        email: Some(user.email.to_string()),
        outcome: Outcome::Imported,
        reason: None,
        password: user.password.is_some(),
        second_factor: None,
        identities: user.identities.len(),
        notes,
    };
    match result {
        Ok(ImportedAs::New(second_factor)) => {
            line.second_factor = word_of(second_factor).map(str::to_owned);
            if second_factor == ImportedSecondFactor::Lost {
                let note = "the user had a second factor, and signs in without one until it is set up again";
                line.notes.push(note.to_owned());
            }
        }
        Ok(ImportedAs::Known) => line.outcome = Outcome::Unchanged,
        Err(ImportUserError::Interrupted(interruption)) => return Err(interruption),
        Err(refused) => {
            line.outcome = Outcome::Refused;
            line.reason = Some(refused.to_string());
        }
    }
    Ok(line)
}

async fn patiently(
    core: &Core,
    user: &ImportedUser,
    dry_run: bool,
    now: Timestamp,
) -> Result<ImportedAs, ImportUserError> {
    let operator = Administrator::operator();
    let mut pause = FIRST_PAUSE;
    for _ in 1..ATTEMPTS {
        let result = if dry_run {
            core.preview_import(operator, user).await
        } else {
            core.import_user(operator, user, now).await
        };
        if !matches!(result, Err(ImportUserError::Interrupted(Interruption::Unavailable))) {
            return result;
        }
        tokio::time::sleep(pause).await;
        pause *= 2;
    }
    Err(Interruption::Unavailable.into())
}

fn word_of(second_factor: ImportedSecondFactor) -> Option<&'static str> {
    match second_factor {
        ImportedSecondFactor::None => None,
        ImportedSecondFactor::Authenticator => Some("authenticator"),
        ImportedSecondFactor::Mail => Some("mail"),
        ImportedSecondFactor::Lost => Some("lost"),
    }
}

fn beside(file: &Path, dry_run: bool) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(if dry_run { ".dry-run.jsonl" } else { ".report.jsonl" });
    name.into()
}

/// The report of an import is continued, that of a dry run is written again.
fn open_report(path: &Path, dry_run: bool) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true);
    if dry_run {
        options.write(true).truncate(true);
    } else {
        options.append(true);
    }
    private_file(&mut options).open(path)
}

/// The rows that earlier runs have imported, each with its id in the other system.
fn done_by(report: &Path) -> HashMap<usize, Option<String>> {
    let Ok(file) = File::open(report) else {
        return HashMap::new();
    };
    let lines = BufReader::new(file).lines().map_while(Result::ok);
    let lines = lines.filter_map(|line| serde_json::from_str::<Line>(&line).ok());
    let done = lines.filter(|line| matches!(line.outcome, Outcome::Imported | Outcome::Unchanged));
    done.map(|line| (line.row, line.source_id)).collect()
}

impl ImportSummary {
    fn add(&mut self, line: &Line) {
        match line.outcome {
            Outcome::Unchanged => self.unchanged += 1,
            Outcome::Refused => self.refused += 1,
            Outcome::Rejected => self.rejected += 1,
            Outcome::Imported => {
                self.imported += 1;
                self.with_password += usize::from(line.password);
                let second_factor = line.second_factor.as_deref();
                self.with_authenticator += usize::from(second_factor == Some("authenticator"));
                self.without_their_second_factor += usize::from(second_factor == Some("lost"));
            }
        }
    }
}
