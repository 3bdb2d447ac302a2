//! The demo as a chat on a terminal: what is typed is said, and bubbles update where they stand.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};

use crate::demo::Scene;
use crate::demo::telegram::{Event, Message, marks, transcript};
use crate::model::{OutgoingId, PersonId};

/// How often it is looked whether everything is answered, once the input has ended.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// The bubble at the bottom of the screen: its message, and how many lines it takes.
struct Bottom {
    message: Option<(i64, i32)>,
    lines: usize,
    /// The latest message with buttons, whose marks are meant.
    marked: Option<i32>,
}

/// Chats until the input ends; then waits for the results that are still to come.
pub(super) async fn chat(mut scene: Scene) -> anyhow::Result<()> {
    let redraws = std::io::stdout().is_terminal();
    println!(
        "You are in a chat with the bot. Type a handle (`lookalike demo --list` shows some) or /help; #a presses"
    );
    println!("the button that is marked so, in the latest message with buttons. Ctrl-D ends it.\n");
    let mut input = BufReader::new(tokio::io::stdin()).lines();
    let mut bottom = Bottom {
        message: None,
        lines: 0,
        marked: None,
    };
    scene.telegram.says(&scene.person, "/start");
    let mut typing = true;
    while typing || !is_done(&scene)? {
        tokio::select! {
            event = scene.events.recv() => {
                if let Ok(event) = event {
                    let saved = scene.folder.save(&event);
                    let lines = transcript::detailed(&event, saved.as_deref(), true);
                    bottom.show(&event, &lines, redraws)?;
                }
            }
            // The database has failed: nothing more would come.
            () = scene.app.stopping() => break,
            // Whether all is done shows in no event.
            () = tokio::time::sleep(LOOK_EVERY), if !typing => {}
            line = input.next_line(), if typing => match line? {
                Some(line) => {
                    bottom.message = None;
                    for line in say(&scene, bottom.marked, line.trim()) {
                        println!("{line}");
                    }
                }
                None => typing = false,
            }
        }
    }
    scene.close().await
}

/// Says the words, or presses the button that is marked by them. Yields what there is to be said to that.
fn say(scene: &Scene, marked: Option<i32>, words: &str) -> Vec<String> {
    if words.is_empty() {
        return Vec::new();
    }
    let Some(mark) = words.strip_prefix('#') else {
        scene.telegram.says(&scene.person, words);
        return Vec::new();
    };
    let messages = scene.telegram.messages(scene.person.id);
    let message = messages.iter().find(|it| Some(it.id) == marked);
    press(scene, message, mark).unwrap_or_else(|| transcript::note("There is no such button."))
}

fn press(scene: &Scene, message: Option<&Message>, mark: &str) -> Option<Vec<String>> {
    let message = message?;
    let button = marks::find(message, mark)?;
    let Some(data) = &button.data else {
        // Nothing is opened here.
        return button.url.as_deref().map(transcript::note);
    };
    let pressed = scene.telegram.presses(&scene.person, message.id, data);
    pressed.ok().map(|_| Vec::new())
}

/// Whether nothing that was said is still to be answered.
fn is_done(scene: &Scene) -> anyhow::Result<bool> {
    // What the bot has not confirmed yet is in no database.
    if scene.telegram.unconfirmed() > 0 {
        return Ok(false);
    }
    let ledger = &scene.app.context().ledger;
    let analyses = ledger.analyses_of(PersonId(scene.person.id.unsigned_abs()))?;
    let running = analyses.iter().any(|analysis| analysis.outcome.is_none());
    let unsent = ledger.unsent(OutgoingId(0), 1)?;
    Ok(!running && unsent.is_empty() && ledger.unhandled(1)?.is_empty())
}

impl Bottom {
    fn show(&mut self, event: &Event, lines: &[String], redraws: bool) -> std::io::Result<()> {
        let message = match event {
            Event::Sent(message) | Event::Edited(message) => {
                if !message.buttons.is_empty() {
                    self.marked = Some(message.id);
                }
                Some((message.chat, message.id))
            }
            // What was typed is on the screen already.
            Event::Said(_) if redraws => return Ok(()),
            _ => None,
        };
        let mut out = std::io::stdout().lock();
        if redraws && matches!(event, Event::Edited(_)) && message == self.message {
            // A line that is half typed has moved the cursor from the margin.
            write!(out, "\r\x1b[{}A\x1b[J", self.lines)?;
        }
        for line in lines {
            writeln!(out, "{line}")?;
        }
        self.message = message;
        self.lines = lines.len();
        out.flush()
    }
}
