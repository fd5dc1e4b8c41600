//! `GET /admin/users`: searched, filtered and paged, and what a page costs.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};
use shared::domain::{
    EmailAddress, ListedStatus, Membership, Name, OrganizationId, OrganizationNumber, OrganizationRole, Stored, User,
    UserClass, UserId, UserNumber, UserStatus,
};
use shared::store::Changes;
use shared::testkit::platform::{admin, assert_invalid, invalid_fields, register};
use shared::testkit::{Answer, TestApp, race, text};

use super::users::Admin;
use super::{OTHER, start};

const PATH: &str = "/v1/admin/users";

async fn list(admin: &Admin, query: &str) -> Value {
    request(admin, query).await.expect(200).json()
}

async fn request(admin: &Admin, query: &str) -> Answer {
    let path = format!("{PATH}?{query}");
    admin.app.get(&path).bearer(&admin.token).send().await
}

fn emails(list: &Value) -> Vec<String> {
    let users = list["users"].as_array().expect("users").iter();
    users.map(|user| text(&user["email"])).collect()
}

/// Stores users like the template, with what `change` makes of each.
async fn store(app: &TestApp, count: u16, change: impl Fn(u16, &mut User)) -> Vec<User> {
    // A user takes six writes, and a commit has at most a hundred.
    const AT_ONCE: usize = 14;
    let template = app.user_of(super::ROOT).await;
    let users: Vec<User> = (0..count)
        .map(|number| {
            let mut user = template.clone();
            user.number = UserNumber(1_000_000 + u64::from(number));
            user.roles.clear();
            user.stored = Stored::NEW;
            let mut bytes = user.id.to_bytes();
            bytes[6] ^= 0x20;
            bytes[14..].copy_from_slice(&number.to_be_bytes());
            user.id = UserId::from_bytes(bytes);
            change(number, &mut user);
            user
        })
        .collect();
    for some in users.chunks(AT_ONCE) {
        let changes = some.iter().fold(Changes::new(), |changes, user| {
            changes.claim_email(&user.email, user.id).create_user(user)
        });
        app.core().store.commit(changes).await.expect("a commit");
    }
    users
}

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).expect("an address")
}

fn in_role(user: &mut User, role: OrganizationRole) {
    let id = OrganizationId::from_bytes(user.id.to_bytes());
    let membership = Membership::new(id, OrganizationNumber(user.number.0), role, user.created_at);
    user.memberships.push(membership);
}

