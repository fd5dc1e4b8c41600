//! `GET /admin/stats` and `GET /admin/analytics`.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::domain::UserStatus;
use shared::testkit::better_auth::{account, sign_in, sign_in_request, sign_up};
use shared::testkit::platform::{self, admin, admin_login, assert_invalid};
use shared::testkit::race::{count, send_at_once};
use shared::testkit::{Answer, PASSWORD, TestApp, text};

use super::{ROOT, start};

const ADA: &str = "ada@example.com";
const GRACE: &str = "grace@example.com";
const STATS: &str = "/v1/admin/stats";

/// Advances the clock to the hour, and logs the administrator in again.
async fn advance(app: &TestApp, hours: i64) -> String {
    app.clock.advance(SignedDuration::from_hours(hours));
    let login = admin_login(app, ROOT, PASSWORD).await.expect(200).json();
    text(&login["accessToken"])
}

async fn stats(app: &TestApp, token: &str) -> Value {
    app.get(STATS).bearer(token).send().await.expect(200).json()
}

async fn analytics(app: &TestApp, token: &str, query: &str) -> Answer {
    app.get(&format!("/v1/admin/analytics?{query}"))
        .bearer(token)
        .send()
        .await
}

/// The points that are not zero, and the total.
async fn counted(app: &TestApp, token: &str, query: &str) -> (Value, Value) {
    let answer = analytics(app, token, query).await.expect(200).json();
    let points = answer["data"].as_array().expect("points").iter();
    let counted: Vec<Value> = points
        .filter(|point| point["value"] != 0)
        .map(|point| json!([point["date"], point["value"]]))
        .collect();
    (counted.into(), answer["total"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn stats_follow_the_users_and_the_months() {
    let app = start().await;
    // The administrator is a user, too, with an organization.
    let root = admin(&app, ROOT).await;
    assert_eq!(
        stats(&app, &root).await,
        json!({
            "totalUsers": 1, "activeUsers": 1, "totalOrganizations": 1, "totalLogins": 0,
            "newUsersThisMonth": 1, "newOrganizationsThisMonth": 1,
        })
    );
    // A user of this contract has an organization, and logs in after the registration.
    platform::sign_up(&app, ADA).await;
    let grace = sign_up(&app, GRACE).await;
    sign_in(&app, GRACE).await;
    app.set_status(&grace, UserStatus::Suspended).await;
    let january = json!({
        "totalUsers": 3, "activeUsers": 2, "totalOrganizations": 2, "totalLogins": 2,
        "newUsersThisMonth": 3, "newOrganizationsThisMonth": 2,
    });
    assert_eq!(stats(&app, &root).await, january);
    let mut february = january;
    for (field, value) in [("newUsersThisMonth", 0), ("newOrganizationsThisMonth", 0)] {
        february[field] = value.into();
    }
    // At midnight a commit of January may be under way, two hours later none is.
    for _ in 0..2 {
        let root = advance(&app, 12).await;
        assert_eq!(stats(&app, &root).await, february);
    }
    sign_in(&app, ADA).await;
    let id = app.user_of(GRACE).await.id;
    let root = advance(&app, 1).await;
    let deleted = app.request("DELETE", &format!("/v1/admin/users/{id}")).bearer(&root);
    let _ = deleted.send().await.expect(200);
    // After a year whose months no request has read, the totals of before are there.
    let root = advance(&app, 24 * 365).await;
    sign_up(&app, GRACE).await;
    assert_eq!(
        stats(&app, &root).await,
        json!({
            "totalUsers": 3, "activeUsers": 3, "totalOrganizations": 2, "totalLogins": 3,
            "newUsersThisMonth": 1, "newOrganizationsThisMonth": 0,
        })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn analytics_count_by_hours_days_weeks_and_months() {
    let app = start().await;
    admin(&app, ROOT).await;
    sign_up(&app, ADA).await;
    // 2026-01-31, a Saturday, at 12:00; the same day at 23:00; and 2026-02-01 at 00:00 and 2026-03-01 at 00:00.
    for hours in [0, 11, 1, 24 * 28] {
        advance(&app, hours).await;
        sign_in(&app, ADA).await;
    }
    let root = advance(&app, 2).await;
    let logins = async |query: &str| counted(&app, &root, &format!("metric=logins&{query}")).await;
    let year = "startDate=2025-03-02&endDate=2026-03-01";
    let of = |points: Value, total: u64| (points, json!(total));
    assert_eq!(
        logins(&format!("granularity=day&{year}")).await,
        of(json!([["2026-01-31", 2], ["2026-02-01", 1], ["2026-03-01", 1]]), 4)
    );
    assert_eq!(
        logins(&format!("granularity=week&{year}")).await,
        of(json!([["2026-01-26", 3], ["2026-02-23", 1]]), 4)
    );
    assert_eq!(
        logins(&format!("granularity=month&{year}")).await,
        of(json!([["2026-01-01", 2], ["2026-02-01", 1], ["2026-03-01", 1]]), 4)
    );
    assert_eq!(
        logins("granularity=hour&startDate=2026-01-31T13:00:00Z&endDate=2026-02-01").await,
        of(
            json!([["2026-01-31T23:00:00.000Z", 1], ["2026-02-01T00:00:00.000Z", 1]]),
            2
        )
    );
    assert_eq!(
        logins("granularity=hour&startDate=2026-02-28&endDate=2026-03-01T00:59:59Z").await,
        of(json!([["2026-03-01T00:00:00.000Z", 1]]), 1)
    );
    // An offset is converted to UTC.
    assert_eq!(
        logins("granularity=hour&startDate=2026-02-01T01:00:00%2B01:00&endDate=2026-02-01T00:00:00Z").await,
        of(json!([["2026-02-01T00:00:00.000Z", 1]]), 1)
    );
    // Both ends are whole days, and empty intervals are zero.
    let days = analytics(
        &app,
        &root,
        "metric=logins&granularity=day&startDate=2026-01-30&endDate=2026-02-02",
    )
    .await;
    assert_eq!(
        days.expect(200).json(),
        json!({
            "metric": "logins", "granularity": "day", "total": 3,
            "data": [
                {"date": "2026-01-30", "value": 0}, {"date": "2026-01-31", "value": 2},
                {"date": "2026-02-01", "value": 1}, {"date": "2026-02-02", "value": 0},
            ],
        })
    );
    // The administrator was made by an operator, and is a user, but has not signed up.
    for (metric, total) in [("users", 2), ("organizations", 1), ("signups", 1)] {
        let query = format!("metric={metric}&{year}");
        assert_eq!(
            counted(&app, &root, &query).await,
            of(json!([["2026-01-31", total]]), total)
        );
    }
    let default = analytics(&app, &root, "").await.expect(200).json();
    assert_eq!(
        (
            &default["metric"],
            &default["granularity"],
            default["data"].as_array().map(Vec::len)
        ),
        (&json!("users"), &json!("day"), Some(30))
    );
    assert_eq!(default["data"][0]["date"], "2026-01-31");
}

/// The first reading of a month that is over sums it up.
#[tokio::test(flavor = "multi_thread")]
async fn a_reading_is_few_calls() {
    let app = start().await;
    admin(&app, ROOT).await;
    sign_up(&app, ADA).await;
    sign_in(&app, ADA).await;
    let root = advance(&app, 24 * 60).await;
    let calls = async |path: &str| app.get(path).bearer(&root).send().await.expect(200).usage.dynamodb;
    let first = calls(STATS).await;
    assert!(first < 80, "{first}");
    assert_eq!(calls(STATS).await, 7, "one for the administrator");
    let year = "/v1/admin/analytics?granularity=day&startDate=2025-04-01&endDate=2026-04-01";
    let answer = app.get(year).bearer(&root).send().await.expect(200);
    assert_eq!(answer.usage.dynamodb, 6);
    assert!(answer.usage.read_units < 12.0, "{}", answer.usage.read_units);
    let hours = "/v1/admin/analytics?granularity=hour&startDate=2026-01-31&endDate=2026-02-28";
    assert_eq!(calls(hours).await, 14);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_query_names_its_parameter() {
    let app = start().await;
    let root = admin(&app, ROOT).await;
    let date = "must be a date (YYYY-MM-DD) or time (RFC 3339) after 1969";
    for (query, field, message) in [
        (
            "metric=x",
            "metric",
            "must be a metric: users, organizations, logins or signups",
        ),
        (
            "granularity=year",
            "granularity",
            "must be a granularity: hour, day, week or month",
        ),
        ("startDate=", "startDate", date),
        ("startDate=2026-02-30", "startDate", date),
        ("startDate=2026-1-1", "startDate", date),
        ("startDate=20260101", "startDate", date),
        ("startDate=1969-12-31", "startDate", date),
        ("startDate=-000001-01-01", "startDate", date),
        ("startDate=2026-01-01T00:00:00", "startDate", date),
        ("startDate=2026-01-01%2000:00:00Z", "startDate", date),
        ("endDate=2026-01-01T00:00:00Z[UTC]", "endDate", date),
        ("endDate=tomorrow", "endDate", date),
        ("endDate=%F0%9F%95%90-01-01", "endDate", date),
        (
            "startDate=2026-01-02&endDate=2026-01-01",
            "endDate",
            "endDate must not be before startDate",
        ),
        (
            "startDate=1970-01-01&endDate=9999-12-31",
            "startDate",
            "startDate and endDate must be at most 1000 intervals apart",
        ),
        (
            "granularity=hour&startDate=2024-12-01&endDate=2024-12-02",
            "startDate",
            "startDate must be within the last 400 days when granularity is hour",
        ),
    ] {
        let answer = analytics(&app, &root, query).await;
        assert_invalid(&answer, field, message);
    }
    let both = analytics(&app, &root, "startDate=x&metric=y").await.expect(400).json();
    assert_eq!(both["details"].as_array().map(Vec::len), Some(2));
    // The longest span, far from today, is answered.
    for query in [
        "granularity=month&startDate=1970-01-01&endDate=2053-04-30",
        "startDate=2999-01-01&endDate=2999-12-31",
    ] {
        assert_eq!(
            counted(&app, &root, query).await.0.as_array().map(Vec::len),
            Some(usize::from(query.starts_with('g')))
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_sign_ups_and_sign_ins_at_once_are_counted() {
    let app = Arc::new(start().await);
    let root = admin(&app, ROOT).await;
    let signed_up = send_at_once(&app, |app, number| {
        let body = account(&format!("user{number}@example.com"));
        app.post("/api/auth/sign-up/email").json(&body)
    })
    .await;
    assert_eq!(count(&signed_up, 200), 16);
    let signed_in = send_at_once(&app, |app, number| {
        sign_in_request(app, &format!("user{number}@example.com"), PASSWORD)
    })
    .await;
    assert_eq!(count(&signed_in, 200), 16);
    // Of sixteen sign-ups with one address, one makes a user.
    let again = send_at_once(&app, |app, _| app.post("/api/auth/sign-up/email").json(&account(ADA))).await;
    assert_eq!(count(&again, 200), 1);
    let shown = stats(&app, &root).await;
    assert_eq!((&shown["totalUsers"], &shown["totalLogins"]), (&json!(18), &json!(16)));
    for (metric, total) in [("signups", 17), ("logins", 16), ("users", 18)] {
        let query = format!("metric={metric}&granularity=hour&startDate=2026-01-31");
        assert_eq!(
            counted(&app, &root, &query).await,
            (json!([["2026-01-31T12:00:00.000Z", total]]), json!(total))
        );
    }
}
