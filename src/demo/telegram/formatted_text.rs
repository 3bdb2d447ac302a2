//! Text as a person reads it and its entities, with offsets in UTF-16 units. Knows nothing of how it was written.

use serde::Serialize;

/// A stretch of text with a meaning, as the Bot API writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct MessageEntity {
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) offset: usize,
    pub(super) length: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) language: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) custom_emoji_id: Option<String>,
}

impl MessageEntity {
    pub(super) fn new(kind: &'static str, offset: usize, length: usize) -> MessageEntity {
        MessageEntity {
            kind,
            offset,
            length,
            url: None,
            language: None,
            custom_emoji_id: None,
        }
    }

    pub(super) fn end(&self) -> usize {
        self.offset + self.length
    }
}

/// Text as a person reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FormattedText {
    pub(super) text: String,
    pub(super) entities: Vec<MessageEntity>,
    /// Mistakes that Telegram overlooks and a careful bot does not make.
    pub(super) complaints: Vec<String>,
}

impl FormattedText {
    /// Returns the text without white space at both ends, which Telegram never keeps.
    pub(super) fn trimmed(mut self) -> FormattedText {
        let cut = utf16_length(&self.text) - utf16_length(self.text.trim_start());
        let text = self.text.trim().to_owned();
        let length = utf16_length(&text);
        for entity in &mut self.entities {
            let end = entity.end().saturating_sub(cut).min(length);
            entity.offset = entity.offset.saturating_sub(cut).min(length);
            entity.length = end - entity.offset;
        }
        self.entities.retain(|entity| entity.length > 0);
        FormattedText { text, ..self }
    }

    /// Returns text and URL of each explicit link.
    pub(super) fn links(&self) -> Vec<(String, String)> {
        self.entities
            .iter()
            .filter_map(|entity| Some((self.cover(entity), entity.url.clone()?)))
            .collect()
    }

    fn cover(&self, entity: &MessageEntity) -> String {
        let units: Vec<u16> = self
            .text
            .encode_utf16()
            .skip(entity.offset)
            .take(entity.length)
            .collect();
        String::from_utf16_lossy(&units)
    }
}

/// The text of a message: as it was sent and as it is shown.
#[derive(Clone, Debug)]
pub(super) struct MessageText {
    pub(super) sent: String,
    pub(super) shown: FormattedText,
}

pub(super) fn utf16_length(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trimming_moves_the_entities() {
        let formatted = FormattedText {
            text: "\n  a ".to_owned(),
            entities: vec![
                MessageEntity::new("bold", 2, 2),
                MessageEntity::new("italic", 4, 1),
            ],
            complaints: Vec::new(),
        };
        let trimmed = formatted.trimmed();
        assert_eq!(trimmed.text, "a");
        assert_eq!(trimmed.entities, vec![MessageEntity::new("bold", 0, 1)]);
    }
}