/// Users of all classes, whose names and addresses share some beginnings.
async fn of_all_classes(admin: &Admin) -> Vec<User> {
    let classes: Vec<UserClass> = UserClass::all().collect();
    let names = ["Ada Lovelace", "Grace Hopper", "Adele Goldberg"];
    store(&admin.app, 32, |number, user| {
        let class = classes[usize::from(number) % classes.len()];
        user.name = Name::full(names[usize::from(number) % names.len()]);
        let local = ["love", "ada", "x"][usize::from(number / 2) % 3];
        user.email = address(&format!("{local}{number}@users.example.com"));
        user.status = match class.status {
            ListedStatus::Active => UserStatus::Active,
            ListedStatus::Pending if number % 2 == 0 => UserStatus::Invited,
            ListedStatus::Pending => UserStatus::Pending,
            ListedStatus::Inactive => UserStatus::Inactive,
            ListedStatus::Suspended => UserStatus::Suspended,
        };
        if let Some(role) = class.role {
            in_role(user, role);
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_are_truthful_in_every_combination() {
    let admin = Admin::start().await;
    let mut users = of_all_classes(&admin).await;
    users.push(admin.app.user_of(super::ROOT).await);
    let shown = |class: UserClass| {
        let status = class.status.as_str().to_uppercase();
        (status, class.role.map(|role| role.as_str().to_uppercase()))
    };
    for search in ["", "ada", "LOVE", "ada love", "x1", "nothing", "goldberg ad"] {
        for status in ["", "ACTIVE", "PENDING", "INACTIVE", "SUSPENDED"] {
            for role in ["", "OWNER", "ADMIN", "MEMBER"] {
                let pair = |name: &str, value: &str| match value {
                    "" => String::new(),
                    value => format!("&{name}={}", value.replace(' ', "+")),
                };
                let query = [pair("search", search), pair("status", status), pair("role", role)].concat();
                let listed = list(&admin, &format!("limit=100{query}")).await;
                let expected: BTreeSet<String> = users
                    .iter()
                    .filter(|user| {
                        let (is, has) = shown(UserClass::of(user).expect("no deleted user"));
                        let terms = search.to_lowercase();
                        let name = user.name.as_str().to_lowercase();
                        (status.is_empty() || is == status)
                            && (role.is_empty() || has.as_deref() == Some(role))
                            && terms.split_whitespace().all(|term| {
                                user.email.as_str().starts_with(term)
                                    || name.split(' ').any(|word| word.starts_with(term))
                            })
                    })
                    .map(|user| user.email.to_string())
                    .collect();
                let found = emails(&listed);
                assert_eq!(listed["total"], expected.len(), "{query}");
                assert_eq!(found.len(), expected.len(), "{query}");
                assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), expected, "{query}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_divide_the_list_and_stay_as_they_are() {
    let admin = Admin::start().await;
    of_all_classes(&admin).await;
    for query in ["", "&search=a", "&status=ACTIVE", "&search=ad+lo", "&role=OWNER"] {
        let all = list(&admin, &format!("limit=100{query}")).await;
        let total = all["total"].as_u64().expect("a number");
        let mut paged = Vec::new();
        for page in 1..=total.div_ceil(5) {
            let part = list(&admin, &format!("limit=5&page={page}{query}")).await;
            assert_eq!(
                (&part["total"], &part["page"], &part["totalPages"]),
                (&json!(total), &json!(page), &json!(total.div_ceil(5)))
            );
            paged.extend(emails(&part));
        }
        assert_eq!(paged, emails(&all), "{query}");
        let beyond = list(&admin, &format!("limit=5&page=1000{query}")).await;
        assert_eq!((&beyond["users"], &beyond["total"]), (&json!([]), &json!(total)));
    }
    // A new user comes last, so no user moves from page to page.
    let before = list(&admin, "limit=10&page=2").await;
    admin.app.clock.advance(jiff::SignedDuration::from_secs(1));
    let _ = register(&admin.app, "new@example.com").await.expect(201);
    let after = list(&admin, "limit=10&page=2").await;
    assert_eq!(emails(&before), emails(&after));
    let total = after["total"].as_u64().expect("a number");
    let last = list(&admin, &format!("limit=1&page={total}")).await;
    assert_eq!(emails(&last), ["new@example.com"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_parameter_is_named() {
    let admin = Admin::start().await;
    let answer = request(&admin, "page=0&limit=101&role=KING&status=DELETED&search=").await;
    assert_eq!(invalid_fields(&answer), ["page", "limit", "role", "status"]);
    let long = format!("search={}", "x".repeat(255));
    assert_invalid(
        &request(&admin, &long).await,
        "search",
        "must have at most 254 characters",
    );
}

/// What is shown, counted and found follows every change of a user.
#[tokio::test(flavor = "multi_thread")]
async fn changed_and_deleted_users_change_their_place() {
    let admin = Admin::start().await;
    let (id, _) = admin.user("ada@example.com").await;
    let total = async |query: &str| list(&admin, query).await["total"].clone();
    assert_eq!(total("search=ada").await, 1);
    assert_eq!((total("").await, total("status=ACTIVE").await), (json!(2), json!(2)));
    let body = json!({"firstName": "Augusta", "lastName": "King", "status": "SUSPENDED"});
    let _ = admin.update(&id, &body).await.expect(200);
    assert_eq!(
        (total("search=augusta").await, total("search=kin").await),
        (json!(1), json!(1))
    );
    assert_eq!(
        (total("search=ada").await, total("search=lovelace").await),
        (json!(1), json!(0))
    );
    assert_eq!(
        (total("status=ACTIVE").await, total("status=SUSPENDED").await),
        (json!(1), json!(1))
    );
    let _ = admin.delete(&id).await.expect(200);
    for query in ["search=augusta", "search=ada", "status=SUSPENDED"] {
        let listed = list(&admin, query).await;
        assert_eq!((&listed["total"], &listed["users"]), (&json!(0), &json!([])), "{query}");
    }
    assert_eq!((total("").await, total("status=ACTIVE").await), (json!(1), json!(1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn users_who_sign_up_at_once_are_all_listed() {
    let admin = Admin::start().await;
    let app = Arc::clone(&admin.app);
    race::race(&app, |number, app| async move {
        let _ = register(&app, &format!("user{number}@example.com")).await.expect(201);
    })
    .await;
    let listed = list(&admin, "limit=100").await;
    assert_eq!((&listed["total"], emails(&listed).len()), (&json!(17), 17));
    assert_eq!(list(&admin, "search=user").await["total"], 16);
    assert_eq!(list(&admin, "search=lovelace").await["total"], 16);
}

/// Sixteen administrators' changes of one name leave the words of one name.
#[tokio::test(flavor = "multi_thread")]
async fn a_user_who_is_renamed_at_once_has_one_name() {
    let admin = Arc::new(Admin::start().await);
    let (id, _) = admin.user("ada@example.com").await;
    let app = Arc::clone(&admin.app);
    race::race(&app, |number, _| {
        let (admin, id) = (Arc::clone(&admin), id.clone());
        async move {
            let body = json!({"lastName": format!("Word{number:02}")});
            let _ = admin.update(&id, &body).await.expect(200);
        }
    })
    .await;
    let mut found = 0;
    for number in 0..16 {
        found += list(&admin, &format!("search=word{number:02}")).await["total"]
            .as_u64()
            .expect("a number");
    }
    assert_eq!(found, 1);
}

/// Pages and searches read what they show, however many users there are. Beyond its bound a search is refused, and a
/// second word narrows it.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_costs_the_same_with_few_and_with_many_users() {
    let admin = Admin::start().await;
    let make = |number: u16, user: &mut User| {
        user.email = address(&format!("user{number:04}@users.example.com"));
        user.name = Name::of_parts("Many", &format!("Person{number:04}"));
    };
    let queries = ["", "status=ACTIVE", "search=person000", "search=user0001", "page=2"];
    let costs = async |admin: &Admin| {
        let mut costs = Vec::new();
        for query in queries {
            let answer = request(admin, &format!("limit=20&{query}")).await.expect(200);
            assert!(!answer.json()["users"].as_array().expect("users").is_empty(), "{query}");
            costs.push((answer.usage.dynamodb, answer.usage.read_units));
        }
        costs
    };
    store(&admin.app, 50, make).await;
    let few = costs(&admin).await;
    store(&admin.app, 1010, |number, user| {
        let mut bytes = user.id.to_bytes();
        bytes[13] ^= 1;
        user.id = UserId::from_bytes(bytes);
        user.number = UserNumber(2_000_000 + u64::from(number));
        make(number + 50, user);
    })
    .await;
    let many = costs(&admin).await;
    for ((query, few), many) in queries.iter().zip(&few).zip(&many) {
        assert_eq!(few.0, many.0, "calls of {query}");
        assert!(many.1 <= few.1 + 2.0, "{query}: {few:?} {many:?}");
        assert!(many.1 < 45.0, "{query}: {many:?}");
    }
    let refused = request(&admin, "search=many").await;
    assert_invalid(
        &refused,
        "search",
        "has more than 1000 matches: search for a longer text",
    );
    let narrowed = list(&admin, "search=many+person0007").await;
    assert_eq!(emails(&narrowed), ["user0007@users.example.com"]);
    let all = list(&admin, "limit=1").await;
    assert_eq!(all["total"], 1061);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_a_user_lists_nothing() {
    let app = start().await;
    let token = shared::testkit::platform::sign_up(&app, "ada@example.com").await;
    for path in [PATH, "/v1/admin/organizations"] {
        let _ = app.get(path).bearer(&token).send().await.expect(403);
        let _ = app.get(path).send().await.expect(401);
    }
    let token = admin(&app, OTHER).await;
    let _ = app.get(PATH).bearer(&token).send().await.expect(200);
}

/// Prints the table of docs/performance.md; it takes some minutes.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "it makes a hundred thousand users"]
async fn a_page_costs_the_same_up_to_a_hundred_thousand_users() {
    const BATCH: u32 = 50;
    let admin = Admin::start().await;
    let queries = [
        "",
        "status=ACTIVE",
        "search=user0000001%40users.example.com",
        "search=person0000001",
    ];
    let mut made = 0;
    let mut first = None;
    for users in [100, 1_000, 10_000, 100_000] {
        while made < users {
            store(
                &admin.app,
                u16::try_from(BATCH).expect("a small number"),
                |number, user| {
                    let number = made + u32::from(number);
                    let mut bytes = user.id.to_bytes();
                    bytes[12..].copy_from_slice(&number.to_be_bytes());
                    user.id = UserId::from_bytes(bytes);
                    user.number = UserNumber(2_000_000 + u64::from(number));
                    user.email = address(&format!("user{number:07}@users.example.com"));
                    user.name = Name::of_parts("Many", &format!("Person{number:07}"));
                },
            )
            .await;
            made += BATCH;
        }
        let mut costs = Vec::new();
        for query in queries {
            let answer = request(&admin, &format!("limit=20&{query}")).await.expect(200);
            costs.push((answer.usage.dynamodb, answer.usage.read_units));
        }
        println!("| {made} | {costs:?} |");
        assert_eq!(&costs, first.get_or_insert(costs.clone()), "{made} users");
    }
}
