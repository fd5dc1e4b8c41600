//! Durations and times in words.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::domain::Language;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

impl Language {
    /// The duration in the largest unit of which it has two, or exactly one, rounded to the nearest: a text is read a
    /// little after the time from which a lifetime counts.
    pub fn duration(self, span: SignedDuration) -> String {
        let minutes = nearest(span.as_secs(), MINUTE).max(1) * MINUTE;
        let (unit, key) = match minutes {
            minutes if minutes == DAY || minutes > 47 * HOUR => (DAY, "duration-days"),
            minutes if minutes == HOUR || minutes > 119 * MINUTE => (HOUR, "duration-hours"),
            _ => (MINUTE, "duration-minutes"),
        };
        self.text(key, &[("count", nearest(minutes, unit).into())])
    }

    /// The day and the minute, in UTC: the time zone of a reader is not known everywhere.
    pub fn moment(self, at: Timestamp) -> String {
        let at = at.to_zoned(TimeZone::UTC);
        let (year, time) = (at.year().to_string(), at.strftime("%H:%M").to_string());
        let (month, day) = (i64::from(at.month()), i64::from(at.day()));
        let parts = [
            ("year", (&year).into()),
            ("month", month.into()),
            ("day", day.into()),
            ("time", (&time).into()),
        ];
        self.text("moment", &parts)
    }
}

fn nearest(seconds: i64, unit: i64) -> i64 {
    (seconds + unit / 2).div_euclid(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes_are_in_the_largest_unit_that_is_near_enough() {
        for (seconds, words) in [
            (1, "1 minute"),
            (119, "2 minutes"),
            (15 * 60, "15 minutes"),
            (15 * 60 - 2, "15 minutes"),
            (60 * 60 - 2, "1 hour"),
            (24 * 60 * 60 - 2, "1 day"),
            // An invitation whose mail was sent a minute later.
            (2879 * 60, "2 days"),
            (2 * 24 * 60 * 60 - 2, "2 days"),
            (50 * 60 * 60, "2 days"),
            (150 * 60, "3 hours"),
            (60 * 60, "1 hour"),
            (90 * 60, "90 minutes"),
            (24 * 60 * 60, "1 day"),
            (25 * 60 * 60, "25 hours"),
            (7 * 24 * 60 * 60, "7 days"),
        ] {
            assert_eq!(Language::English.duration(SignedDuration::from_secs(seconds)), words);
        }
    }

    #[test]
    fn durations_have_the_plural_of_the_language() {
        let durations = |language: Language| [1, 2].map(|hours| language.duration(SignedDuration::from_hours(hours)));
        assert_eq!(durations(Language::German), ["1 Stunde", "2 Stunden"]);
        assert_eq!(durations(Language::French), ["1 heure", "2 heures"]);
        assert_eq!(durations(Language::Spanish), ["1 hora", "2 horas"]);
        assert_eq!(durations(Language::Japanese), ["1時間", "2時間"]);
        assert_eq!(durations(Language::Chinese), ["1 小时", "2 小时"]);
        assert_eq!(durations(Language::Korean), ["1시간", "2시간"]);
    }

    #[test]
    fn a_time_has_the_form_of_the_language() {
        let at = "2025-11-01T21:05:03Z".parse().unwrap();
        for (language, moment) in [
            (Language::English, "1 November 2025 at 21:05 UTC"),
            (Language::German, "1. November 2025 um 21:05 Uhr (UTC)"),
            (Language::French, "1er novembre 2025 à 21:05 (UTC)"),
            (Language::Spanish, "1 de noviembre de 2025 a las 21:05 (UTC)"),
            (Language::Japanese, "2025年11月1日 21:05（UTC）"),
            (Language::Chinese, "2025 年 11 月 1 日 21:05（UTC）"),
            (Language::Korean, "2025년 11월 1일 21:05(UTC)"),
        ] {
            assert_eq!(language.moment(at), moment);
        }
    }
}
