//! A line typed in the terminal: who speaks where, and whether it is a message, a reply, an inline query or a press of
//! a button. Pure.

/// What a person does.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Input<'a> {
    /// Who speaks in the group; `None` for you in private.
    pub(super) member: Option<&'a str>,
    pub(super) action: Action<'a>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Action<'a> {
    Say(&'a str),
    /// A reply to the bot's latest message.
    Answer(&'a str),
    /// An inline query.
    Type(&'a str),
    /// The button with this shortcut.
    Press(&'a str),
}

/// Returns `None` if there are no words.
pub(super) fn read<'a>(line: &'a str, mention: &str) -> Option<Input<'a>> {
    let (member, words) = match line.split_once('>') {
        Some((name, words)) if is_name(name) => (Some(name), words.trim()),
        _ => (None, line.trim()),
    };
    let typed = words.strip_prefix(mention);
    let typed = typed.filter(|typed| typed.is_empty() || typed.starts_with(' '));
    let action = match typed {
        // In a group the words are a message there; only in private they are an inline query.
        Some(typed) if member.is_none() => Action::Type(typed.trim()),
        _ => match (words.strip_prefix('#'), words.strip_prefix('^')) {
            (Some(mark), _) => Action::Press(mark),
            (_, Some(answer)) => Action::Answer(answer.trim()),
            _ => Action::Say(words),
        },
    };
    (!words.is_empty()).then_some(Input { member, action })
}

fn is_name(word: &str) -> bool {
    !word.is_empty() && word.chars().all(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Option<(Option<&str>, Action<'_>)> {
        super::read(line, "@bot").map(|line| (line.member, line.action))
    }

    #[test]
    fn you_speak_in_private_and_members_in_the_group() {
        assert_eq!(read(" @nasa "), Some((None, Action::Say("@nasa"))));
        let said = Some((Some("ann"), Action::Say("/find nasa")));
        assert_eq!(read("ann> /find nasa"), said);
        assert_eq!(read("ann>#a"), Some((Some("ann"), Action::Press("a"))));
        assert_eq!(read("a b > c"), Some((None, Action::Say("a b > c"))));
        assert_eq!(read("bob>"), None);
        assert_eq!(read(""), None);
    }

    #[test]
    fn marks_press_and_answers_point_up() {
        assert_eq!(read("#12"), Some((None, Action::Press("12"))));
        assert_eq!(read("^ thanks"), Some((None, Action::Answer("thanks"))));
    }

    #[test]
    fn the_bots_name_is_typed_behind_in_private_and_mentioned_in_the_group() {
        assert_eq!(read("@bot"), Some((None, Action::Type(""))));
        assert_eq!(read("@bot nasa"), Some((None, Action::Type("nasa"))));
        assert_eq!(read("@bottle"), Some((None, Action::Say("@bottle"))));
        let said = Some((Some("ann"), Action::Say("@bot nasa")));
        assert_eq!(read("ann> @bot nasa"), said);
    }
}
