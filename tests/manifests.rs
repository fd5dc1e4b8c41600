//! Each crate has one program of integration tests, because each further one links the whole service again.

use std::path::{Path, PathBuf};

use toml::Table;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn manifest(folder: &Path) -> Table {
    let text = std::fs::read_to_string(folder.join("Cargo.toml")).expect("a manifest");
    text.parse().expect("TOML")
}

fn members() -> Vec<String> {
    let workspace = manifest(&root());
    let members = workspace["workspace"]["members"].as_array().expect("a list");
    members
        .iter()
        .map(|member| member.as_str().expect("a path").to_owned())
        .collect()
}

/// The names of the files below a folder, and what they contain.
fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).expect("text");
            found.push((path, text));
        }
    }
    found
}

#[test]
fn each_crate_has_one_program_of_integration_tests() {
    for member in members() {
        let folder = root().join(&member);
        let manifest = manifest(&folder);
        let programs = manifest
            .get("test")
            .and_then(|tests| tests.as_array())
            .map_or(0, Vec::len);
        let folder_exists = folder.join("tests").is_dir();
        assert_eq!(
            programs,
            usize::from(folder_exists || member == "tests"),
            "{member} has [[test]] sections"
        );
        let found_by_name = manifest["package"]
            .get("autotests")
            .is_none_or(|value| value.as_bool() != Some(false));
        assert!(!folder_exists || !found_by_name, "{member} needs autotests = false");
    }
}

/// A crate without unit tests says so, which saves linking an empty program; unit tests that it gets later must not be skipped.
#[test]
fn no_unit_test_is_switched_off() {
    for member in members() {
        let folder = root().join(&member);
        let manifest = manifest(&folder);
        let is_off = |section: &toml::Value| section.get("test").and_then(toml::Value::as_bool) == Some(false);
        let library_is_off = manifest.get("lib").is_some_and(is_off);
        let binaries = manifest.get("bin").and_then(toml::Value::as_array);
        let binary_is_off = binaries.is_some_and(|binaries| binaries.iter().all(is_off));
        for (path, text) in sources(&folder.join("src")) {
            let in_binary = path.ends_with("src/main.rs");
            let is_skipped = if in_binary { binary_is_off } else { library_is_off };
            assert!(
                !is_skipped || !text.contains("#[cfg(test)]"),
                "{} has tests that are never run",
                path.display()
            );
        }
    }
}
