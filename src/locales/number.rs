//! Numbers in the digits that all languages share, with each one's own marks.

/// What a language writes into numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Marks {
    /// Between thousands.
    pub(super) thousands: char,
    /// Before a fraction.
    pub(super) decimal: char,
}

impl Marks {
    /// As short as it can be said.
    pub(super) fn number(self, number: f64) -> String {
        let text = number.to_string();
        match text.split_once('.') {
            Some((whole, fraction)) => self.join(whole, fraction),
            None => self.grouped(&text),
        }
    }

    /// With both digits of the hundredths, as money is told.
    pub(super) fn hundredths(self, count: u64) -> String {
        self.join(&(count / 100).to_string(), &format!("{:02}", count % 100))
    }

    fn join(self, whole: &str, fraction: &str) -> String {
        format!("{}{}{fraction}", self.grouped(whole), self.decimal)
    }

    fn grouped(self, digits: &str) -> String {
        let mut grouped = String::new();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                grouped.push(self.thousands);
            }
            grouped.push(digit);
        }
        grouped
    }
}
