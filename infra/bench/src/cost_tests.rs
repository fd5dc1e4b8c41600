//! Comparison of docs/cost.md with the formula, and of the formula's memory sizes with template.yaml.

use super::*;

const DOCUMENT: &str = include_str!("../../../docs/cost.md");

/// The rows of the document's first table.
fn documented() -> Vec<Row<'static>> {
    let rows = DOCUMENT
        .lines()
        .map(|line| line.split('|').map(str::trim).collect::<Vec<_>>());
    let rows = rows.filter_map(|cells| {
        let ["", name, mode, dynamodb, read_units, write_units, kms, ses, _, ""] = cells[..] else {
            return None;
        };
        let kind = KINDS.iter().find(|kind| kind.name == name)?;
        let count = |cell: &str| cell.parse().expect("a number");
        let used = Used {
            wakened: kind.wakened,
            memory_mb: kind.memory_mb.into(),
            cpu_ms: kind.cpu_ms,
            logged_bytes: kind.logged_bytes.into(),
            dynamodb: count(dynamodb),
            read_units: count(read_units),
            write_units: count(write_units),
            kms: count(kms),
            ses: count(ses),
        };
        Some((name, mode, used))
    });
    rows.collect()
}

#[test]
fn the_document_prices_what_it_counts() {
    let rows = documented();
    assert!(rows.len() > KINDS.len(), "two of them in either mode");
    for table in [counts(&rows), dollars(&rows)] {
        let missing = table.to_string();
        assert!(DOCUMENT.contains(&missing), "docs/cost.md does not say\n{missing}");
    }
}

#[test]
fn memory_is_what_the_template_gives() {
    let function = |name: &str| {
        let from = crate::aws::TEMPLATE.find(&format!("  {name}:\n")).expect(name);
        crate::aws::TEMPLATE[from..].split("\n\n").next().expect(name)
    };
    assert!(function("SessionFunction").contains("MemorySize: 1769"));
    for name in ["MailOutboxFunction", "MailEventsFunction"] {
        assert!(!function(name).contains("MemorySize"), "{name} has the default");
    }
    assert!(crate::aws::TEMPLATE.contains("    MemorySize: 256\n"));
}
