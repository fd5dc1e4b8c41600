//! The index of lists, and its repetition for items of an earlier release.

use super::super::keys::{self, Key};
use super::lost_answers::World;
use super::*;
use crate::domain::listing::{Page, Reading};
use crate::domain::{Organization, OrganizationId, OrganizationNumber, Slug, UserClass};

const ALL: Reading = Reading {
    backward: false,
    skip: 0,
    take: 100,
};

async fn found(store: &Store) -> (usize, usize, usize, usize, usize, usize) {
    let classes: Vec<UserClass> = UserClass::all().collect();
    let users = async |term: &str| {
        store
            .search_users(term, 9)
            .await
            .expect("an answer")
            .expect("few")
            .len()
    };
    let organizations = async |term: &str| {
        let found = store.search_organizations(term, 9).await;
        found.expect("an answer").expect("few").len()
    };
    (
        store.list_users_of(&classes, ALL).await.expect("a list").len(),
        store.list_organization_ids(ALL).await.expect("a list").len(),
        users("ada@").await,
        users("lovel").await,
        organizations("acm").await,
        organizations("anal").await,
    )
}

/// Makes the item as an earlier release has written it.
async fn strip(client: &aws_sdk_dynamodb::Client, key: Key) {
    let request = client.update_item().table_name(TABLE).set_key(Some(key.to_item()));
    let stripped = request.update_expression("REMOVE listing, listing_key").send().await;
    stripped.expect("an update");
}

async fn delete(client: &aws_sdk_dynamodb::Client, key: Key) {
    let request = client.delete_item().table_name(TABLE).set_key(Some(key.to_item()));
    request.send().await.expect("a deletion");
}

fn organization(world: &World) -> Organization {
    Organization {
        name: "Analytical Engines".to_owned(),
        slug: Slug::parse("acme").expect("a slug"),
        ..world.organization.clone()
    }
}

#[tokio::test]
async fn items_of_an_earlier_release_are_listed_again() {
    let (_aws, store, client) = store().await;
    let (user, organization) = (user(), organization(&World::new()));
    let changes = Changes::new()
        .claim_email(&user.email, user.id)
        .create_user(&user)
        .create_organization(&organization);
    store.commit(changes).await.expect("a commit");
    let all = (1, 1, 1, 1, 1, 1);
    assert_eq!(found(&store).await, all);

    for key in [
        keys::user(user.id),
        keys::email(&user.email),
        keys::organization(organization.id),
        keys::slug(&organization.slug),
    ] {
        strip(&client, key).await;
    }
    for word in ["ada", "lovelace"] {
        delete(&client, keys::user_word(word, user.id)).await;
    }
    for word in ["analytical", "engines"] {
        delete(&client, keys::organization_word(word, organization.id)).await;
    }
    assert_eq!(found(&store).await, (0, 0, 0, 0, 0, 0));

    for _ in 0..2 {
        let user = store.find_user(user.id).await.expect("an answer").expect("a user");
        let changes = Changes::new().list_user(&user).list_organization(&organization);
        store.commit(changes).await.expect("a commit");
        assert_eq!(found(&store).await, all);
    }
    let seen = store.find_user(user.id).await.expect("an answer").expect("a user");
    let changes = Changes::new()
        .delete_user(&seen)
        .release_email(&seen.email, seen.id)
        .dissolve_organization(&organization);
    store.commit(changes).await.expect("a commit");
    assert_eq!(found(&store).await, (0, 0, 0, 0, 0, 0));
}

/// Every page of a list, from both ends, is the part of the whole list that its number says.
#[tokio::test]
async fn pages_of_several_partitions_are_in_one_order() {
    let (_aws, store, _) = store().await;
    let world = World::new();
    let mut ids = Vec::new();
    for number in 0..23_i64 {
        let at = now() + SignedDuration::from_secs(number * 7 % 23);
        let id = OrganizationId::generate(at, &OsEntropy);
        let organization = Organization {
            id,
            slug: Slug::parse(&format!("acme-{number}")).expect("a slug"),
            number: OrganizationNumber(u64::try_from(number).expect("a number")),
            created_at: at,
            ..organization(&world)
        };
        let created = Changes::new().create_organization(&organization);
        store.commit(created).await.expect("a commit");
        ids.push((at, id));
    }
    ids.sort_unstable();
    let ids: Vec<OrganizationId> = ids.into_iter().map(|(_, id)| id).collect();
    for limit in [1, 4, 23, 30] {
        for number in 1..=(23_usize.div_ceil(limit) + 1) {
            let page = Page::numbered(number, limit);
            let forward = Reading {
                backward: false,
                skip: page.offset,
                take: limit,
            };
            let expected = page.of(ids.clone());
            assert_eq!(store.list_organization_ids(forward).await.expect("a page"), expected);
            let backward = Reading {
                backward: true,
                skip: 23_usize.saturating_sub(page.end()),
                take: expected.len(),
            };
            assert_eq!(store.list_organization_ids(backward).await.expect("a page"), expected);
        }
    }
}
