//! Whole files of each format, of some hundred users.

use serde_json::json;
use shared::domain::{IdentityKey, ImportSource, Issuer, ProviderId, UserId};
use shared::operations::Administrator;

use super::{Exported, SOURCES, lines_of, samples};
use crate::support::{Deployment, PASSWORD, audited, output_text};

const USERS: usize = 300;

fn count(has: impl Fn(&samples::Person) -> bool) -> usize {
    (0..USERS).filter(|number| has(&samples::person(*number))).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_users_of_each_system_arrive_with_what_the_export_has() {
    for source in SOURCES {
        let deployment = Deployment::start().await;
        let exported = Exported::new(source, &samples::export(source, USERS));
        let (summary, usage) = exported.run(&deployment, false).await;
        let expected = json!({
            "source": source.as_str(), "dry_run": false, "rows": USERS, "imported": USERS, "unchanged": 0, "refused": 0,
            "rejected": 0,
            "with_password": if samples::has_passwords(source) { USERS } else { 0 },
            "with_authenticator": if samples::has_totp(source) { count(|person| person.has_totp) } else { 0 },
            "without_their_second_factor": 0,
            "report": summary.report,
        });
        assert_eq!(serde_json::to_value(&summary).expect("JSON"), expected);
        // One commit for each row, and one write for each block of numbers. Commits at the same time that meet in a shard
        // of the statistics are repeated.
        let least = USERS + USERS.div_ceil(50);
        let calls = usize::try_from(usage.dynamodb).expect("a count");
        assert!((least..least + USERS / 10).contains(&calls), "{source:?}: {usage:?}");
        for number in [0, 1, 5, 7, 210] {
            assert_is_imported(&deployment, source, number).await;
        }
        assert!(deployment.app.mails().is_empty(), "{source:?}");
    }
}

async fn assert_is_imported(deployment: &Deployment, source: ImportSource, number: usize) {
    let person = samples::person(number);
    let user = deployment.user(&person.email).await;
    assert_eq!(user.is_email_verified(), person.is_verified, "{source:?} {number}");
    assert_eq!(user.name.as_str(), "Ada Lovelace");
    if matches!(
        source,
        ImportSource::Cognito | ImportSource::Supabase | ImportSource::Ostiary
    ) {
        assert_eq!(user.id, UserId::parse(&samples::uuid(number)).expect("a UUID"));
    }
    let has_totp = samples::has_totp(source) && person.has_totp;
    assert_eq!((user.two_factor_enabled, user.has_authenticator), (has_totp, has_totp));
    let core = deployment.app.core();
    let found = core.export_users(Administrator::operator(), &[user.id]).await;
    let [found] = &found.expect("an answer")[..] else {
        panic!("{source:?} {number}: one user")
    };
    let google = person.google.filter(|_| samples::has_identities(source));
    let google = google.map(|subject| IdentityKey {
        provider: ProviderId::parse("google").expect("a provider"),
        issuer: Issuer::new("https://accounts.google.com"),
        subject,
    });
    assert_eq!(found.identities, google.into_iter().collect::<Vec<_>>());
    let key = found.totp.as_ref().map(|totp| totp.as_bytes().to_vec());
    assert_eq!(key, has_totp.then(|| samples::totp_key(source)), "{source:?} {number}");
    let signed_in = deployment.sign_in(&person.email, PASSWORD).await;
    let expected = if samples::has_passwords(source) { 200 } else { 401 };
    assert_eq!(signed_in, expected, "{source:?} {number}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_writes_nothing() {
    for source in SOURCES {
        let deployment = Deployment::start().await;
        let exported = Exported::new(source, &samples::export(source, USERS));
        let (summary, usage) = exported.run(&deployment, true).await;
        assert_eq!((summary.imported, summary.rejected), (USERS, 0), "{source:?}");
        assert!(
            usage.write_units < f64::EPSILON && usage.kms == 0,
            "{source:?}: {usage:?}"
        );
        assert!(deployment.app.aws.stream_events().await.is_empty(), "{source:?}");
        assert_eq!(deployment.sign_in(&samples::person(1).email, PASSWORD).await, 401);
        assert_eq!(lines_of(&summary.report).len(), USERS);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repetition_continues_and_changes_nothing() {
    let source = ImportSource::BetterAuth;
    let deployment = Deployment::start().await;
    let half = Exported::new(source, &samples::export(source, USERS / 2));
    half.run(&deployment, false).await;
    let user = deployment.user(&samples::person(1).email).await;
    std::fs::write(half.path(), samples::export(source, USERS)).expect("a file");

    let (summary, usage) = half.run(&deployment, false).await;
    assert_eq!((summary.imported, summary.unchanged), (USERS / 2, USERS / 2));
    assert!(usage.dynamodb < 200, "rows that were reported are not tried: {usage:?}");
    // Without the report, each user is found.
    std::fs::remove_file(&summary.report).expect("a report");
    let (summary, _) = half.run(&deployment, false).await;
    assert_eq!((summary.imported, summary.unchanged), (0, USERS));
    assert_eq!(deployment.user(&samples::person(1).email).await, user);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_moves_all_users_to_another_deployment() {
    let source = ImportSource::BetterAuth;
    let first = Deployment::start().await;
    Exported::new(source, &samples::export(source, 40))
        .run(&first, false)
        .await;
    assert_eq!(first.sign_in(&samples::person(1).email, PASSWORD).await, 200);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("all.jsonl");
    let summary = operator::transfer::export(first.app.core(), &file).await;
    assert_eq!(summary.expect("a summary").exported, 40);
    let again = operator::transfer::export(first.app.core(), &file).await;
    again.expect_err("no file is overwritten");

    let second = Deployment::start().await;
    let text = std::fs::read_to_string(&file).expect("an export");
    let exported = Exported::new(ImportSource::Ostiary, &text);
    let (summary, _) = exported.run(&second, false).await;
    assert_eq!((summary.imported, summary.with_password), (40, 40));
    for number in 0..40 {
        let email = samples::person(number).email;
        let (before, after) = (first.user(&email).await, second.user(&email).await);
        assert_eq!(
            (before.id, before.username, before.created_at),
            (after.id, after.username, after.created_at)
        );
        assert_eq!(second.sign_in(&email, PASSWORD).await, 200, "{email}");
    }
}

#[tokio::test]
async fn the_command_reports_what_it_did() {
    let deployment = Deployment::start().await;
    let exported = Exported::new(ImportSource::Supabase, &samples::export(ImportSource::Supabase, 20));
    let file = exported.path();
    let file = file.to_str().expect("a path");
    let import = ["import", file, "--from", "supabase"];
    let output = deployment
        .command(&[&import[..], &["--dry-run"]].concat(), &[], "")
        .await;
    assert_eq!(output.status.code(), Some(0), "{}", output_text(&output));
    assert!(
        output_text(&output).contains("would be imported              20\n"),
        "{}",
        output_text(&output)
    );
    let output = deployment.command(&[&["--json"], &import[..]].concat(), &[], "").await;
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(
        (&report["imported"], &report["with_password"]),
        (&json!(20), &json!(20))
    );
    let [line] = &audited(&output)[..] else {
        panic!("{}", output_text(&output))
    };
    assert_eq!((&line["task"], &line["result"]), (&json!("import"), &json!("Done")));

    let target = format!("{file}.all");
    let output = deployment.command(&["export", &target], &[], "").await;
    assert_eq!(
        output_text(&output).lines().next(),
        Some(format!("20 users are in {target}.").as_str())
    );
    let is_private =
        std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&target).expect("a file").permissions());
    assert_eq!(is_private & 0o777, 0o600);
    for (args, named) in [
        (vec!["import", "/nowhere", "--from", "cognito"], "/nowhere"),
        (
            vec!["import", file, "--from", "cognito"],
            "a header with the columns cognito:username, email",
        ),
        (vec!["import", file, "--from", "firebase"], "no JSON file"),
        (
            vec!["import", file, "--from", "firebase", "--hash-config", file],
            "no hash_config",
        ),
        (vec!["import", file], "--from"),
        (vec!["export", target.as_str()], "exists"),
    ] {
        let output = deployment.command(&args, &[], "").await;
        assert_eq!(output.status.code(), Some(2), "{args:?}: {}", output_text(&output));
        assert!(
            output_text(&output).contains(named),
            "{args:?}: {}",
            output_text(&output)
        );
    }
}
