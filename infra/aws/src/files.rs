//! Files of the data folder. Some hold keys and mailed tokens, so only their owner may read them.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Write as _},
    path::Path,
};

/// Creates the data folder.
pub(crate) fn create_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Replaces the whole file: a crash leaves the old content or the new, never a part of it.
pub(crate) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let draft = path.with_extension("draft");
    let mut file = owner_only(OpenOptions::new().write(true).create(true).truncate(true)).open(&draft)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(draft, path)
}

/// Opens a file to which content is appended, and creates it if it does not exist.
pub(crate) fn open_to_append(path: &Path) -> io::Result<File> {
    owner_only(OpenOptions::new().append(true).create(true)).open(path)
}

/// Appends a line. The line and its line feed go out in one write call, so that a crash leaves at most an incomplete
/// tail, which [`read_lines`] recognizes by the missing line feed. The lock keeps a second process from reading half a
/// line.
pub(crate) fn append_line(path: &Path, line: &str) -> io::Result<()> {
    let mut file = open_to_append(path)?;
    file.lock()?;
    let length = file.metadata()?.len();
    file.write_all(format!("{line}\n").as_bytes()).inspect_err(|_| {
        // The disk may be full: the next line must not be appended to a half of this one.
        let _ = file.set_len(length);
    })
}

/// The lines of a file; none where no such file exists yet. A tail without a line feed was left by a crash in the
/// middle of a write. It is removed, with a warning, so that the next line starts at the beginning of a line.
pub(crate) fn read_lines(path: &Path) -> io::Result<Vec<String>> {
    let mut file = match OpenOptions::new().read(true).write(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    file.lock()?;
    let mut content = Vec::new();
    file.read_to_end(&mut content)?;
    let complete = content
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |last| last + 1);
    let torn = content.split_off(complete);
    if !torn.is_empty() {
        let (file_name, bytes) = (path.display(), torn.len());
        tracing::warn!(file = %file_name, bytes, "the last line is incomplete and is removed");
        file.set_len(u64::try_from(complete).map_err(io::Error::other)?)?;
    }
    let content = String::from_utf8(content).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
    Ok(content.lines().map(str::to_owned).collect())
}

/// The content, or `None` where no such file exists yet.
pub(crate) fn read(path: &Path) -> io::Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(content) => Ok(Some(content)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn owner_only(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}
