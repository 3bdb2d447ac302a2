//! Arguments of texts. Everything from outside is cleaned and escaped here.

use std::time::Duration;

use chrono::{DateTime, Datelike, Utc};
use fluent_bundle::FluentValue;

use crate::locales::{Form, Locale, bio, printable};
use crate::model::{Cost, Rate, shown};

/// From here numbers are given in millions ...
const MILLION: u64 = 1_000_000;

/// From here bytes are given in gigabytes.
const BILLION: u64 = 1_000_000_000;

/// ... and from here in thousands, if they must be short.
const THOUSAND: u64 = 1_000;

/// An argument of a text.
pub(super) trait Argument: Sized {
    fn value(self, locale: &Locale, form: Form) -> FluentValue<'static>;

    /// One for tests.
    #[cfg(test)]
    fn sample() -> Self;
}

/// An account as it is shown: `@nasa`, with a link to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Who<'a> {
    pub handle: &'a str,
    pub link: Option<&'a str>,
}

/// What an account says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bio<'a>(pub &'a str);

/// A number in full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whole(pub u64);

/// A number, in millions if it is large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count(pub u64);

/// A number as short as possible: in thousands or millions if it is large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size(pub u64);

/// Bytes, in the closest unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bytes(pub u64);

/// A share from 0 to 1, in percent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Percent(pub f64);

/// A cost as people say it: with two digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About(pub Cost);

/// A day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day(pub DateTime<Utc>);

/// A day and a time of it, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment(pub DateTime<Utc>);

/// How long ago something was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ago(pub Duration);

/// The full address of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link<'a>(pub &'a str);

/// HTML already: made of this locale's texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Markup<'a>(pub &'a str);

/// Returns the number of units, rounded to tenths.
fn tenths(count: u64, unit: u64) -> f64 {
    (count as f64 / (unit / 10) as f64).round() / 10.0
}

/// Returns the number of units of this many seconds, rounded.
fn rounded(time: Duration, unit: u64) -> u64 {
    (time.as_secs_f64() / unit as f64).round() as u64
}

fn escaped(text: &str, form: Form) -> String {
    if form == Form::Plain {
        return text.to_owned();
    }
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
    }
    escaped
}

impl Argument for &str {
    fn value(self, _locale: &Locale, form: Form) -> FluentValue<'static> {
        escaped(&printable(self), form).into()
    }

    #[cfg(test)]
    fn sample() -> Self {
        "Ann"
    }
}

impl Argument for Bio<'_> {
    fn value(self, _locale: &Locale, form: Form) -> FluentValue<'static> {
        escaped(&bio(self.0), form).into()
    }

    #[cfg(test)]
    fn sample() -> Self {
        Bio("A bakery in Bergen.")
    }
}

impl Argument for Who<'_> {
    fn value(self, _locale: &Locale, form: Form) -> FluentValue<'static> {
        let handle = escaped(&printable(&shown(self.handle)), form);
        // Without a link of ours Telegram links to its own user of this name.
        match self.link.filter(|_| form == Form::Html) {
            Some(link) => format!("<a href=\"{}\">{handle}</a>", escaped(link, form)).into(),
            None => handle.into(),
        }
    }

    #[cfg(test)]
    fn sample() -> Self {
        Who {
            handle: "ann",
            link: Some("https://example.org/ann"),
        }
    }
}

impl Argument for Whole {
    fn value(self, _locale: &Locale, _form: Form) -> FluentValue<'static> {
        self.0.into()
    }

    #[cfg(test)]
    fn sample() -> Self {
        Whole(12)
    }
}

impl Argument for Count {
    fn value(self, locale: &Locale, _form: Form) -> FluentValue<'static> {
        if self.0 < MILLION {
            return self.0.into();
        }
        locale.millions(tenths(self.0, MILLION)).into()
    }

    #[cfg(test)]
    fn sample() -> Self {
        Count(3_400_000)
    }
}

impl Argument for Bytes {
    fn value(self, locale: &Locale, _form: Form) -> FluentValue<'static> {
        match self.0 {
            0..MILLION => locale.kilobytes(Whole(self.0.div_ceil(THOUSAND))).into(),
            MILLION..BILLION => locale.megabytes(Whole(self.0.div_ceil(MILLION))).into(),
            _ => locale.gigabytes(tenths(self.0, BILLION)).into(),
        }
    }

    #[cfg(test)]
    fn sample() -> Self {
        Bytes(5_200_000_000)
    }
}

