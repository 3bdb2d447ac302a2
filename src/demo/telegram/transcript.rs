//! Events -> lines for a terminal. Pure: no colours, no screen width, no printing.

use std::path::Path;

use crate::demo::telegram::model::{Document, Event, InlineResults, Message};
use crate::demo::telegram::{shortcuts, wire};

/// Columns for the name on the left.
const NAME_COLUMNS: usize = 10;
/// Left of a private chat's lines, and of a group's.
const GUTTER: &str = " │ ";
const GROUP_GUTTER: &str = " ║ ";

/// Renders events as one text.
pub fn render<'a>(events: impl IntoIterator<Item = &'a Event>) -> String {
    let lines: Vec<String> = events
        .into_iter()
        .flat_map(|event| detailed(event, None, false))
        .collect();
    lines.join("\n")
}

/// Returns the lines of one event, with the path of its saved file and the shortcuts of its buttons. An edit shows the
/// new text after a pencil.
pub fn detailed(event: &Event, saved: Option<&Path>, with_marks: bool) -> Vec<String> {
    let content = |message| content(message, saved, with_marks);
    let (chat, name, content) = match event {
        Event::Said(message) | Event::Sent(message) => {
            (message.chat, message.from.as_str(), content(message))
        }
        Event::Edited(message) => (message.chat, "✎", content(message)),
        Event::Deleted { chat, by_bot, .. } => {
            let what = match by_bot {
                true => "(the bot deleted a message)",
                false => "(a message was deleted)",
            };
            (*chat, "", vec![what.to_owned()])
        }
        Event::Pressed {
            chat,
            person,
            label,
            ..
        } => {
            let presses = format!("presses [ {label} ]");
            (*chat, person.as_str(), vec![presses])
        }
        Event::CallbackAnswered { text, .. } if text.is_empty() => return Vec::new(),
        Event::CallbackAnswered {
            chat, text, alert, ..
        } => {
            let name = if *alert { "!" } else { "·" };
            (*chat, name, text.lines().map(str::to_owned).collect())
        }
        Event::Offered(offer) => return offered(offer, with_marks),
    };
    beside(gutter(chat), name, content)
}

fn gutter(chat: i64) -> &'static str {
    if chat < 0 { GROUP_GUTTER } else { GUTTER }
}

/// Returns the lines of an inline query and its results.
fn offered(offer: &InlineResults, with_marks: bool) -> Vec<String> {
    let typed = format!("{} {}", wire::mention(), offer.words);
    let typed = format!("types {}", typed.trim_end());
    let mut lines = beside(GUTTER, &offer.person, vec![typed]);
    let choices = shortcuts::offered(offer).into_iter().map(|(mark, choice)| {
        let label = match with_marks {
            true => format!("[ #{mark} {} ]", choice.label),
            false => format!("[ {} ]", choice.label),
        };
        format!("{label} {}", choice.description)
    });
    let mut choices: Vec<String> = choices.map(|line| line.trim_end().to_owned()).collect();
    if choices.is_empty() {
        choices.push("(nothing is offered)".to_owned());
    }
    lines.extend(beside(GUTTER, "·", choices));
    lines
}

/// Returns the lines of a note to the person at the terminal.
pub fn note(text: &str) -> Vec<String> {
    beside(GUTTER, "!", text.lines().map(str::to_owned).collect())
}

fn content(message: &Message, saved: Option<&Path>, with_marks: bool) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(message.quote.iter().map(|quote| format!("▏{quote}")));
    if message.via_bot {
        lines.push(format!("(via {})", wire::mention()));
    }
    let named = |document: &Document| {
        let path = saved.map(|path| path.display().to_string());
        let name = path.unwrap_or_else(|| document.file_name.clone());
        format!("{name} ({})", size(document))
    };
    let document = message.document.as_ref();
    lines.extend(document.map(|document| format!("📎 {}", named(document))));
    let photo = message.photo.as_ref();
    lines.extend(photo.map(|photo| format!("🖼 {}", named(photo))));
    lines.extend(message.text.lines().map(str::to_owned));
    for row in shortcuts::marked(message) {
        let buttons: Vec<String> = row
            .iter()
            .map(|(mark, button)| match with_marks {
                true => shortcuts::shown(mark, button),
                false => format!("[ {} ]", button.label),
            })
            .collect();
        lines.push(buttons.join(" "));
    }
    lines
}

