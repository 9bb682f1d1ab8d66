//! The hours of the discount rate: when a job that waits for them may go out.

use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use crate::store::{ServerProperties, TimeOfDay};

/// How many days ahead the next opening is looked for: a window that falls into the hour that a
/// spring day lacks opens on the day after.
const DAYS: i32 = 3;

/// How long a job waits before it is looked at again when no window opens within [`DAYS`].
const LOOK_AGAIN_US: i64 = 24 * 60 * 60 * 1_000_000;

/// The daily window in which the discount rate holds, in a zone. It is read off the clock on the
/// wall: from its start to its end, over midnight when the end comes before the start, the whole
/// day when both are the same. faxcom IFaxServer::put_DiscountRateStartHour
#[derive(Debug, Clone)]
pub struct DiscountRate {
    start: TimeOfDay,
    end: TimeOfDay,
    zone: TimeZone,
}

impl DiscountRate {
    /// The window of the server's properties, in the zone of this system.
    #[must_use]
    pub fn of(server: &ServerProperties) -> Self {
        Self::within(server.discount_start, server.discount_end, TimeZone::system())
    }

    /// A window in a zone.
    #[must_use]
    pub const fn within(start: TimeOfDay, end: TimeOfDay, zone: TimeZone) -> Self {
        Self { start, end, zone }
    }

    /// Whether it holds at a moment, microseconds UTC.
    #[must_use]
    pub fn holds(&self, at_us: i64) -> bool {
        Timestamp::from_microsecond(at_us).is_ok_and(|at| self.contains(at))
    }

    /// The first moment at which it holds that is not before `at_us`; microseconds UTC.
    #[must_use]
    pub fn next(&self, at_us: i64) -> i64 {
        let Ok(at) = Timestamp::from_microsecond(at_us) else { return at_us };
        if self.contains(at) {
            return at_us;
        }
        let openings = self.starts(at).into_iter().chain(self.leaps(at));
        let next = openings.filter(|open| *open > at && self.contains(*open)).min();
        next.map_or(at_us.saturating_add(LOOK_AGAIN_US), Timestamp::as_microsecond)
    }

    fn contains(&self, at: Timestamp) -> bool {
        let wall = self.zone.to_datetime(at).time();
        let (start, end) = (time(self.start), time(self.end));
        match start.cmp(&end) {
            std::cmp::Ordering::Less => start <= wall && wall < end,
            std::cmp::Ordering::Equal => true,
            std::cmp::Ordering::Greater => start <= wall || wall < end,
        }
    }

    /// The moments of the next days at which the wall shows the start; two on a day on which the
    /// hour comes twice.
    fn starts(&self, at: Timestamp) -> Vec<Timestamp> {
        let today = self.zone.to_datetime(at).date();
        let mut starts = Vec::new();
        for day in 0..=DAYS {
            let Ok(date) = today.checked_add(day.days()) else { break };
            let wall = self.zone.to_ambiguous_zoned(DateTime::from_parts(date, time(self.start)));
            let twice = [wall.clone().earlier(), wall.later()];
            starts.extend(twice.into_iter().flatten().map(|start| start.timestamp()));
        }
        starts
    }

    /// The moments of the next days at which the clock on the wall leaps, perhaps into the window.
    fn leaps(&self, at: Timestamp) -> impl Iterator<Item = Timestamp> {
        let until = at.as_microsecond().saturating_add(i64::from(DAYS) * LOOK_AGAIN_US);
        let leaps = self.zone.following(at).map(|leap| leap.timestamp());
        leaps.take_while(move |leap| leap.as_microsecond() <= until)
    }
}

