//! `operator export`: writes all users into a file that `operator import --from ostiary` reads. The file has password
//! hashes and the secrets of authenticator apps, so only its owner may read it, and no file is overwritten.

use std::fs::OpenOptions;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use serde::Serialize;
use shared::operations::{Administrator, Core};

use super::formats::ostiary::Line;
use super::import::progress;
use crate::failure::Failure;
use crate::{Misuse, private_file};

/// How many users are read at once.
const BATCH: usize = 50;

#[derive(Debug)]
pub struct Export {
    pub file: PathBuf,
}

#[derive(Debug, Serialize)]
pub struct ExportSummary {
    pub exported: usize,
    pub file: PathBuf,
}

pub async fn export(core: &Core, file: &Path) -> Result<ExportSummary, Failure> {
    let unwritable = |error| Misuse::unusable(file, error);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    let mut writer = BufWriter::new(private_file(&mut options).open(file).map_err(unwritable)?);
    let operator = Administrator::operator();
    let ids = core.list_user_ids(operator).await?;
    let progress = progress(ids.len());
    let mut exported = 0;
    for batch in ids.chunks(BATCH) {
        for user in core.export_users(operator, batch).await? {
            let Some(line) = Line::of(&user) else { continue };
            let written = serde_json::to_writer(&mut writer, &line).map_err(std::io::Error::from);
            written.and_then(|()| writer.write_all(b"\n")).map_err(unwritable)?;
            exported += 1;
        }
        progress.inc(u64::try_from(batch.len()).unwrap_or(0));
    }
    writer.flush().map_err(unwritable)?;
    progress.finish_and_clear();
    Ok(ExportSummary {
        exported,
        file: file.to_owned(),
    })
}