fn size(document: &Document) -> String {
    if document.file_name.ends_with(".csv") {
        return match rows(&document.bytes) {
            1 => "1 row".to_owned(),
            rows => format!("{rows} rows"),
        };
    }
    match document.bytes.len() {
        bytes @ 0..1000 => format!("{bytes} bytes"),
        bytes @ 1000..1_000_000 => format!("{} kB", bytes / 1000),
        bytes => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

/// Returns the number of rows of a CSV below its heading. A line break inside quotes starts no row.
fn rows(bytes: &[u8]) -> usize {
    let mut quoted = false;
    let mut lines = 0;
    for byte in bytes {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => lines += 1,
            _ => {}
        }
    }
    let open = usize::from(bytes.last().is_some_and(|last| *last != b'\n'));
    (lines + open).saturating_sub(1)
}

fn beside(gutter: &str, name: &str, content: Vec<String>) -> Vec<String> {
    let mut content = content;
    if content.is_empty() {
        content.push(String::new());
    }
    content
        .into_iter()
        .enumerate()
        .map(|(index, line)| {
            let name = if index == 0 { name } else { "" };
            format!("{name:>NAME_COLUMNS$}{gutter}{line}")
                .trim_end()
                .to_owned()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use axum::body::Bytes;

    use super::*;
    use crate::demo::telegram::model::InlineButton;

    fn message(from: &str, text: &str) -> Message {
        Message {
            chat: 1,
            id: 1,
            from_bot: from == "Lookalike",
            from: from.to_owned(),
            text: text.to_owned(),
            html: text.to_owned(),
            links: Vec::new(),
            buttons: Vec::new(),
            document: None,
            photo: None,
            reply_to: None,
            quote: None,
            topic: None,
            via_bot: false,
            edits: 0,
        }
    }

    #[test]
    fn a_conversation_reads_like_one() {
        let mut bubble = message("Lookalike", "Queued.\nFirst in line.");
        bubble.buttons = vec![vec![InlineButton {
            label: "Cancel".to_owned(),
            data: Some("cancel".to_owned()),
            url: None,
        }]];
        let mut result = message("Lookalike", "All of them");
        result.document = Some(Document {
            file_name: "similar.csv".to_owned(),
            bytes: Bytes::from_static(b"name,note\na,\"two\nlines\"\nb,\n"),
            caption: "All of them".to_owned(),
        });
        let events = [
            Event::Said(message("Ann", "/like @nasa")),
            Event::Sent(bubble),
            Event::Pressed {
                chat: 1,
                message: 1,
                person: "Ann".to_owned(),
                label: "Cancel".to_owned(),
            },
            Event::CallbackAnswered {
                chat: 1,
                person: "Ann".to_owned(),
                text: "Stopping".to_owned(),
                alert: false,
            },
            Event::Edited(message("Lookalike", "Done.")),
            Event::Sent(result),
        ];
        let expected = [
            "       Ann │ /like @nasa",
            " Lookalike │ Queued.",
            "           │ First in line.",
            "           │ [ Cancel ]",
            "       Ann │ presses [ Cancel ]",
            "         · │ Stopping",
            "         ✎ │ Done.",
            " Lookalike │ 📎 similar.csv (2 rows)",
            "           │ All of them",
        ];
        assert_eq!(render(&events), expected.join("\n"));
    }

    #[test]
    fn a_group_is_told_from_a_private_chat_and_a_reply_shows_what_it_answers() {
        let mut asked = message("Ann", "/find @nasa");
        let mut bubble = message("Lookalike", "Looking up…");
        bubble.quote = Some("Ann: /find @nasa".to_owned());
        (asked.chat, bubble.chat) = (-1, -1);
        let expected = [
            "       Ann ║ /find @nasa",
            " Lookalike ║ ▏Ann: /find @nasa",
            "           ║ Looking up…",
        ];
        let events = [Event::Said(asked), Event::Sent(bubble)];
        assert_eq!(render(&events), expected.join("\n"));
    }

    #[test]
    fn a_button_is_pressed_by_the_number_it_shows_or_by_its_letter() {
        let button = |label: &str| InlineButton {
            label: label.to_owned(),
            data: Some(format!("about {label}")),
            url: None,
        };
        let mut list = message("Lookalike", "11. Bob");
        list.buttons = vec![
            vec![button("11"), button("12")],
            vec![button("‹"), button("2 / 3")],
            vec![button("• Peers")],
        ];
        let expected = [
            " Lookalike │ 11. Bob",
            "           │ [ #11 ] [ #12 ]",
            "           │ [ #a ‹ ] [ #b 2 / 3 ]",
            "           │ [ #c • Peers ]",
        ];
        let shown = detailed(&Event::Sent(list.clone()), None, true);
        assert_eq!(shown, expected);
        let pressed = |mark| shortcuts::find(&list, mark).map(|button| button.label.as_str());
        assert_eq!(pressed("12"), Some("12"));
        assert_eq!(pressed("C"), Some("• Peers"));
        assert_eq!(pressed("1"), None);
        assert_eq!(pressed(""), None);
    }

    #[test]
    fn a_file_is_named_by_where_it_was_saved() {
        let mut picture = message("Lookalike", "");
        picture.photo = Some(Document {
            file_name: "similar.png".to_owned(),
            bytes: Bytes::from_static(b"PNG"),
            caption: String::new(),
        });
        let shown = detailed(&Event::Sent(picture), Some(Path::new("/tmp/s.png")), false);
        assert_eq!(shown, [" Lookalike │ 🖼 /tmp/s.png (3 bytes)"]);
    }
}
