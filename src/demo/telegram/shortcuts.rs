//! What people type to press a button: its number if it shows one, otherwise a letter. So a list's accounts keep their
//! numbers on each of its pages. Pure.

use crate::demo::telegram::model::{InlineButton, InlineResults, Message};

const LETTERS: usize = 26;

/// Returns a message's buttons with their shortcuts, row by row.
pub(super) fn marked(message: &Message) -> Vec<Vec<(String, &InlineButton)>> {
    let mut letters = (0..).map(letter);
    let mut mark = |button: &InlineButton| match is_number(&button.label) {
        true => button.label.clone(),
        false => letters.next().unwrap_or_default(),
    };
    let rows = message.buttons.iter();
    rows.map(|row| row.iter().map(|button| (mark(button), button)).collect())
        .collect()
}

/// Returns the button with this shortcut.
pub fn find<'a>(message: &'a Message, mark: &str) -> Option<&'a InlineButton> {
    let mut marked = marked(message).into_iter().flatten();
    let (_, button) = marked.find(|(own, _)| own.eq_ignore_ascii_case(mark))?;
    Some(button)
}

/// Something to choose from inline results: an article by its id, or the button above them by its parameter.
pub struct OfferedChoice<'a> {
    pub label: &'a str,
    pub description: &'a str,
    pub what: ChoiceTarget<'a>,
}

#[derive(Clone, Copy)]
pub enum ChoiceTarget<'a> {
    Article(&'a str),
    Start(&'a str),
}

/// Returns the inline results with their shortcuts.
pub fn offered(offer: &InlineResults) -> Vec<(String, OfferedChoice<'_>)> {
    let button = offer.button.iter().map(|(text, parameter)| OfferedChoice {
        label: text,
        description: "",
        what: ChoiceTarget::Start(parameter),
    });
    let articles = offer.articles.iter().map(|article| OfferedChoice {
        label: &article.title,
        description: &article.description,
        what: ChoiceTarget::Article(&article.id),
    });
    (0..).map(letter).zip(button.chain(articles)).collect()
}

/// Returns a button as it is shown with its shortcut.
pub(super) fn shown(mark: &str, button: &InlineButton) -> String {
    match is_number(&button.label) {
        true => format!("[ #{mark} ]"),
        false => format!("[ #{mark} {} ]", button.label),
    }
}

fn is_number(label: &str) -> bool {
    !label.is_empty() && label.chars().all(|c| c.is_ascii_digit())
}

/// a … z, aa …
fn letter(place: usize) -> String {
    let before = (place / LETTERS).checked_sub(1).map(letter);
    let last = char::from(b'a' + (place % LETTERS) as u8);
    format!("{}{last}", before.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_go_on_after_the_last() {
        let places = [0, 25, 26, 51, 52, 701, 702];
        let letters = ["a", "z", "aa", "az", "ba", "zz", "aaa"];
        assert_eq!(places.map(letter), letters);
    }
}