impl Argument for Size {
    fn value(self, locale: &Locale, form: Form) -> FluentValue<'static> {
        if !(THOUSAND..MILLION).contains(&self.0) {
            return Count(self.0).value(locale, form);
        }
        // Hundreds of thousands are rounded to thousands.
        let number = match tenths(self.0, THOUSAND) {
            number if number < 100.0 => number,
            _ => (self.0 as f64 / THOUSAND as f64).round(),
        };
        if number < 1_000.0 {
            locale.thousands(number).into()
        } else {
            // What would round to a thousand thousands is a million.
            locale.millions(1.0).into()
        }
    }

    #[cfg(test)]
    fn sample() -> Self {
        Size(12_400)
    }
}

impl Argument for Percent {
    fn value(self, _locale: &Locale, _form: Form) -> FluentValue<'static> {
        let percent = self.0 * 100.0;
        // A tenth of a percent matters for small shares; and nearly all is not all.
        let shown = match percent {
            few if few < 9.95 => (few * 10.0).round() / 10.0,
            nearly_all if (99.5..100.0).contains(&nearly_all) => {
                (nearly_all * 10.0).round().min(999.0) / 10.0
            }
            percent => percent.round(),
        };
        shown.into()
    }

    #[cfg(test)]
    fn sample() -> Self {
        Percent(0.046)
    }
}

impl Argument for Cost {
    fn value(self, locale: &Locale, _form: Form) -> FluentValue<'static> {
        let amount = locale.marks.money(&self.to_string());
        locale.dollars(Markup(&amount)).into()
    }

    #[cfg(test)]
    fn sample() -> Self {
        Cost(930_000)
    }
}

impl About {
    /// Returns the rounded cost.
    pub fn said(self) -> Cost {
        let cost = self.0.0;
        let mut unit = 1;
        while cost / unit >= 100 {
            unit *= 10;
        }
        Cost((cost / unit + cost % unit * 2 / unit) * unit)
    }
}

impl Argument for About {
    fn value(self, locale: &Locale, form: Form) -> FluentValue<'static> {
        self.said().value(locale, form)
    }

    #[cfg(test)]
    fn sample() -> Self {
        About(Cost(930_000))
    }
}

impl Argument for f64 {
    fn value(self, _locale: &Locale, _form: Form) -> FluentValue<'static> {
        self.into()
    }

    #[cfg(test)]
    fn sample() -> Self {
        1.5
    }
}

impl Argument for Duration {
    fn value(self, locale: &Locale, _form: Form) -> FluentValue<'static> {
        // What rounds up to sixty seconds is a minute, and so on.
        let [seconds, minutes, hours] = [1, 60, 3_600].map(|unit| rounded(self, unit));
        let text = match (seconds, minutes) {
            (0..60, _) => locale.seconds(Whole(seconds.max(1))),
            (_, 0..60) => locale.minutes(Whole(minutes)),
            (_, 60..1_440) => match (minutes / 60, minutes % 60) {
                (hours, 0) => locale.hours(Whole(hours)),
                (hours, minutes) => locale.hours_and_minutes(Whole(hours), Whole(minutes)),
            },
            _ => match (hours / 24, hours % 24) {
                (days, 0) => locale.days(Whole(days)),
                (days, hours) => locale.days_and_hours(Whole(days), Whole(hours)),
            },
        };
        text.into()
    }

    #[cfg(test)]
    fn sample() -> Self {
        Duration::from_secs(7_800)
    }
}

impl Argument for Rate {
    fn value(self, locale: &Locale, _form: Form) -> FluentValue<'static> {
        let count = Whole(self.count.get().into());
        let text = match self.window.as_secs() {
            1 => locale.a_second(count),
            60 => locale.a_minute(count),
            3_600 => locale.an_hour(count),
            _ => locale.a_day(count),
        };
        text.into()
    }

    #[cfg(test)]
    fn sample() -> Self {
        Rate {
            count: std::num::NonZeroU32::MIN,
            window: Duration::from_secs(3_600),
        }
    }
}

impl Argument for Day {
    fn value(self, locale: &Locale, _form: Form) -> FluentValue<'static> {
        let whole = |number: u32| Whole(number.into());
        // Years have no thousands separator.
        let year = self.0.year().to_string();
        let (day, month) = (whole(self.0.day()), whole(self.0.month()));
        locale.date(day, month, &year).into()
    }

    #[cfg(test)]
    fn sample() -> Self {
        Day(DateTime::UNIX_EPOCH)
    }
}

impl Argument for Moment {
    fn value(self, locale: &Locale, _form: Form) -> FluentValue<'static> {
        let whole = |number: u32| Whole(number.into());
        let (day, month) = (whole(self.0.day()), whole(self.0.month()));
        let time = self.0.format("%H:%M").to_string();
        locale.moment(day, month, &time).into()
    }

    #[cfg(test)]
    fn sample() -> Self {
        Moment(DateTime::UNIX_EPOCH)
    }
}

