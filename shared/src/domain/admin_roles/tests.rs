//! Tests of authorization by roles alone: which actions a user may perform, and on which other users.

use jiff::Timestamp;

use super::*;
use crate::domain::{EmailAddress, EmailStatus, Name, Profile, Stored, UserId, UserNumber, UserStatus};

fn user(platform: &[PlatformRole], custom: &[&str]) -> User {
    User {
        id: UserId::from_bytes([1; 16]),
        number: UserNumber(1),
        email: EmailAddress::parse("ada@example.com").expect("an address"),
        email_verified_at: None,
        email_status: EmailStatus::Deliverable,
        username: None,
        display_username: None,
        display_claim: None,
        name: Name::full("Ada"),
        image: None,
        profile: Profile::default(),
        status: UserStatus::Active,
        roles: platform.iter().copied().collect(),
        custom_roles: custom.iter().map(|name| named(name)).collect(),
        role_order: Vec::new(),
        memberships: Vec::new(),
        default_organization: None,
        two_factor_enabled: false,
        has_authenticator: false,
        trust_generation: 0,
        session_generation: 0,
        is_provisioned: false,
        created_by: None,
        password_generation: 0,
        is_password_reset: false,
        verifies_before_sign_in: false,
        created_at: Timestamp::UNIX_EPOCH,
        updated_at: Timestamp::UNIX_EPOCH,
        stored: Stored::NEW,
    }
}

fn named(name: &str) -> RoleName {
    RoleName::parse(name).expect("a name")
}

fn given(names: &[&str]) -> GivenRoles {
    GivenRoles::of(names.iter().map(|name| named(name))).expect("not too many")
}

fn asked(actions: &[(&str, &[&str])]) -> Statements {
    Statements::fixed(actions.iter().copied())
}

/// Three custom roles: `support` manages users, `keeper` may impersonate every user, and `editor` has only permissions
/// of the application.
fn book() -> AdminRoles {
    let roles = [
        (
            "support",
            asked(&[("user", &["list", "ban", "set-role"]), ("session", &["revoke"])]),
        ),
        ("keeper", asked(&[("user", &["impersonate", "impersonate-admins"])])),
        ("editor", asked(&[("project", &["create"])])),
    ];
    let roles = roles.map(|(name, statements)| (named(name), statements));
    AdminRoles::default().with(roles).expect("sound roles")
}

const ADMINISTRATOR: &[PlatformRole] = &[PlatformRole::Admin];
const SUPER: &[PlatformRole] = &[PlatformRole::SuperAdmin];

#[test]
fn the_two_roles_are_those_of_the_framework() {
    let book = AdminRoles::default();
    let everything = asked(&GUARDED);
    assert!(!book.permit(&user(ADMINISTRATOR, &[]), &everything));
    for (resource, action) in everything.actions() {
        let one = asked(&[(resource, &[action])]);
        let is_given = action != "impersonate-admins";
        assert_eq!(
            book.permit(&user(ADMINISTRATOR, &[]), &one),
            is_given,
            "{resource} {action}"
        );
        assert_eq!(book.permit(&user(SUPER, &[]), &one), is_given, "{resource} {action}");
        assert!(!book.permit(&user(&[], &[]), &one), "{resource} {action}");
    }
}

#[test]
fn one_role_must_allow_all_that_is_asked() {
    let (book, both) = (book(), asked(&[("user", &["list"]), ("project", &["create"])]));
    assert!(!book.permit(&user(&[], &["support", "editor"]), &both));
    assert!(book.permit(&user(&[], &["support", "editor"]), &asked(&[("project", &["create"])])));
    assert!(!book.permit(&user(&[], &["forgotten"]), &asked(&[("project", &["create"])])));
}

#[test]
fn what_a_deployment_makes_of_the_two_roles_holds_for_all_but_super_administrators() {
    let roles = [
        (named("admin"), asked(&[("user", &["list"])])),
        (named("user"), asked(&[("project", &["read"])])),
    ];
    let book = AdminRoles::default().with(roles).expect("sound roles");
    assert!(!book.may(&user(ADMINISTRATOR, &[]), UserPermission::Ban));
    assert!(book.may(&user(SUPER, &[]), UserPermission::Ban));
    assert!(
        book.permit(&user(&[], &["forgotten"]), &asked(&[("project", &["read"])])),
        "everybody is a user"
    );
}

