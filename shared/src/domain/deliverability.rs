//! Whether an e-mail address accepts mail: the known state of the address, and how a report of SES changes it.
//!
//! Reports arrive late, at least once and in any order. Therefore each is compared with the known state by the time of
//! the event, and the result does not depend on the order of arrival.

use jiff::{SignedDuration, Timestamp};

use super::mail_event::{Label, MailEventKind, Permanence};

/// A mailbox that was full for so many mails in a row is suppressed, if the first of them is old enough. Its owner does
/// not read it.
const FULL_MAILS: usize = 5;
const FULL_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The known result of sending mail to an address.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum EmailStatus {
    /// No failure of the address is known.
    #[default]
    Deliverable,
    /// The last mail bounced for a transient reason. Mail is still sent to the address.
    SoftBounced { at: Timestamp },
    /// The last mail bounced permanently: the mailbox does not exist, or it has been full for a week.
    Bounced { at: Timestamp, reason: Label },
    /// The recipient reported mail of this service as spam.
    Complained { at: Timestamp },
}

impl EmailStatus {
    /// Whether mail to the address is suppressed: none may be sent.
    pub fn is_suppressed(&self) -> bool {
        matches!(self, Self::Bounced { .. } | Self::Complained { .. })
    }

    /// The name of the status, which is the same in the table, in logs and in responses.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Deliverable => "deliverable",
            Self::SoftBounced { .. } => "soft_bounced",
            Self::Bounced { .. } => "bounced",
            Self::Complained { .. } => "complained",
        }
    }

    /// The time of the bounce or complaint.
    pub fn since(&self) -> Option<Timestamp> {
        match self {
            Self::Deliverable => None,
            Self::SoftBounced { at } | Self::Bounced { at, .. } | Self::Complained { at } => Some(*at),
        }
    }

    /// The reason of a permanent bounce, in the terms of SES.
    pub fn reason(&self) -> Option<&Label> {
        match self {
            Self::Bounced { reason, .. } => Some(reason),
            Self::Deliverable | Self::SoftBounced { .. } | Self::Complained { .. } => None,
        }
    }

    /// The key that orders suppressions: the later one takes precedence. It also breaks ties, so that the order of
    /// arrival does not matter.
    fn precedence(&self) -> (Option<Timestamp>, bool, Option<&Label>) {
        match self {
            Self::Deliverable | Self::SoftBounced { .. } => (None, false, None),
            Self::Bounced { at, reason } => (Some(*at), false, Some(reason)),
            Self::Complained { at } => (Some(*at), true, None),
        }
    }
}

/// The known state of an address. The default is the state of an address without reports.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Deliverability {
    pub status: EmailStatus,
    /// The time of the last delivery, which is not recorded while mail is suppressed. Soft bounces up to that time are
    /// obsolete.
    pub delivered_at: Option<Timestamp>,
    /// The times of the bounces from a full mailbox since the last delivery: the first one and the latest ones.
    pub full_at: Vec<Timestamp>,
    /// The time at which an administrator last lifted the status. Reports of events up to that time are ignored.
    pub lifted_at: Option<Timestamp>,
    /// The version of the optimistic lock. Each write increments it, and names the version that it has read. The value
    /// 0 means that no state is stored.
    pub version: u64,
}

impl Deliverability {
    /// The state after a report. `None` means that the report changes nothing.
    #[must_use]
    pub fn after(&self, kind: &MailEventKind, at: Timestamp) -> Option<Self> {
        if self.lifted_at >= Some(at) {
            return None;
        }
        match kind {
            _ if kind.is_praise() => None,
            MailEventKind::Bounce {
                permanence: Permanence::Permanent,
                reason,
            } => self.suppressed(EmailStatus::Bounced {
                at,
                reason: reason.clone(),
            }),
            MailEventKind::Complaint { .. } => self.suppressed(EmailStatus::Complained { at }),
            MailEventKind::Bounce { reason, .. } if kind.is_full_mailbox() => self.full(at, reason),
            MailEventKind::Bounce { .. } => self.doubted(at),
            MailEventKind::Delivery => self.delivered(at),
            MailEventKind::Reject | MailEventKind::DeliveryDelay => None,
        }
    }

    /// The state after an administrator has permitted mail to the address again. `None` means that there is no status
    /// to lift.
    #[must_use]
    pub fn lifted(&self, now: Timestamp) -> Option<Self> {
        (self.status != EmailStatus::Deliverable).then(|| Self {
            status: EmailStatus::Deliverable,
            full_at: Vec::new(),
            lifted_at: Some(now),
            ..self.clone()
        })
    }

    fn suppressed(&self, status: EmailStatus) -> Option<Self> {
        (status.precedence() > self.status.precedence()).then(|| Self { status, ..self.clone() })
    }