impl Argument for Ago {
    fn value(self, locale: &Locale, _form: Form) -> FluentValue<'static> {
        let minutes = self.0.as_secs() / 60;
        let text = match (minutes / 1_440, minutes / 60, minutes) {
            (0, 0, 0) => locale.just_now(),
            (0, 0, minutes) => locale.minutes_ago(Whole(minutes)),
            (0, hours, _) => locale.hours_ago(Whole(hours)),
            (days, ..) => locale.days_ago(Whole(days)),
        };
        text.into()
    }

    #[cfg(test)]
    fn sample() -> Self {
        Ago(Duration::from_secs(7_800))
    }
}

impl Argument for Link<'_> {
    fn value(self, _locale: &Locale, form: Form) -> FluentValue<'static> {
        escaped(self.0, form).into()
    }

    #[cfg(test)]
    fn sample() -> Self {
        Link("https://example.org")
    }
}

impl Argument for Markup<'_> {
    fn value(self, _locale: &Locale, _form: Form) -> FluentValue<'static> {
        self.0.to_owned().into()
    }

    #[cfg(test)]
    fn sample() -> Self {
        Markup("<b>Ann</b>")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locales::called;

    #[test]
    fn nobody_is_told_of_all_where_one_is_missing() {
        let english = called("en").expect("it is on the shelf");
        let table = [
            (0.0, "0%"),
            (1.0 / 307.0, "0.3%"),
            (0.0996, "10%"),
            (0.994, "99%"),
            (306.0 / 307.0, "99.7%"),
            (0.999_99, "99.9%"),
            (1.0, "100%"),
        ];
        let told = table.map(|(part, _)| english.card_percent(Percent(part)));
        assert_eq!(told, table.map(|(_, told)| told));
    }

    #[test]
    fn limits_are_told_as_they_are_and_costs_as_people_say_them() {
        let english = called("en").expect("it is on the shelf");
        let most = |most| english.cost_was_enough(Cost(most));
        for (cost, told) in [
            (5_000, "$0.005 for one search"),
            (300_000, "$0.30 for one search"),
            (125_000, "$0.125 for one search"),
            (691, "$0.000691 for one search"),
            (10_000_000, "$10 for one search"),
            (1_234_500_000, "$1,234.50 for one search"),
        ] {
            assert!(most(cost).contains(told), "{}", most(cost));
        }
        let about = |cost| english.cost_in_all(About(Cost(cost)));
        for (cost, told) in [
            (691, "$0.00069."),
            (4_000, "$0.004."),
            (421_590, "$0.42."),
            (930_000, "$0.93."),
            (1_254_001, "$1.30."),
            (9_960_000, "$10."),
            (12_345_678, "$12."),
            (1_102_530_000, "$1,100."),
            (u64::MAX, "$18,000,000,000,000."),
        ] {
            assert!(about(cost).ends_with(told), "{}", about(cost));
        }
    }

    #[test]
    fn times_are_rounded_to_the_unit_that_is_shown() {
        let english = called("en").expect("it is on the shelf");
        let hour = 3_600.0;
        let table = [
            (0.0, "1 s"),
            (1.6, "2 s"),
            (59.4, "59 s"),
            (59.6, "1 min"),
            (89.0, "1 min"),
            (172.0, "3 min"),
            (59.0 * 60.0 + 29.0, "59 min"),
            (59.0 * 60.0 + 40.0, "1 h"),
            (2.0 * hour + 30.0, "2 h 1 min"),
            (23.0 * hour + 3_580.0, "1 day"),
            (25.6 * hour, "1 day 2 h"),
            (47.6 * hour, "2 days"),
        ];
        let told = table.map(|(seconds, _)| {
            let time = Duration::from_secs_f64(seconds);
            english.time_left(time)
        });
        let expected = table.map(|(_, told)| format!("About {told} left"));
        assert_eq!(told, expected);
    }

    #[test]
    fn sizes_are_rounded() {
        let english = called("en").expect("it is on the shelf");
        let size = |count| english.card_size(Size(count));
        let table = [
            (999, "999"),
            (1_000, "1K"),
            (6_994, "7K"),
            (12_449, "12.4K"),
            (99_960, "100K"),
            (100_450, "100K"),
            (999_600, "1M"),
            (1_960_000, "2M"),
        ];
        assert_eq!(
            table.map(|(count, _)| size(count)),
            table.map(|(_, told)| told)
        );
    }
}