#[test]
fn nobody_acts_upon_who_may_do_more() {
    let book = book();
    let outranks = |own: &User, other: &User| book.outranks(own, other);
    let (admin, support, editor) = (
        user(ADMINISTRATOR, &[]),
        user(&[], &["support"]),
        user(&[], &["editor"]),
    );
    assert!(outranks(&admin, &support) && outranks(&admin, &admin) && outranks(&support, &user(&[], &[])));
    assert!(!outranks(&support, &admin) && !outranks(&admin, &user(SUPER, &[])));
    assert!(!outranks(&admin, &editor), "its rights are the application's");
    assert!(outranks(&user(ADMINISTRATOR, &["editor"]), &editor) && outranks(&user(SUPER, &[]), &editor));
    // The statements of `all` cover those of `admin`, but the platform role itself is required, too.
    let all = AdminRoles::default()
        .with([(named("all"), asked(&GUARDED))])
        .expect("sound roles");
    assert!(!all.outranks(&user(&[], &["all"]), &admin));
}

#[test]
fn nobody_hands_out_a_right_that_they_lack() {
    let book = book();
    let may = |own: &User, names: &[&str]| book.may_give(own, &given(names));
    let (admin, support) = (user(ADMINISTRATOR, &[]), user(&[], &["support"]));
    assert!(may(&support, &["support"]) && may(&support, &["user"]) && may(&support, &[]));
    assert!(!may(&support, &["admin"]) && !may(&support, &["support", "editor"]));
    assert!(may(&admin, &["admin", "support"]) && !may(&admin, &["keeper"]) && !may(&admin, &["editor"]));
    assert!(may(&user(SUPER, &[]), &["admin", "keeper", "editor"]));
    assert!(!may(&admin, &["forgotten"]));
    assert_eq!(
        book.unknown(&given(&["admin", "user", "forgotten"])),
        Some(&named("forgotten"))
    );
}

#[test]
fn whoever_administrates_is_impersonated_with_a_right_of_its_own_only() {
    let book = book();
    let (admin, keeper) = (user(ADMINISTRATOR, &[]), user(ADMINISTRATOR, &["keeper"]));
    let (support, nobody) = (user(&[], &["support"]), user(&[], &[]));
    assert!(book.may_impersonate(&admin, &nobody) && book.may_impersonate(&keeper, &nobody));
    for other in [&admin, &support, &user(&[PlatformRole::PlatformAdmin], &[])] {
        assert!(book.administers(other) && !book.may_impersonate(&admin, other));
    }
    assert!(book.may_impersonate(&keeper, &admin) && book.may_impersonate(&keeper, &support));
    assert!(!book.may_impersonate(&keeper, &user(SUPER, &[])), "who may do more");
    assert!(!book.may_impersonate(&support, &nobody));
}

#[test]
fn roles_are_given_in_place_of_others_and_spelt_with_commas() {
    let mut ada = user(&[PlatformRole::Admin, PlatformRole::PlatformAdmin], &["editor"]);
    let spelt = |user: &User| spell(&user.roles, &user.custom_roles, &user.role_order);
    assert_eq!(spelt(&ada), "admin,editor");
    given(&["user", "support"]).give_to(&mut ada);
    assert_eq!(
        (spelt(&ada), ada.roles.clone()),
        ("user,support".to_owned(), [PlatformRole::PlatformAdmin].into())
    );
    given(&["support", "user", "admin", "support"]).give_to(&mut ada);
    assert_eq!(spelt(&ada), "support,user,admin");
    // A role that was taken away elsewhere is not shown.
    ada.roles.clear();
    assert_eq!(spelt(&ada), "support,user");
    given(&["user"]).give_to(&mut ada);
    assert_eq!(spelt(&ada), "user");
    let many = (0..9).map(|at| named(&format!("r{at}")));
    assert_eq!(GivenRoles::of(many), None);
}

#[test]
fn a_new_permission_over_users_ends_sessions_and_another_new_role_does_not() {
    for (before, given_roles, ends) in [
        (&[][..], &["support"][..], true),
        (&[], &["admin"], true),
        (&[], &["editor"], false),
        (&["support"], &["support", "editor"], false),
        (&["support"], &["user"], false),
    ] {
        let mut ada = user(&[], before);
        book().give(&given(given_roles), &mut ada, Timestamp::UNIX_EPOCH);
        assert_eq!(ada.session_generation, u64::from(ends), "{given_roles:?}");
    }
}