fn time(of_day: TimeOfDay) -> Time {
    let part = |part: u8| i8::try_from(part).unwrap_or_default();
    Time::new(part(of_day.hour()), part(of_day.minute()), 0, 0).unwrap_or(Time::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Berlin without a table of zones: the rule that holds there today.
    const BERLIN: &str = "CET-1CEST,M3.5.0,M10.5.0/3";

    fn rate(window: &str, zone: &str) -> DiscountRate {
        let of_day = |text: &str| {
            let (hour, minute) = text.split_once(':').expect("HH:MM");
            TimeOfDay::new(hour.parse().expect("an hour"), minute.parse().expect("a minute"))
                .expect("a time of day")
        };
        let (start, end) = window.split_once('-').expect("a window");
        DiscountRate::within(of_day(start), of_day(end), TimeZone::posix(zone).expect("a zone"))
    }

    /// A job that is due at `due` goes out at `out`, both UTC.
    fn check(window: &str, zone: &str, due: &str, out: &str) {
        let us = |text: &str| text.parse::<Timestamp>().expect("a moment").as_microsecond();
        let rate = rate(window, zone);
        let next = Timestamp::from_microsecond(rate.next(us(due))).expect("a moment");
        assert_eq!(next, out.parse::<Timestamp>().expect("a moment"), "{window} {zone} {due}");
        assert_eq!(rate.holds(us(due)), due == out, "{window} {zone} {due}");
    }

    #[test]
    fn a_job_waits_for_the_window_of_its_day() {
        let check = |due, out| check("12:00-13:30", "UTC0", due, out);
        check("2026-11-22T11:59:59.999999Z", "2026-11-22T12:00:00Z");
        check("2026-11-22T12:00:00Z", "2026-11-22T12:00:00Z");
        check("2026-11-22T13:29:59.999999Z", "2026-11-22T13:29:59.999999Z");
        check("2026-11-22T13:30:00Z", "2026-11-23T12:00:00Z");
        check("2026-12-31T23:00:00Z", "2027-01-01T12:00:00Z");
    }

    #[test]
    fn a_window_may_span_midnight_or_last_all_day() {
        let night = |due, out| check("20:00-07:00", "UTC0", due, out);
        night("2026-11-22T19:59:00Z", "2026-11-22T20:00:00Z");
        night("2026-11-22T23:59:59Z", "2026-11-22T23:59:59Z");
        night("2026-11-23T00:00:00Z", "2026-11-23T00:00:00Z");
        night("2026-11-23T07:00:00Z", "2026-11-23T20:00:00Z");
        check("09:00-09:00", "UTC0", "2026-11-22T03:00:00Z", "2026-11-22T03:00:00Z");
        check("09:00-09:00", "UTC0", "2026-11-22T09:00:00Z", "2026-11-22T09:00:00Z");
    }

    #[test]
    fn the_hours_are_those_of_the_zone() {
        check("20:00-07:00", "EST5", "2026-11-22T20:00:00Z", "2026-11-23T01:00:00Z");
        check("20:00-07:00", BERLIN, "2026-07-01T17:00:00Z", "2026-07-01T18:00:00Z");
        check("20:00-07:00", BERLIN, "2026-12-01T18:00:00Z", "2026-12-01T19:00:00Z");
    }

    /// On 29 March 2026 the clock goes from 02:00 to 03:00, at 01:00 UTC.
    #[test]
    fn a_spring_night_lacks_an_hour() {
        // The whole window falls into the gap: the next day has one.
        check("02:15-02:45", BERLIN, "2026-03-29T00:30:00Z", "2026-03-30T00:15:00Z");
        // The start falls into it: the window opens when the clock leaps over the start.
        check("02:30-04:00", BERLIN, "2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z");
        check("03:00-04:00", BERLIN, "2026-03-29T00:59:00Z", "2026-03-29T01:00:00Z");
        // The end falls into it: the window closes there.
        check("01:00-02:30", BERLIN, "2026-03-29T01:00:00Z", "2026-03-29T23:00:00Z");
    }

    /// On 25 October 2026 the clock goes from 03:00 to 02:00, at 01:00 UTC.
    #[test]
    fn an_autumn_night_has_an_hour_twice() {
        check("02:15-02:45", BERLIN, "2026-10-25T00:00:00Z", "2026-10-25T00:15:00Z");
        check("02:15-02:45", BERLIN, "2026-10-25T00:50:00Z", "2026-10-25T01:15:00Z");
        check("02:15-02:45", BERLIN, "2026-10-25T01:50:00Z", "2026-10-26T01:15:00Z");
    }

    #[test]
    fn the_end_of_time_is_survived() {
        let rate = rate("20:00-07:00", "UTC0");
        for at in [i64::MAX, i64::MIN, 0, Timestamp::MAX.as_microsecond()] {
            let next = rate.next(at);
            assert!(next >= at, "{at} {next}");
        }
    }
}