    fn doubted(&self, at: Timestamp) -> Option<Self> {
        let is_news = match self.status {
            EmailStatus::Deliverable => true,
            EmailStatus::SoftBounced { at: known } => at > known,
            EmailStatus::Bounced { .. } | EmailStatus::Complained { .. } => false,
        };
        (is_news && Some(at) > self.delivered_at).then(|| Self {
            status: EmailStatus::SoftBounced { at },
            ..self.clone()
        })
    }

    /// A bounce from a full mailbox. Bounces for other transient reasons do not interrupt the row; a delivery does.
    fn full(&self, at: Timestamp, reason: &Label) -> Option<Self> {
        if self.status.is_suppressed() || self.delivered_at >= Some(at) || self.full_at.contains(&at) {
            return None;
        }
        let mut next = self.doubted(at).unwrap_or_else(|| self.clone());
        next.full_at.push(at);
        next.full_at.sort_unstable();
        if next.full_at.len() > FULL_MAILS {
            next.full_at.remove(1);
        }
        if let [first, .., last] = *next.full_at
            && next.full_at.len() == FULL_MAILS
            && last.duration_since(first) >= FULL_FOR
        {
            next.status = EmailStatus::Bounced {
                at: last,
                reason: reason.clone(),
            };
        }
        Some(next)
    }

    /// A delivery clears a soft bounce. It never lifts a suppression, because the same mailbox also accepted mail
    /// before the suppression.
    fn delivered(&self, at: Timestamp) -> Option<Self> {
        if self.status.is_suppressed() || self.delivered_at >= Some(at) {
            return None;
        }
        let status = match &self.status {
            EmailStatus::SoftBounced { at: known } if *known <= at => EmailStatus::Deliverable,
            status => status.clone(),
        };
        Some(Self {
            status,
            delivered_at: Some(at),
            full_at: self.full_at.iter().copied().filter(|full| *full > at).collect(),
            ..self.clone()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_769_860_800 + second).expect("a time")
    }

    fn bounce(permanence: Permanence) -> MailEventKind {
        let reason = Label::of("General").expect("a label");
        MailEventKind::Bounce { permanence, reason }
    }

    fn complaint(feedback: Option<&str>) -> MailEventKind {
        MailEventKind::Complaint {
            feedback: feedback.and_then(Label::of),
        }
    }

    fn hard() -> MailEventKind {
        bounce(Permanence::Permanent)
    }

    fn soft() -> MailEventKind {
        bounce(Permanence::Transient)
    }

    fn bounced(second: i64) -> EmailStatus {
        EmailStatus::Bounced {
            at: at(second),
            reason: Label::of("General").expect("a label"),
        }
    }

    /// The state after these reports have arrived in this order.
    fn after<'a>(reports: impl IntoIterator<Item = &'a (MailEventKind, i64)>) -> Deliverability {
        reports
            .into_iter()
            .fold(Deliverability::default(), |known, (kind, second)| {
                known.after(kind, at(*second)).unwrap_or(known)
            })
    }

    #[test]
    fn each_report_has_its_effect() {
        let soft_bounced = EmailStatus::SoftBounced { at: at(0) };
        for (kind, status) in [
            (hard(), bounced(0)),
            (soft(), soft_bounced.clone()),
            (bounce(Permanence::Undetermined), soft_bounced),
            (complaint(None), EmailStatus::Complained { at: at(0) }),
            (complaint(Some("abuse")), EmailStatus::Complained { at: at(0) }),
            (complaint(Some("not-spam")), EmailStatus::Deliverable),
            (MailEventKind::Delivery, EmailStatus::Deliverable),
            (MailEventKind::Reject, EmailStatus::Deliverable),
            (MailEventKind::DeliveryDelay, EmailStatus::Deliverable),
        ] {
            assert_eq!(after(&[(kind.clone(), 0)]).status, status, "{kind:?}");
        }
    }

    #[test]
    fn a_delivery_clears_a_soft_bounce_and_lifts_no_suppression() {
        let delivery = |first| after(&[(first, 0), (MailEventKind::Delivery, 1)]).status;
        assert_eq!(delivery(soft()), EmailStatus::Deliverable);
        assert_eq!(delivery(hard()), bounced(0));
        assert_eq!(delivery(complaint(None)), EmailStatus::Complained { at: at(0) });
    }

