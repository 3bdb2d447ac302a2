//! Numbers with each language's separators.

/// A language's separators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Marks {
    /// Between thousands.
    pub(super) thousands: char,
    /// Before a fraction.
    pub(super) decimal: char,
}

impl Marks {
    /// Formats a number as short as possible.
    pub(super) fn number(self, number: f64) -> String {
        let text = number.to_string();
        match text.split_once('.') {
            Some((whole, fraction)) => self.join(whole, fraction),
            None => self.grouped(&text),
        }
    }

    /// Formats an amount of money, with two decimal places at least, if it has any.
    pub(super) fn money(self, amount: &str) -> String {
        match amount.split_once('.') {
            Some((whole, fraction)) => self.join(whole, &format!("{fraction:0<2}")),
            None => self.grouped(amount),
        }
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
