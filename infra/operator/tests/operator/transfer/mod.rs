//! `operator import` and `operator export`.

mod files;
mod hashes;
mod rows;
mod samples;
mod sizes;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use operator::Failure;
use operator::transfer::{self, Import, ImportSummary};
use serde_json::Value;
use shared::clock::Clock as _;
use shared::domain::{ImportSource, Issuer, ProviderId};
use shared::usage::{self, Usage};

use crate::support::Deployment;

pub const SOURCES: [ImportSource; 6] = [
    ImportSource::BetterAuth,
    ImportSource::Cognito,
    ImportSource::Auth0,
    ImportSource::Firebase,
    ImportSource::Supabase,
    ImportSource::Ostiary,
];

/// A folder with an export, which is deleted when this is dropped.
pub struct Exported {
    folder: tempfile::TempDir,
    source: ImportSource,
}

impl Exported {
    pub fn new(source: ImportSource, text: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("users"), text).expect("a file");
        std::fs::write(folder.path().join("config"), samples::FIREBASE_CONFIG).expect("a file");
        Self { folder, source }
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("users")
    }

    pub fn config(&self) -> PathBuf {
        self.folder.path().join("config")
    }

    fn import(&self, dry_run: bool) -> Import {
        Import {
            file: self.path(),
            source: self.source,
            dry_run,
            hash_config: (self.source == ImportSource::Firebase).then(|| self.config()),
            better_auth_secret: Some(samples::BETTER_AUTH_SECRET.to_owned().into()),
            issuers: HashMap::new(),
            report: None,
        }
    }

    pub async fn try_run(&self, deployment: &Deployment) -> Result<ImportSummary, Failure> {
        transfer::import(deployment.app.core(), &self.import(false), deployment.app.clock.now()).await
    }

    pub async fn run_with_issuers(
        &self,
        deployment: &Deployment,
        issuers: HashMap<ProviderId, Issuer>,
    ) -> (ImportSummary, Usage) {
        let import = Import {
            issuers,
            ..self.import(false)
        };
        let running = transfer::import(deployment.app.core(), &import, deployment.app.clock.now());
        let (summary, usage) = usage::measure(running).await;
        (summary.expect("a summary"), usage)
    }

    pub async fn run(&self, deployment: &Deployment, dry_run: bool) -> (ImportSummary, Usage) {
        let core = deployment.app.core();
        let import = self.import(dry_run);
        let running = transfer::import(core, &import, deployment.app.clock.now());
        let (summary, usage) = usage::measure(running).await;
        (summary.expect("a summary"), usage)
    }
}

/// The lines of a report.
pub fn lines_of(report: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(report).expect("a report");
    text.lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}
