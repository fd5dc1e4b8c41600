//! The audit trail: one line of the log for each security fact, written once, after the commit that made it true. What
//! a commit has changed is in its `store::Changes`, so an operation cannot forget its records; who asked, and from
//! where, is known around the request, and is kept here for its duration.

use std::cell::RefCell;
use std::future::Future;

use jiff::Timestamp;

use crate::clock::{Clock as _, SystemClock};
use crate::domain::audit::{Actor, AuditRecord, Fact, Origin, Outcome};
use crate::domain::{EventId, UserId};
use crate::entropy::OsEntropy;
use crate::usage;

/// The target of the lines, which every log level includes. A filter of CloudWatch selects them by it.
pub const TARGET: &str = "audit";

/// The field of the tracing event that has the record as JSON.
pub const RECORD: &str = "record";

/// The log group of the records: that of the function `audit-trail`.
pub fn log_group(stack: &str) -> String {
    format!("/aws/lambda/{stack}/audit-trail")
}

/// The records that a piece of work has left, and who did it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trail {
    /// The id of the user or administrator, if the work has authenticated one.
    pub principal: Option<String>,
    pub records: Vec<AuditRecord>,
}

#[derive(Debug)]
struct Scope {
    at: Timestamp,
    origin: Origin,
    actor: Option<Actor>,
    /// The user who has signed in, refreshed a session or reset a password without a session.
    principal: Option<String>,
    /// The user whose credential an attempt names.
    suspect: Option<UserId>,
    records: Vec<AuditRecord>,
    is_silent: bool,
}

tokio::task_local! {
    static SCOPE: RefCell<Scope>;
}

/// Runs `work`, whose records have this origin and this time.
pub async fn within<F: Future>(origin: Origin, at: Timestamp, work: F) -> (F::Output, Trail) {
    let scope = Scope {
        at,
        origin,
        actor: None,
        principal: None,
        suspect: None,
        records: Vec::new(),
        is_silent: false,
    };
    SCOPE
        .scope(RefCell::new(scope), async {
            let output = work.await;
            let trail = SCOPE.with(|scope| {
                let mut scope = scope.borrow_mut();
                let actor = scope.actor.take().and_then(|actor| name_of(&actor));
                Trail {
                    principal: actor.or_else(|| scope.principal.take()),
                    records: std::mem::take(&mut scope.records),
                }
            });
            (output, trail)
        })
        .await
}

/// Runs `work` without records and events, for work on very many users that has one record of its own.
pub async fn silently<F: Future>(work: F) -> F::Output {
    with_scope(|scope| scope.is_silent = true);
    let output = work.await;
    with_scope(|scope| scope.is_silent = false);
    output
}

/// Whether the work runs [`silently`].
pub fn is_silent() -> bool {
    SCOPE.try_with(|scope| scope.borrow().is_silent).unwrap_or_default()
}

fn name_of(actor: &Actor) -> Option<String> {
    let user = actor.user.map(|user| user.to_string());
    user.or_else(|| actor.id.clone())
}

/// Names the actor of what follows. A request has one, so that a second authentication names the same one.
pub fn act_as(actor: Actor) {
    with_scope(|scope| {
        scope.actor.get_or_insert(actor);
    });
}

/// Names the user of a request that no session authenticates, such as the use of a refresh token.
pub fn note_principal(user: UserId) {
    with_scope(|scope| {
        scope.principal.get_or_insert_with(|| user.to_string());
    });
}

/// Names the user whose credential is presented, for the record of its refusal.
pub fn note_suspect(user: UserId) {
    with_scope(|scope| scope.suspect = Some(user));
}

/// The user whom [`note_suspect`] has named.
pub fn suspect() -> Option<UserId> {
    SCOPE.try_with(|scope| scope.borrow().suspect).ok().flatten()
}

/// Writes the record of a fact that no commit carries, so it cannot be an event.
pub fn record(fact: Fact) {
    debug_assert!(!fact.is_event(), "{} is an event without a commit", fact.kind());
    for record in records_of(vec![fact]) {
        emit(record);
    }
}

