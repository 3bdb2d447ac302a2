//! Telegram's HTML: a string with tags -> plain text and entities with UTF-16 offsets, or Telegram's error text.
//! Follows the rules of the Bot API's own parser, byte offsets included. What that parser accepts although its
//! documentation forbids it is reported as a complaint. Knows nothing of messages.

use crate::demo::telegram::formatted_text::{FormattedText, MessageEntity};
use crate::demo::telegram::tags::{TAGS, decode, is_link, meaning};

/// Parses HTML.
///
/// # Errors
/// The part after "can't parse entities: ".
pub(super) fn parse(html: &str) -> Result<FormattedText, String> {
    let mut parser = Parser {
        html,
        at: 0,
        units: 0,
        open: Vec::new(),
        formatted: FormattedText::default(),
    };
    while let Some(next) = parser.peek() {
        match next {
            '&' => parser.reference(),
            '<' if parser.rest().starts_with("</") => parser.end_tag()?,
            '<' => parser.start_tag()?,
            _ => parser.plain(next),
        }
    }
    if let Some(open) = parser.open.last() {
        return Err(format!(
            "Can't find end tag corresponding to start tag \"{}\"",
            open.tag
        ));
    }
    let mut formatted = parser.formatted;
    formatted
        .entities
        .sort_by_key(|entity| (entity.offset, std::cmp::Reverse(entity.length)));
    Ok(formatted)
}

struct OpenTag {
    tag: String,
    argument: Option<String>,
    /// UTF-16 units and bytes of plain text before the tag.
    units: usize,
    bytes: usize,
}

