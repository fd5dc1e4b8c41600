use super::super::listing::Page;
use super::*;
use crate::entropy::{Entropy, OsEntropy};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).expect("a time")
}

fn entry(second: i64, name: &str, roles: &[PlatformRole]) -> DirectoryEntry {
    let entropy: &dyn Entropy = &OsEntropy;
    DirectoryEntry {
        id: UserId::generate(at(second), entropy),
        email: EmailAddress::parse(&format!("{name}@example.com")).expect("an address"),
        is_email_verified: second % 2 == 0,
        username: None,
        display_username: None,
        name: name.to_owned(),
        image: None,
        status: UserStatus::Active,
        roles: roles.iter().copied().collect(),
        custom_roles: BTreeSet::new(),
        role_order: Vec::new(),
        two_factor_enabled: false,
        created_at: at(second),
        updated_at: at(second),
    }
}

/// Ada, Bob (banned) and Cleo (administrator) were created in this order. The entries are in another one.
fn directory() -> Vec<DirectoryEntry> {
    let mut bob = entry(1, "Bob", &[]);
    bob.status = UserStatus::Banned {
        reason: "spam".to_owned(),
        until: Some(at(100)),
        former: Box::new(UserStatus::Active),
    };
    vec![entry(2, "Cleo", &[PlatformRole::Admin]), entry(0, "Ada", &[]), bob]
}

fn names(listing: &Listing<UserField>) -> Vec<String> {
    let listed = select(listing, directory());
    listed.records.into_iter().map(|entry| entry.name).collect()
}

fn having(field: &str, operator: &str, wanted: &[&str]) -> Vec<String> {
    let wanted: Vec<String> = wanted.iter().map(|text| (*text).to_owned()).collect();
    let (field, operator) = (
        UserField::parse(field).expect("a field"),
        Operator::parse(operator).expect("an operator"),
    );
    names(&Listing {
        conditions: vec![condition(field, operator, &wanted).expect("a value")],
        ..Listing::unfiltered(Page { offset: 0, limit: 10 })
    })
}

#[test]
fn users_are_found_by_what_the_list_shows_of_them() {
    assert_eq!(having("email", "contains", &["EXAMPLE"]), ["Ada", "Bob", "Cleo"]);
    assert_eq!(having("name", "starts_with", &["c"]), ["Cleo"]);
    assert_eq!(having("name", "ends_with", &["B"]), ["Bob"]);
    assert_eq!(having("email", "eq", &["Ada@example.com"]), ["Ada"]);
    assert_eq!(having("role", "eq", &["admin"]), ["Cleo"]);
    assert_eq!(having("role", "ne", &["admin"]), ["Ada", "Bob"]);
    assert_eq!(having("banned", "eq", &["true"]), ["Bob"]);
    assert_eq!(having("banReason", "contains", &["pa"]), ["Bob"]);
    assert_eq!(having("emailVerified", "eq", &["true"]), ["Ada", "Cleo"]);
    assert_eq!(having("name", "in", &["ada", "cleo", "nobody"]), ["Ada", "Cleo"]);
    assert_eq!(having("name", "not_in", &["ada", "cleo"]), ["Bob"]);
}

#[test]
fn times_are_compared_as_times() {
    let second = at(1).to_string();
    assert_eq!(having("createdAt", "lt", &[&second]), ["Ada"]);
    assert_eq!(having("createdAt", "lte", &[&second]), ["Ada", "Bob"]);
    assert_eq!(
        having("createdAt", "gte", &[&at(1).as_millisecond().to_string()]),
        ["Bob", "Cleo"]
    );
    // A user without a ban has no such time, and an absent time is neither before nor after another.
    assert_eq!(having("banExpires", "lt", &[&at(1000).to_string()]), ["Bob"]);
    let problem = condition(UserField::CreatedAt, Operator::Less, &["yesterday".to_owned()]);
    assert_eq!(problem, Err(InvalidValue));
}

#[test]
fn the_list_is_sorted_and_paged_and_knows_its_length() {
    let listing = Listing::unfiltered(Page { offset: 0, limit: 2 });
    assert_eq!(names(&listing), ["Ada", "Bob"]);
    let by_name = Listing {
        sort_by: Some(UserField::Name),
        descending: true,
        page: Page { offset: 1, limit: 2 },
        ..listing
    };
    assert_eq!(names(&by_name), ["Bob", "Ada"]);
    assert_eq!(select(&by_name, directory()).total, 3);
}
