//! `Date` (RFC 3261 §20.17): `Sat, 13 Nov 2010 23:29:00 GMT`, which is always GMT.

use super::{Name, TypedHeader};
use crate::error::{ErrorKind, ParseError, Place};
use crate::scan::Cursor;
use std::fmt;

/// A second of the years 0 to 9999.
///
/// ```
/// use offhook_sip_parser::header::{Date, TypedHeader};
/// let date = Date::parse(b"Sat, 13 Nov 2010 23:29:00 GMT")?;
/// assert_eq!(date.unix(), 1_289_690_940);
/// assert_eq!(Date::from_unix(1_289_690_940).unwrap().to_string(), "Sat, 13 Nov 2010 23:29:00 GMT");
/// # Ok::<(), offhook_sip_parser::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    unix: i64,
}

const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAY: i64 = 86_400;

impl Date {
    /// From seconds since 1970-01-01 00:00:00 UTC; `None` outside the years that four digits can say.
    pub fn from_unix(seconds: i64) -> Option<Date> {
        let first = days_from_civil(0, 1, 1) * DAY;
        let end = days_from_civil(10_000, 1, 1) * DAY;
        (first..end).contains(&seconds).then_some(Date { unix: seconds })
    }

    /// Seconds since 1970-01-01 00:00:00 UTC, leap seconds not counted.
    pub fn unix(self) -> i64 {
        self.unix
    }
}

impl<'a> TypedHeader<'a> for Date {
    const NAME: Name = Name::DATE;

    /// The day of the week has to be one but is not compared, for devices get it wrong; the day of the month may have
    /// one digit.
    fn parse(value: &'a [u8]) -> Result<Self, ParseError> {
        let mut c = Cursor::new(value, &Place::Header(Name::DATE));
        word(&mut c, &DAYS)?;
        c.expect_spaced(b',')?;
        let day_at = c;
        let day = digits(&mut c, 1, 2, 1..=31)?;
        space(&mut c)?;
        let month = word(&mut c, &MONTHS)? + 1;
        space(&mut c)?;
        let year = digits(&mut c, 4, 4, 0..=9999)?;
        if day > days_of(year, month) {
            return Err(day_at.error(ErrorKind::BadNumber));
        }
        space(&mut c)?;
        let hour = digits(&mut c, 2, 2, 0..=23)?;
        colon(&mut c)?;
        let minute = digits(&mut c, 2, 2, 0..=59)?;
        colon(&mut c)?;
        // A leap second is the first of the next minute.
        let second = digits(&mut c, 2, 2, 0..=60)?;
        space(&mut c)?;
        let zone = c;
        if !c.token()?.eq_ignore_ascii_case("GMT") {
            return Err(zone.error(ErrorKind::Unsupported));
        }
        c.end()?;
        let unix = days_from_civil(year, month, day) * DAY + hour * 3600 + minute * 60 + second;
        Date::from_unix(unix).ok_or_else(|| day_at.error(ErrorKind::BadNumber))
    }
}

fn word(c: &mut Cursor<'_>, of: &[&str]) -> Result<i64, ParseError> {
    let before = *c;
    let word = c.token()?;
    let found = of.iter().position(|w| w.eq_ignore_ascii_case(word));
    found.map(|i| i as i64).ok_or_else(|| before.error(ErrorKind::BadCharacter))
}

fn digits(
    c: &mut Cursor<'_>,
    least: usize,
    most: usize,
    range: std::ops::RangeInclusive<i64>,
) -> Result<i64, ParseError> {
    let before = *c;
    let text = c.run(crate::scan::Class::DIGIT)?;
    let number = text.parse().ok().filter(|n| range.contains(n) && (least..=most).contains(&text.len()));
    number.ok_or_else(|| before.error(ErrorKind::BadNumber))
}

fn space(c: &mut Cursor<'_>) -> Result<(), ParseError> {
    if !c.peek().is_some_and(crate::scan::is_space) {
        return Err(c.error(ErrorKind::BadCharacter));
    }
    c.space();
    Ok(())
}

fn colon(c: &mut Cursor<'_>) -> Result<(), ParseError> {
    if c.eat(b':') { Ok(()) } else { Err(c.error(ErrorKind::BadCharacter)) }
}

fn days_of(year: i64, month: i64) -> i64 {
    days_from_civil(year + month / 12, month % 12 + 1, 1) - days_from_civil(year, month, 1)
}

/// Days from 1970-01-01 to a day of the proleptic Gregorian calendar. Years are counted from March, so that the leap day
/// is the last of its year.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month and day, of days from 1970-01-01.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + i64::from(month <= 2), month, day)
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, second) = (self.unix.div_euclid(DAY), self.unix.rem_euclid(DAY));
        let (year, month, day) = civil_from_days(days);
        let weekday = DAYS.get(days.rem_euclid(7) as usize).unwrap_or(&"");
        let name = MONTHS.get((month - 1) as usize).unwrap_or(&"");
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        write!(f, "{weekday}, {day:02} {name} {year:04} {hour:02}:{minute:02}:{second:02} GMT")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unix(text: &str) -> Result<i64, (ErrorKind, usize)> {
        Date::parse(text.as_bytes()).map(Date::unix).map_err(|e| (e.kind, e.at))
    }

    #[test]
    fn days_count_across_leap_years_and_before_1970() {
        assert_eq!(unix("Thu, 01 Jan 1970 00:00:00 GMT"), Ok(0));
        assert_eq!(unix("Tue, 29 Feb 2000 23:59:59 GMT"), Ok(951_868_799));
        assert_eq!(unix("Wed, 31 Dec 1969 23:59:59 GMT"), Ok(-1));
        assert_eq!(unix("sun, 1 mar 2400 0:00:00 gmt"), Err((ErrorKind::BadNumber, 16)));
        assert_eq!(unix("Tue, 31 Dec 2024 00:00:00 GMT"), Ok(1_735_603_200));
        assert_eq!(unix("Fri, 30 Jun 2012 23:59:60 GMT"), unix("Sun, 01 Jul 2012 00:00:00 GMT"));
    }

    #[test]
    fn days_that_no_calendar_has_are_refused_where_they_stand() {
        for (bad, at) in [
            ("Mon, 29 Feb 1900 00:00:00 GMT", 5),
            ("Mon, 31 Apr 2001 00:00:00 GMT", 5),
            ("Mon, 00 Apr 2001 00:00:00 GMT", 5),
            ("Mon, 01 Apr 2001 24:00:00 GMT", 17),
            ("Mon, 01 Apr 99 00:00:00 GMT", 12),
            ("Fri, 31 Dec 9999 23:59:60 GMT", 5),
        ] {
            assert_eq!(unix(bad), Err((ErrorKind::BadNumber, at)), "{bad}");
        }
        assert_eq!(unix("Mon, 01 Foo 2001 00:00:00 GMT"), Err((ErrorKind::BadCharacter, 8)));
        // RFC 4475 §3.1.2.12: another zone than GMT.
        assert_eq!(unix("Fri, 01 Jan 2010 16:00:00 EST"), Err((ErrorKind::Unsupported, 26)));
        assert_eq!(unix("Fri, 01 Jan 2010 16:00:00"), Err((ErrorKind::Truncated, 25)));
    }
}
