//! Codes in every way that apps and keyboards write them.

use serde_json::json;
use shared::testkit::{Answer, TestApp};

use super::support::*;

/// The digits of other scripts, by their zero: ASCII, full-width, Arabic, Persian, Devanagari and bold ones.
const ZEROS: [char; 6] = ['0', '\u{ff10}', '\u{660}', '\u{6f0}', '\u{966}', '\u{1d7ce}'];

fn in_script(zero: char, code: &str) -> String {
    let digit = |c: char| c.to_digit(10).and_then(|digit| char::from_u32(u32::from(zero) + digit));
    code.chars().map(|c| digit(c).unwrap_or(c)).collect()
}

fn written(code: &str) -> Vec<String> {
    let (first, second) = code.split_at(3);
    let grouped =
        [" ", "-", "\u{2011}", "\u{2013}", ".", "\u{a0}", "\u{200b}"].map(|sign| format!("{first}{sign}{second}"));
    let around = [format!(" {code}\n"), format!("\u{feff}{code}\u{200e}")];
    ZEROS
        .map(|zero| in_script(zero, code))
        .into_iter()
        .chain(grouped)
        .chain(around)
        .collect()
}

async fn complete(app: &TestApp, path: &str, code: &str) -> Answer {
    let pending = challenge(app, EMAIL).await;
    show(app, path, &pending, code).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_of_an_app_is_read_however_it_is_written() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    for at in 0..written("123456").len() {
        let code = written(&ada.phone.code(&app)).swap_remove(at);
        let answer = complete(&app, VERIFY_TOTP, &code).await;
        assert_eq!(answer.status, 200, "{code:?} {}", answer.text());
        next_step(&app);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailed_code_is_read_however_it_is_written() {
    let app = start().await;
    enroll(&app, EMAIL).await;
    for at in 0..written("123456").len() {
        let pending = challenge(&app, EMAIL).await;
        let _ = with_challenge(&app, SEND_OTP, &pending).send().await.expect(200);
        let code = written(&mailed_code(&app)).swap_remove(at);
        let answer = show(&app, VERIFY_OTP, &pending, &code).send().await;
        assert_eq!(answer.status, 200, "{code:?} {}", answer.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_code_is_read_however_it_is_written() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let ways: [fn(&str) -> String; 6] = [
        |code| code.replace('-', ""),
        |code| code.replace('-', " "),
        |code| code.replace('-', "\u{2010}"),
        |code| format!(" {code}\n"),
        |code| in_script('\u{660}', code),
        |code| code.chars().map(full_width).collect(),
    ];
    for (way, code) in ways.iter().zip(&ada.backup_codes) {
        let code = way(code);
        let answer = complete(&app, VERIFY_BACKUP, &code).await;
        assert_eq!(answer.status, 200, "{code:?} {}", answer.text());
    }
    // The case of letters is a part of the code, and a code is good once.
    let swapped = |c: char| {
        if c.is_ascii_lowercase() {
            c.to_ascii_uppercase()
        } else {
            c.to_ascii_lowercase()
        }
    };
    let other: String = ada.backup_codes[9].chars().map(swapped).collect();
    for code in [other, ada.backup_codes[0].replace('-', "")] {
        let answer = complete(&app, VERIFY_BACKUP, &code).await;
        assert!(answer.status.is_client_error(), "{code:?}");
    }
}

fn full_width(c: char) -> char {
    char::from_u32(u32::from(c) + 0xfee0).expect("a character")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_code_is_refused() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let pending = challenge(&app, EMAIL).await;
    let code = ada.phone.code(&app);
    for typed in [
        format!("{code}0"),
        code[1..].to_owned(),
        "------".to_owned(),
        String::new(),
    ] {
        let answer = show(&app, VERIFY_TOTP, &pending, &typed).send().await;
        assert!(answer.status.is_client_error(), "{typed:?}");
    }
    let answer = with_challenge(&app, VERIFY_TOTP, &pending)
        .json(&json!({"code": code}))
        .send()
        .await;
    assert_eq!(answer.status, 200, "four attempts are within the limit");
}
