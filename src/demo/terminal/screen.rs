//! What is on the terminal: events as lines, a bubble redrawn while it is the last, and what shortcuts refer to.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};

use crate::demo::telegram::{Event, InlineResults, Person};

pub(super) struct Screen {
    /// False if the output is a file or a pipe: there nothing is redrawn, and what people type does not show.
    redraws: bool,
    /// The bubble at the bottom: its chat and message, and its number of lines.
    bottom: Option<(i64, i32)>,
    lines: usize,
    /// What shortcuts refer to in each chat: the latest message or results with any.
    marked: BTreeMap<i64, Marked>,
}

pub(super) enum Marked {
    /// A message with buttons.
    Message(i32),
    /// The results of an inline query.
    Results(InlineResults),
}

impl Screen {
    pub(super) fn new() -> Self {
        Self {
            redraws: std::io::stdout().is_terminal(),
            bottom: None,
            lines: 0,
            marked: BTreeMap::new(),
        }
    }

    pub(super) fn marked(&self, chat: i64) -> Option<&Marked> {
        self.marked.get(&chat)
    }

    /// Notes that a typed line has moved everything up.
    pub(super) fn typed(&mut self) {
        self.bottom = None;
    }

    /// Inline results are shown in this person's private chat.
    pub(super) fn show(
        &mut self,
        event: &Event,
        lines: &[String],
        person: &Person,
    ) -> std::io::Result<()> {
        let message = match event {
            // What people typed is on the screen already.
            Event::Said(message) if self.redraws && !message.via_bot => return Ok(()),
            Event::Said(message) | Event::Sent(message) | Event::Edited(message) => {
                if !message.buttons.is_empty() {
                    let marked = Marked::Message(message.id);
                    self.marked.insert(message.chat, marked);
                }
                Some((message.chat, message.id))
            }
            Event::Offered(offer) => {
                self.marked
                    .insert(person.id, Marked::Results(offer.clone()));
                None
            }
            _ => None,
        };
        let mut out = std::io::stdout().lock();
        if self.redraws && matches!(event, Event::Edited(_)) && message == self.bottom {
            // A half-typed line has moved the cursor from the margin.
            write!(out, "\r\x1b[{}A\x1b[J", self.lines)?;
        }
        for line in lines {
            writeln!(out, "{line}")?;
        }
        self.bottom = message;
        self.lines = lines.len();
        out.flush()
    }
}