    #[test]
    fn the_order_of_arrival_does_not_matter() {
        let reports = [
            (soft(), 1),
            (MailEventKind::Delivery, 2),
            (soft(), 2),
            (MailEventKind::Delivery, 0),
            (soft(), 3),
        ];
        for (last, status) in [
            ((MailEventKind::Delivery, 4), EmailStatus::Deliverable),
            ((soft(), 5), EmailStatus::SoftBounced { at: at(5) }),
            ((hard(), 1), bounced(1)),
            ((complaint(None), 0), EmailStatus::Complained { at: at(0) }),
        ] {
            let reports: Vec<_> = reports.iter().chain([&last]).collect();
            for order in permutations(&reports) {
                assert_eq!(after(order.iter().copied()).status, status, "{order:?}");
            }
        }
        let suppressing = [(hard(), 1), (complaint(None), 1), (hard(), 0)];
        for order in permutations(&suppressing.iter().collect::<Vec<_>>()) {
            assert_eq!(after(order).status, EmailStatus::Complained { at: at(1) });
        }
    }

    fn full() -> MailEventKind {
        MailEventKind::Bounce {
            permanence: Permanence::Transient,
            reason: Label::of("MailboxFull").expect("a label"),
        }
    }

    const DAY: i64 = 24 * 60 * 60;

    fn full_on(days: &[i64]) -> Vec<(MailEventKind, i64)> {
        days.iter().map(|day| (full(), day * DAY)).collect()
    }

    fn abandoned(second: i64) -> EmailStatus {
        EmailStatus::Bounced {
            at: at(second),
            reason: Label::of("MailboxFull").expect("a label"),
        }
    }

    #[test]
    fn a_mailbox_that_is_full_five_times_in_a_row_over_a_week_is_suppressed() {
        for (days, is_suppressed) in [
            (vec![0, 1, 2, 3, 7], true),
            (vec![0, 2, 4, 6, 8], true),
            (vec![0, 0, 1, 2, 3, 7], true),
            (vec![0, 1, 2, 3, 4, 5, 6, 7], true),
            (vec![0, 2, 4, 7], false),
            (vec![0, 0, 0, 0, 7], false),
            (vec![0, 1, 2, 3, 4, 5, 6], false),
        ] {
            let status = after(&full_on(&days)).status;
            assert_eq!(status.is_suppressed(), is_suppressed, "{days:?}");
            assert_ne!(status, EmailStatus::Deliverable, "{days:?}");
        }
        for order in permutations(&full_on(&[0, 1, 2, 3, 7]).iter().collect::<Vec<_>>()) {
            assert_eq!(after(order).status, abandoned(7 * DAY));
        }
    }

    #[test]
    fn a_delivery_ends_a_row_of_bounces_and_another_transient_bounce_does_not() {
        let with = |other: (MailEventKind, i64)| {
            let mut reports = full_on(&[0, 2, 4, 6, 8]);
            reports.insert(3, other);
            after(&reports)
        };
        let delivered = with((MailEventKind::Delivery, 5 * DAY));
        assert_eq!(delivered.status, EmailStatus::SoftBounced { at: at(8 * DAY) });
        assert_eq!(delivered.full_at, [at(6 * DAY), at(8 * DAY)]);
        assert_eq!(with((soft(), 5 * DAY)).status, abandoned(8 * DAY));
        let other: Vec<_> = (0..9).map(|day| (soft(), day * DAY)).collect();
        assert!(!after(&other).status.is_suppressed());
    }

    #[test]
    fn a_lifted_mailbox_must_be_full_for_another_week() {
        let known = after(&full_on(&[0, 2, 4, 6, 8]));
        let lifted = known.lifted(at(8 * DAY)).expect("something to lift");
        let again = full_on(&[9, 10, 11, 12, 13])
            .iter()
            .fold(lifted, |known, (kind, second)| {
                known.after(kind, at(*second)).unwrap_or(known)
            });
        assert!(!again.status.is_suppressed());
    }

    #[test]
    fn what_was_lifted_stays_lifted_until_something_new_happens() {
        let lifted = after(&[(hard(), 0)]).lifted(at(10)).expect("something to lift");
        assert_eq!(lifted.status, EmailStatus::Deliverable);
        for kind in [hard(), soft(), complaint(None)] {
            assert_eq!(lifted.after(&kind, at(10)), None, "{kind:?} from before");
        }
        assert_eq!(
            lifted.after(&hard(), at(11)).map(|known| known.status),
            Some(bounced(11))
        );
        assert_eq!(lifted.lifted(at(12)), None);
    }

    fn permutations<T: Copy>(items: &[T]) -> Vec<Vec<T>> {
        let Some((first, rest)) = items.split_first() else {
            return vec![Vec::new()];
        };
        let inserted = |order: Vec<T>| {
            (0..=order.len()).map(move |place| {
                let mut order = order.clone();
                order.insert(place, *first);
                order
            })
        };
        permutations(rest).into_iter().flat_map(inserted).collect()
    }
}
