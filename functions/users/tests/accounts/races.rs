//! Race conditions, with sixteen requests at once.

use std::sync::Arc;

use serde_json::json;
use shared::testkit::race::{exactly_one_wins, send_at_once};
use shared::testkit::text;

use super::{Account, GRACE, LINKS, OWNER, STRONG, USERS, data, id_of, owner_of, post, start, super_admin, user};

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_users_with_one_address_one_is_created() {
    let app = Arc::new(start().await);
    let account = Account::found(&app, OWNER, 50).await;
    let (token, number) = (account.owner.clone(), account.number.0);
    exactly_one_wins(&app, 201, &[409, 503], move |app, _| {
        let body = json!({"email": GRACE, "role": "COACH", "accountId": number});
        app.post(USERS).bearer(&token).json(&body)
    })
    .await;
    let organization = app.core().store.find_organization(account.id).await.expect("an answer");
    assert_eq!(organization.expect("an organization").member_count, 2);
    assert_eq!(app.count_mails("account-invitation"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_users_one_takes_the_last_seat() {
    let app = Arc::new(start().await);
    let account = Account::found(&app, OWNER, 2).await;
    let (token, number) = (account.owner.clone(), account.number.0);
    exactly_one_wins(&app, 201, &[409, 503], move |app, at| {
        let body = json!({"email": format!("u{at}@example.com"), "role": "COACH", "accountId": number});
        app.post(USERS).bearer(&token).json(&body)
    })
    .await;
    let organization = app.core().store.find_organization(account.id).await.expect("an answer");
    assert_eq!(organization.expect("an organization").member_count, 2);
}

/// Sixteen administrators, each of whom another one demotes: one is left.
#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_administrators_who_are_demoted_at_once_the_last_stays() {
    let app = Arc::new(start().await);
    let account = Account::found(&app, OWNER, 50).await;
    let root = super_admin(&app).await;
    let mut ids = vec![id_of(&app, &account.owner).await];
    for at in 1..16 {
        let created = account.create_user(&app, &format!("a{at}@example.com"), "ADMIN").await;
        ids.push(created["id"].clone());
    }
    let number = account.number.0;
    for _ in 0..4 {
        let (root, paths) = (root.clone(), ids.clone());
        let answers = send_at_once(&app, move |app, at| {
            let body = json!({"accountId": number, "roles": ["COACH"]});
            let path = format!("{USERS}/{}/roles", text(&paths[at]));
            app.request("PUT", &path).bearer(&root).json(&body)
        })
        .await;
        for answer in &answers {
            assert!([200, 409, 503].contains(&answer.status.as_u16()), "{}", answer.text());
        }
    }
    let mut administrators = 0;
    for id in &ids {
        let user = user(&app, id).await.expect("a user");
        administrators += usize::from(user.memberships[0].roles.is_owner());
    }
    assert_eq!(administrators, 1);
    let organization = app.core().store.find_organization(account.id).await.expect("an answer");
    let organization = organization.expect("an organization");
    assert_eq!((organization.administrator_count, organization.owner_count), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_who_accept_a_link_one_registers() {
    let app = Arc::new(start().await);
    let account = Account::found(&app, OWNER, 50).await;
    let body = json!({"role": "COACH", "accountId": account.number.0});
    let link = data(&post(&app, &account.owner, LINKS, &body).await.expect(201));
    let token = link["token"].clone();
    let outcome = exactly_one_wins(&app, 201, &[409, 503], move |app, at| {
        let body = json!({
            "token": token, "email": format!("u{at}@example.com"), "name": "Grace Hopper", "password": STRONG,
        });
        app.post(&format!("{LINKS}/accept")).json(&body)
    })
    .await;
    let mut created = Vec::new();
    for at in 0..16 {
        created.extend(owner_of(&app, &format!("u{at}@example.com")).await.map(|_| at));
    }
    assert_eq!(created, [outcome.winner]);
    let organization = app.core().store.find_organization(account.id).await.expect("an answer");
    assert_eq!(organization.expect("an organization").member_count, 2);
}
