//! `POST /delete-user` by a user with many linked identities.

use shared::clock::Clock as _;
use shared::domain::{Issuer, LinkedAccount, LinkedAccountId, OrganizationRole, ProviderId, User, UserId};
use shared::store::Changes;
use shared::testkit::TestApp;

use super::organizations::{delete, found, join};
use super::{EMAIL, OTHER, sign_up, start};

/// More than one commit bears, with as many organizations as it does.
const ACCOUNTS: usize = 90;
const ORGANIZATIONS: usize = 25;

async fn link(app: &TestApp, session: &str, count: usize) {
    for number in 0..count {
        let user: User = app.caller(session).await.user;
        let account = LinkedAccount {
            id: LinkedAccountId::generate(app.clock.now(), &*app.core().entropy),
            user_id: user.id,
            provider: ProviderId::parse("example").expect("a name"),
            issuer: Issuer::new("https://login.example"),
            subject: format!("subject-{number}"),
            email: None,
            name: None,
            scopes: Vec::new(),
            tokens: None,
            access_token_expires_at: None,
            created_at: app.clock.now(),
            updated_at: app.clock.now(),
        };
        let changes = Changes::new().link_account(&account).update_user(&user);
        app.core().store.commit(changes).await.expect("a commit");
    }
}

async fn linked(app: &TestApp, user: UserId) -> usize {
    let accounts = app.core().store.list_linked_accounts(user).await;
    accounts.expect("an answer").len()
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_more_identities_open_than_a_commit_bears_is_deleted_all_the_same() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    let user = app.caller(&session).await.user.id;
    let first = found(&app, &session, "acme").await;
    for at in 1..ORGANIZATIONS {
        found(&app, &session, &format!("acme-{at}")).await;
    }
    link(&app, &session, ACCOUNTS).await;
    // What stands against it is known before anything is taken away.
    let member = sign_up(&app, OTHER).await;
    join(&app, &member, first, OrganizationRole::Member).await;
    let _ = delete(&app, &session).await.expect(400);
    assert_eq!(linked(&app, user).await, ACCOUNTS);
    let _ = delete(&app, &member).await.expect(200);

    let _ = delete(&app, &session).await.expect(200);
    assert!(app.core().store.find_user(user).await.expect("an answer").is_none());
    assert_eq!(linked(&app, user).await, 0);
    // The identities are free again.
    let again = sign_up(&app, EMAIL).await;
    link(&app, &again, ACCOUNTS).await;
}
