//! Against another way to find the same: the spans in which a zone's clocks run without a change, found by looking at them every few
//! hours, and searched from the first to the last.

use chrono::{Offset, Weekday};
use chrono_tz::TZ_VARIANTS;

use super::*;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn local(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
}

/// From when on clocks are so far ahead of UTC.
#[derive(Clone, Copy)]
struct Span {
    from: DateTime<Utc>,
    ahead: TimeDelta,
}

fn ahead(zone: Tz, at: DateTime<Utc>) -> TimeDelta {
    TimeDelta::seconds(i64::from(zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc()))
}

/// The spans of a zone between two instants; a change of less than six hours' validity would be overlooked.
fn spans(zone: Tz, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Span> {
    let mut spans = vec![Span { from, ahead: ahead(zone, from) }];
    let mut last = from;
    while last < to {
        let next = last + TimeDelta::hours(6);
        if ahead(zone, next) != ahead(zone, last) {
            let mut change = last;
            while ahead(zone, change) == ahead(zone, last) {
                change += TimeDelta::seconds(1);
            }
            spans.push(Span { from: change, ahead: ahead(zone, change) });
        }
        last = next;
    }
    spans
}

/// The first instant at which a clock shows this time, else the first from which on it shows more.
fn shown(spans: &[Span], local: NaiveDateTime) -> DateTime<Utc> {
    let ends = spans.iter().skip(1).map(|span| span.from).chain([DateTime::<Utc>::MAX_UTC]);
    for (span, end) in spans.iter().zip(ends) {
        let exactly = (local - span.ahead).and_utc();
        if (span.from..end).contains(&exactly) {
            return exactly;
        }
        if exactly < span.from {
            return span.from;
        }
    }
    unreachable!("the last span has no end")
}

/// The date on a clock.
fn date(spans: &[Span], at: DateTime<Utc>) -> NaiveDate {
    let span = spans.iter().rfind(|span| span.from <= at).unwrap();
    (at + span.ahead).date_naive()
}

/// Whether a clock ever showed this day.
fn was_there(spans: &[Span], day: NaiveDate) -> bool {
    let (begins, ends) = (day.and_time(NaiveTime::MIN), day.succ_opt().unwrap().and_time(NaiveTime::MIN));
    let shows = |span: &Span, at: DateTime<Utc>| (at + span.ahead).naive_utc();
    let next = spans.iter().skip(1).map(Some).chain([None]);
    spans
        .iter()
        .zip(next)
        .any(|(span, next)| shows(span, span.from) < ends && next.is_none_or(|next| shows(span, next.from) > begins))
}

/// Nine on the first of the days after today that there was and that fits.
fn nine(spans: &[Span], now: DateTime<Utc>, fits: impl Fn(NaiveDate) -> bool) -> DateTime<Utc> {
    let mut day = date(spans, now);
    loop {
        day = day.succ_opt().unwrap();
        if fits(day) && was_there(spans, day) {
            return shown(spans, day.and_hms_opt(9, 0, 0).unwrap());
        }
    }
}

/// Instants shortly before and after each local midnight and each change of the clocks.
fn instants(spans: &[Span], from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<DateTime<Utc>> {
    let around = [TimeDelta::seconds(-1), TimeDelta::zero()];
    let mut instants = Vec::new();
    let mut day = from.date_naive();
    while day < to.date_naive() {
        let midnight = shown(spans, day.and_time(NaiveTime::MIN));
        instants.extend(around.map(|near| midnight + near));
        day = day.succ_opt().unwrap();
    }
    for span in spans.iter().skip(1) {
        for minutes in [-1441, -61, -31, -1, 0, 1, 31, 61, 1441] {
            instants.extend(around.map(|near| span.from + TimeDelta::minutes(minutes) + near));
        }
    }
    instants
}

fn agrees(zone: Tz, from: DateTime<Utc>, to: DateTime<Utc>) -> usize {
    let spans = spans(zone, from - TimeDelta::days(3), to + TimeDelta::days(15));
    let instants = instants(&spans, from, to);
    for now in &instants {
        let (tomorrow, monday) =
            (nine(&spans, *now, |_| true), nine(&spans, *now, |day| day.weekday() == Weekday::Mon));
        assert_eq!(Preset::TomorrowMorning.resolve(*now, zone), Some(tomorrow), "{zone} at {now}");
        assert_eq!(Preset::NextWeek.resolve(*now, zone), Some(monday), "{zone} at {now}");
        assert!(tomorrow > *now && monday >= tomorrow);
    }
    instants.len()
}

#[test]
fn every_zone_over_two_years() {
    let (from, to) = (at("2026-01-01T00:00:00Z"), at("2028-01-01T00:00:00Z"));
    let mut tried = 0;
    for zone in TZ_VARIANTS {
        tried += agrees(zone, from, to);
    }
    assert!(tried > TZ_VARIANTS.len() * 2 * 730);
}

#[test]
fn zones_with_odd_pasts() {
    for (zone, from, to) in [
        ("Pacific/Apia", "2011-12-01T00:00:00Z", "2012-01-10T00:00:00Z"),
        ("Pacific/Kwajalein", "1993-08-01T00:00:00Z", "1993-09-01T00:00:00Z"),
        ("Pacific/Kiritimati", "1994-12-01T00:00:00Z", "1995-02-01T00:00:00Z"),
        ("America/Sao_Paulo", "2018-10-20T00:00:00Z", "2018-11-20T00:00:00Z"),
        ("Asia/Beirut", "2023-03-01T00:00:00Z", "2023-04-20T00:00:00Z"),
        ("Africa/Cairo", "2014-04-01T00:00:00Z", "2014-11-01T00:00:00Z"),
        ("Africa/Casablanca", "2024-02-01T00:00:00Z", "2024-05-01T00:00:00Z"),
        ("America/Caracas", "2007-12-01T00:00:00Z", "2008-01-01T00:00:00Z"),
        ("Europe/Amsterdam", "1937-06-01T00:00:00Z", "1937-08-01T00:00:00Z"),
        ("Asia/Manila", "1899-08-01T00:00:00Z", "1899-10-01T00:00:00Z"),
        ("Africa/Monrovia", "1971-12-20T00:00:00Z", "1972-02-01T00:00:00Z"),
    ] {
        assert!(agrees(zone.parse().unwrap(), at(from), at(to)) > 40, "{zone}");
    }
}

#[test]
fn hours_are_hours_whatever_the_clocks_do() {
    let (before, zone) = (at("2026-03-29T00:30:00Z"), Tz::Europe__Berlin);
    assert_eq!(Preset::InOneHour.resolve(before, zone), Some(at("2026-03-29T01:30:00Z")));
    assert_eq!(Preset::LaterToday.resolve(before, zone), Some(at("2026-03-29T03:30:00Z")));
}

#[test]
fn on_a_monday_next_week_is_the_next_monday() {
    let monday = [("2026-03-22T23:30:00Z", "2026-03-30T07:00:00Z"), ("2026-03-29T21:59:59Z", "2026-03-30T07:00:00Z")];
    for (now, expected) in monday {
        assert_eq!(Preset::NextWeek.resolve(at(now), Tz::Europe__Berlin), Some(at(expected)), "{now}");
    }
}

#[test]
fn a_skipped_day_is_no_tomorrow() {
    for (zone, now, tomorrow) in [
        // There was no 30th of December.
        (Tz::Pacific__Apia, "2011-12-29T20:00:00Z", "2011-12-30T19:00:00Z"),
        (Tz::Pacific__Apia, "2011-12-28T20:00:00Z", "2011-12-29T19:00:00Z"),
        // There was no 21st of August, a Saturday.
        (Tz::Pacific__Kwajalein, "1993-08-20T20:00:00Z", "1993-08-21T21:00:00Z"),
    ] {
        assert_eq!(Preset::TomorrowMorning.resolve(at(now), zone), Some(at(tomorrow)), "{zone} at {now}");
    }
    let midweek = Preset::NextWeek.resolve(at("2011-12-29T20:00:00Z"), Tz::Pacific__Apia);
    assert_eq!(midweek, Some(at("2012-01-01T19:00:00Z")), "the Monday stays a Monday");
    // Of the days a week apart, too, the first that there is.
    let friday = NaiveDate::from_ymd_opt(2011, 12, 30).unwrap();
    assert_eq!(morning(friday, Days::new(7), Tz::Pacific__Apia), Some(at("2012-01-05T19:00:00Z")));
}

#[test]
fn a_skipped_time_is_the_next_that_exists() {
    for (zone, time, expected) in [
        (Tz::Europe__Berlin, "2026-03-29 02:00", "2026-03-29T01:00:00Z"),
        (Tz::Europe__Berlin, "2026-03-29 02:30", "2026-03-29T01:00:00Z"),
        (Tz::Europe__Berlin, "2026-03-29 02:59", "2026-03-29T01:00:00Z"),
        (Tz::Europe__Berlin, "2026-03-29 03:00", "2026-03-29T01:00:00Z"),
        (Tz::America__New_York, "2026-03-08 02:30", "2026-03-08T07:00:00Z"),
        // Half an hour.
        (Tz::Australia__Lord_Howe, "2026-10-04 02:15", "2026-10-03T15:30:00Z"),
        // At midnight, so that the day begins at one.
        (Tz::America__Sao_Paulo, "2018-11-04 00:00", "2018-11-04T03:00:00Z"),
        (Tz::Africa__Cairo, "2026-04-24 00:30", "2026-04-23T22:00:00Z"),
        (Tz::Asia__Beirut, "2026-03-29 00:59", "2026-03-28T22:00:00Z"),
        // A whole day; the next one begins at the gap's end.
        (Tz::Pacific__Apia, "2011-12-30 09:00", "2011-12-30T10:00:00Z"),
        (Tz::Pacific__Kwajalein, "1993-08-21 23:59", "1993-08-21T12:00:00Z"),
    ] {
        assert_eq!(first_at(local(time), zone), Some(at(expected)), "{time} in {zone}");
    }
}

#[test]
fn a_doubled_time_is_the_earlier() {
    for (zone, time, expected) in [
        (Tz::Europe__Berlin, "2026-10-25 02:30", "2026-10-25T00:30:00Z"),
        (Tz::America__New_York, "2026-11-01 01:00", "2026-11-01T05:00:00Z"),
        (Tz::Australia__Lord_Howe, "2026-04-05 01:45", "2026-04-04T14:45:00Z"),
        (Tz::America__Sao_Paulo, "2018-02-17 23:30", "2018-02-18T01:30:00Z"),
        // Clocks that went back a whole day.
        (Tz::Pacific__Kwajalein, "1969-09-30 12:00", "1969-09-30T01:00:00Z"),
    ] {
        assert_eq!(first_at(local(time), zone), Some(at(expected)), "{time} in {zone}");
    }
}

#[test]
fn at_the_end_of_all_dates_there_is_no_tomorrow() {
    for preset in Preset::ALL {
        assert_eq!(preset.resolve(DateTime::<Utc>::MAX_UTC, Tz::UTC), None);
    }
}