/// The records of the facts of one commit, to be written once its outcome is known.
pub fn records_of(facts: Vec<Fact>) -> Vec<AuditRecord> {
    if facts.is_empty() {
        return Vec::new();
    }
    let (at, actor, origin) = SCOPE
        .try_with(|scope| {
            let scope = scope.borrow();
            (scope.at, scope.actor.clone(), scope.origin.clone())
        })
        .unwrap_or_else(|_| (SystemClock.now(), None, Origin::default()));
    let facts: Vec<_> = facts.into_iter().map(|fact| fact.by(actor.as_ref())).collect();
    let actor = actor.or_else(|| facts.iter().find_map(Fact::authenticated));
    // The order of the ids is that of the facts, which all have one time.
    let mut ids: Vec<_> = facts.iter().map(|_| EventId::generate(at, &OsEntropy)).collect();
    ids.sort_unstable();
    let records = facts.into_iter().zip(ids).map(|(fact, id)| AuditRecord {
        id,
        at,
        outcome: fact.outcome(),
        fact,
        actor: actor.clone(),
        origin: origin.clone(),
    });
    records.collect()
}

/// Writes the record of a fact that a commit has made true.
pub fn emit(record: AuditRecord) {
    match &record.fact {
        Fact::SignInFailed { .. } | Fact::AdministratorSignInFailed { .. } | Fact::SecondFactorFailed { .. } => {
            usage::record_failed_sign_in();
        }
        Fact::Locked { .. } | Fact::AdministratorLocked { .. } => usage::record_lockout(),
        _ => {}
    }
    if is_silent() {
        return;
    }
    tracing::info!(target: TARGET, record = %record.to_json());
    with_scope(|scope| {
        if let Some(id) = record.fact.authenticated().and_then(|actor| actor.id) {
            scope.principal.get_or_insert(id);
        }
        scope.records.push(record);
    });
}

/// Writes the record of a fact whose commit had no answer: it may be true.
pub fn emit_unknown(record: AuditRecord) {
    emit(AuditRecord {
        outcome: Outcome::Unknown,
        ..record
    });
}

/// Outside of [`within`] there is nothing to change, as in some tests.
fn with_scope(change: impl FnOnce(&mut Scope)) {
    let _ = SCOPE.try_with(|scope| change(&mut scope.borrow_mut()));
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::aws;
    use crate::config::Config;
    use crate::domain::SessionId;
    use crate::domain::audit::ActorKind;
    use crate::store::Changes;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn user() -> UserId {
        UserId::generate(NOW, &OsEntropy)
    }

    /// What a commit of the fact leaves.
    fn commit(fact: Fact) {
        records_of(vec![fact]).into_iter().for_each(emit);
    }

    #[tokio::test]
    async fn a_commit_without_an_answer_leaves_a_record_that_says_so() {
        let config = Config::read(&|_| None).expect("settings");
        let core = aws::core(&config, &aws::loopback("http://127.0.0.1:9"), Arc::new(OsEntropy)).expect("a core");
        let session = SessionId::generate(NOW, &OsEntropy);
        let commit = core.store.commit(Changes::new().delete_session(user(), session));
        let (answer, trail) = within(Origin::default(), NOW, commit).await;
        assert!(answer.is_err());
        let outcomes: Vec<_> = trail.records.iter().map(|record| record.outcome).collect();
        assert_eq!(outcomes, [Outcome::Unknown]);
    }

    #[tokio::test]
    async fn a_sign_in_has_its_user_as_actor_and_principal() {
        let user = user();
        let session = SessionId::generate(NOW, &OsEntropy);
        let work = async {
            commit(Fact::SignedIn {
                user,
                session,
                organization: None,
                methods: Vec::new(),
            });
        };
        let origin = Origin {
            user_agent: format!("a\nb{}", "c".repeat(1000)),
            ..Origin::default()
        };
        let ((), trail) = within(origin, NOW, work).await;
        assert_eq!(trail.principal, Some(user.to_string()));
        let json = trail.records[0].to_json();
        assert_eq!(json["actor"], user.to_string());
        assert_eq!(json["user_agent"].as_str().map(str::len), Some(256));
        assert!(!json.to_string().contains("\\n"));
    }

    #[tokio::test]
    async fn the_actor_decides_what_a_new_password_is() {
        let own = user();
        let actor = |id: UserId| Actor {
            kind: ActorKind::User,
            id: Some(id.to_string()),
            session: None,
            user: Some(id),
        };
        for (acts, kind) in [
            (None, "password_reset"),
            (Some(actor(own)), "password_changed"),
            (Some(actor(user())), "password_assigned"),
            (Some(Actor::nameless(ActorKind::Operator)), "password_assigned"),
        ] {
            let work = async {
                if let Some(actor) = acts {
                    act_as(actor);
                }
                commit(Fact::PasswordChanged { user: own });
            };
            let ((), trail) = within(Origin::default(), NOW, work).await;
            assert_eq!(trail.records[0].fact.kind(), kind);
        }
    }
}