struct Parser<'a> {
    html: &'a str,
    at: usize,
    units: usize,
    open: Vec<OpenTag>,
    formatted: FormattedText,
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        self.html.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> String {
        let rest = self.rest();
        let length = rest.find(|c| !wanted(c)).unwrap_or(rest.len());
        let taken: String = rest.chars().take_while(|c| wanted(*c)).collect();
        self.at += length;
        taken
    }

    fn skip_space(&mut self) {
        self.take_while(char::is_whitespace);
    }

    fn complain(&mut self, what: String) {
        self.formatted.complaints.push(what);
    }

    fn push(&mut self, c: char) {
        self.formatted.text.push(c);
        self.units += c.len_utf16();
    }

    fn plain(&mut self, c: char) {
        if c == '>' {
            self.complain(format!("a bare > at byte offset {}: write &gt;", self.at));
        }
        self.push(c);
        self.at += c.len_utf8();
    }

    fn reference(&mut self) {
        if let Some((c, length)) = decode(self.rest()) {
            self.push(c);
            self.at += length;
            return;
        }
        let shown: String = self
            .rest()
            .chars()
            .take_while(|c| !c.is_whitespace())
            .take(12)
            .collect();
        self.complain(format!(
            "\"{shown}\" at byte offset {} is no entity that Telegram knows: write &amp; for an ampersand",
            self.at
        ));
        self.push('&');
        self.at += 1;
    }

    fn start_tag(&mut self) -> Result<(), String> {
        let begin = self.at;
        self.at += 1;
        let tag = self
            .take_while(|c| !c.is_whitespace() && c != '>')
            .to_lowercase();
        if self.rest().is_empty() {
            return Err(format!("Unclosed start tag at byte offset {begin}"));
        }
        if !TAGS.contains(&tag.as_str()) {
            return Err(format!(
                "Unsupported start tag \"{tag}\" at byte offset {begin}"
            ));
        }
        let argument = self.attributes(&tag, begin)?;
        if tag == "span" && argument.is_none() {
            return Err(format!(
                "Tag \"span\" must have class \"tg-spoiler\" at byte offset {begin}"
            ));
        }
        self.complain_of_nesting(&tag);
        self.open.push(OpenTag {
            tag,
            argument,
            units: self.units,
            bytes: self.formatted.text.len(),
        });
        Ok(())
    }

    /// Reads up to and including the closing `>`. Returns the one attribute that matters to the tag.
    fn attributes(&mut self, tag: &str, begin: usize) -> Result<Option<String>, String> {
        let unclosed = || format!("Unclosed start tag \"{tag}\" at byte offset {begin}");
        let mut argument = None;
        loop {
            self.skip_space();
            match self.peek() {
                None => return Err(unclosed()),
                Some('>') => break,
                Some(_) => {}
            }
            let name = self
                .take_while(|c| !c.is_whitespace() && c != '=' && c != '>')
                .to_lowercase();
            if name.is_empty() {
                return Err(format!(
                    "Empty attribute name in the tag \"{tag}\" at byte offset {begin}"
                ));
            }
            self.skip_space();
            if self.peek() != Some('=') {
                if tag == "blockquote" && name == "expandable" {
                    argument = Some(String::new());
                    continue;
                }
                return Err(format!(
                    "Expected equal sign in declaration of an attribute of the tag \"{tag}\" at \
                     byte offset {begin}"
                ));
            }
            self.at += 1;
            self.skip_space();
            let value = self.attribute_value().ok_or_else(|| {
                if self.rest().is_empty() {
                    unclosed()
                } else {
                    format!("Unexpected end of name token at byte offset {}", self.at)
                }
            })?;
            match meaning(tag, &name, &value) {
                Some(found) => argument = Some(found),
                None => self.complain(format!(
                    "the attribute {name} of <{tag}> at byte offset {begin} means nothing to Telegram"
                )),
            }
        }
        self.at += 1;
        Ok(argument)
    }

    fn attribute_value(&mut self) -> Option<String> {
        let quote = self.peek()?;
        if quote != '"' && quote != '\'' {
            let token = self.take_while(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-');
            return self
                .peek()
                .filter(|c| c.is_whitespace() || *c == '>')
                .map(|_| token.to_lowercase());
        }
        self.at += 1;
        let raw = self.take_while(|c| c != quote);
        self.peek()?;
        self.at += 1;
        let mut value = String::new();
        let mut rest = raw.as_str();
        while let Some(c) = rest.chars().next() {
            let (c, length) = decode(rest).unwrap_or((c, c.len_utf8()));
            value.push(c);
            rest = rest.get(length..).unwrap_or_default();
        }
        Some(value)
    }

    fn complain_of_nesting(&mut self, tag: &str) {
        let Some(outer) = self.open.last().map(|open| open.tag.clone()) else {
            return;
        };
        let inside = |name: &str| self.open.iter().any(|open| open.tag == name);
        let lost = match tag {
            "code" if outer == "pre" => false,
            "blockquote" => inside("blockquote") || inside("pre") || inside("code"),
            _ => inside("pre") || inside("code") || (tag == "a" && inside("a")),
        };
        if lost {
            self.complain(format!(
                "<{tag}> inside <{outer}> is lost: Telegram does not nest them"
            ));
        }
    }

    fn end_tag(&mut self) -> Result<(), String> {
        let begin = self.at;
        let Some(open) = self.open.pop() else {
            return Err(format!("Unexpected end tag at byte offset {begin}"));
        };
        self.at += 2;
        let tag = self
            .take_while(|c| !c.is_whitespace() && c != '>')
            .to_lowercase();
        self.skip_space();
        if self.peek() != Some('>') {
            return Err(format!("Unclosed end tag at byte offset {begin}"));
        }
        self.at += 1;
        if !tag.is_empty() && tag != open.tag {
            return Err(format!(
                "Unmatched end tag at byte offset {begin}, expected \"</{}>\", found \"</{tag}>\"",
                open.tag
            ));
        }
        if self.units > open.units {
            self.close(open);
        }
        Ok(())
    }

    fn close(&mut self, open: OpenTag) {
        let mut entity = MessageEntity::new("", open.units, self.units - open.units);
        entity.kind = match open.tag.as_str() {
            "b" | "strong" => "bold",
            "i" | "em" => "italic",
            "s" | "strike" | "del" => "strikethrough",
            "u" | "ins" => "underline",
            "tg-spoiler" | "span" => "spoiler",
            "tg-emoji" => {
                entity.custom_emoji_id = open.argument;
                "custom_emoji"
            }
            "blockquote" if open.argument.is_some() => "expandable_blockquote",
            "blockquote" => "blockquote",
            "code" => {
                entity.language = open.argument;
                "code"
            }
            "pre" => {
                // <pre><code class="language-x"> is one block with a language.
                let within = self.formatted.entities.pop_if(|inner| {
                    inner.kind == "code"
                        && (inner.offset, inner.length) == (entity.offset, entity.length)
                });
                entity.language = within.and_then(|inner| inner.language);
                "pre"
            }
            _ => {
                let shown = self.formatted.text.get(open.bytes..).unwrap_or_default();
                let url = open.argument.unwrap_or_else(|| shown.to_owned());
                if !is_link(&url) {
                    self.complain(format!("the link to \"{url}\" is lost: it is no address"));
                    return;
                }
                entity.url = Some(url);
                "text_link"
            }
        };
        self.formatted.entities.push(entity);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(html: &str) -> String {
        parse(html).unwrap_err()
    }

    fn kinds(html: &str) -> Vec<(&'static str, usize, usize)> {
        let formatted = parse(html).unwrap();
        assert_eq!(formatted.complaints, Vec::<String>::new(), "{html}");
        formatted
            .entities
            .iter()
            .map(|entity| (entity.kind, entity.offset, entity.length))
            .collect()
    }

    #[test]
    fn offsets_count_utf16_units() {
        let formatted = parse("🎨 é <b>bold</b> &lt;&amp;&gt;&quot;&#65;&#x42;").unwrap();
        assert_eq!(formatted.text, "🎨 é bold <&>\"AB");
        assert_eq!(formatted.entities, vec![MessageEntity::new("bold", 5, 4)]);
    }

    #[test]
    fn every_tag_becomes_its_entity() {
        assert_eq!(kinds("<strong>a</strong>"), [("bold", 0, 1)]);
        assert_eq!(kinds("<I>a</i>"), [("italic", 0, 1)]);
        assert_eq!(
            kinds("<u><s>a</s>b</u>"),
            [("underline", 0, 2), ("strikethrough", 0, 1)]
        );
        assert_eq!(kinds("<code>a</code>"), [("code", 0, 1)]);
        assert_eq!(
            kinds("<blockquote expandable>a</blockquote>"),
            [("expandable_blockquote", 0, 1)]
        );
        assert_eq!(kinds("<tg-spoiler>a</tg-spoiler>"), [("spoiler", 0, 1)]);
        assert_eq!(
            kinds("<span class=\"tg-spoiler\">a</span>"),
            [("spoiler", 0, 1)]
        );
        assert_eq!(kinds("<b></b>"), []);
        let pre = parse("<pre><code class=\"language-rust\">x</code></pre>").unwrap();
        assert_eq!(pre.entities[0].language.as_deref(), Some("rust"));
        assert_eq!(pre.entities.len(), 1);
    }

    #[test]
    fn links_carry_their_decoded_address() {
        let formatted = parse("see <a href=\"https://example.org/?a=1&amp;b=2\">this</a>").unwrap();
        assert_eq!(
            formatted.links(),
            [("this".to_owned(), "https://example.org/?a=1&b=2".to_owned())]
        );
    }

    #[test]
    fn faults_are_told_in_telegrams_words() {
        assert_eq!(
            refused("<b>a"),
            "Can't find end tag corresponding to start tag \"b\""
        );
        assert_eq!(
            refused("é <br> a"),
            "Unsupported start tag \"br\" at byte offset 3"
        );
        assert_eq!(
            refused("<b><i>a</b></i>"),
            "Unmatched end tag at byte offset 7, expected \"</i>\", found \"</b>\""
        );
        assert_eq!(refused("a</b>"), "Unexpected end tag at byte offset 1");
        assert_eq!(
            refused("1 < 2"),
            "Unsupported start tag \"\" at byte offset 2"
        );
        assert_eq!(refused("1 <2"), "Unclosed start tag at byte offset 2");
        assert_eq!(
            refused("<a href=\"x"),
            "Unclosed start tag \"a\" at byte offset 0"
        );
        assert_eq!(refused("<b>a</b"), "Unclosed end tag at byte offset 4");
    }

    #[test]
    fn what_telegram_overlooks_is_a_complaint() {
        for html in [
            "a&nbsp;b",
            "AT&T",
            "a > b",
            "<a href=\"javascript:x\">a</a>",
            "<code><b>x</b></code>",
            "<b class=\"x\">a</b>",
        ] {
            assert_eq!(parse(html).unwrap().complaints.len(), 1, "{html}");
        }
        assert_eq!(parse("a&nbsp;b").unwrap().text, "a&nbsp;b");
    }
}
