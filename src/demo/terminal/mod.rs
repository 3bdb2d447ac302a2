//! The demo as a chat on a terminal: what is typed is said, and bubbles update where they stand.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};

use crate::demo::Scene;
use crate::demo::telegram::marks::Chosen;
use crate::demo::telegram::{Event, Message, Offer, marks, transcript};
use crate::model::{OutgoingId, PersonId};

/// How often it is looked whether everything is answered, once the input has ended.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// The bubble at the bottom of the screen: its message, and how many lines it takes.
struct Bottom {
    message: Option<(i64, i32)>,
    lines: usize,
    marked: Option<Marked>,
}

/// What the marks are meant for: the latest that has any.
enum Marked {
    /// A message with buttons.
    Message(i32),
    /// What is offered for words behind the bot's name.
    Offer(Offer),
}

/// Chats until the input ends; then waits for the results that are still to come.
pub(super) async fn chat(mut scene: Scene) -> anyhow::Result<()> {
    let redraws = std::io::stdout().is_terminal();
    let mention = scene.telegram.mention();
    println!(
        "You are in a chat with the bot. Type a handle (`lookalike demo --list` shows some) or /help; #a presses"
    );
    println!(
        "the button that is marked so, in the latest message with buttons. What follows {mention}"
    );
    println!("is offered as in any other chat. Ctrl-D ends it.\n");
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
                    for line in say(&scene, bottom.marked.as_ref(), line.trim()) {
                        println!("{line}");
                    }
                }
                None => typing = false,
            }
        }
    }
    scene.close().await
}

/// Says the words, types them behind the bot's name, or presses or chooses what is marked by them. Yields what there is to be said to that.
fn say(scene: &Scene, marked: Option<&Marked>, words: &str) -> Vec<String> {
    if words.is_empty() {
        return Vec::new();
    }
    let typed = words.strip_prefix(&scene.telegram.mention());
    if let Some(typed) = typed.filter(|typed| typed.is_empty() || typed.starts_with(' ')) {
        scene.telegram.types(&scene.person, typed.trim());
        return Vec::new();
    }
    let Some(mark) = words.strip_prefix('#') else {
        scene.telegram.says(&scene.person, words);
        return Vec::new();
    };
    let done = marked.and_then(|marked| match marked {
        Marked::Message(id) => {
            let messages = scene.telegram.messages(scene.person.id);
            press(scene, messages.iter().find(|it| it.id == *id), mark)
        }
        Marked::Offer(offer) => choose(scene, offer, mark),
    });
    done.unwrap_or_else(|| transcript::note("There is no such button."))
}

/// Sends what is offered, or opens the private chat as the button above it does.
fn choose(scene: &Scene, offer: &Offer, mark: &str) -> Option<Vec<String>> {
    let mut offered = marks::offered(offer).into_iter();
    let (_, choice) = offered.find(|(own, _)| own.eq_ignore_ascii_case(mark))?;
    let (telegram, person) = (&scene.telegram, &scene.person);
    match choice.what {
        Chosen::Article(id) => drop(telegram.chooses(person, person.id, &offer.query, id).ok()?),
        Chosen::Start(parameter) => {
            telegram.says(person, &format!("/start {parameter}"));
        }
    }
    Some(Vec::new())
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
            // What was typed is on the screen already.
            Event::Said(message) if redraws && !message.via_bot => return Ok(()),
            Event::Said(message) | Event::Sent(message) | Event::Edited(message) => {
                if !message.buttons.is_empty() {
                    self.marked = Some(Marked::Message(message.id));
                }
                Some((message.chat, message.id))
            }
            Event::Offered(offer) => {
                self.marked = Some(Marked::Offer(offer.clone()));
                None
            }
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
