//! A chat with the bot on a terminal: what people type is said, and bubbles update in place.

mod group;
mod input;
mod screen;

use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};

use crate::demo::Sandbox;
use crate::demo::telegram::shortcuts::ChoiceTarget;
use crate::demo::telegram::{FakeTelegram, InlineResults, Message, Person, shortcuts, transcript};
use crate::model::{OutgoingId, PersonId};

use group::{DemoGroup, GROUP};
use input::{Action, Input};
use screen::{Marked, Screen};

/// How often to check whether everything is answered, once the input has ended.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Chats until the input ends, then waits for the results that are still to come; or until it is `stopped`. The first
/// words on the screen are the `opening`.
pub(super) async fn chat(
    mut sandbox: Sandbox,
    opening: &str,
    stopped: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    let group = DemoGroup::of(&sandbox.person, &sandbox.telegram);
    let mention = sandbox.telegram.mention();
    greet(opening, &mention, &group.others());
    let mut input = BufReader::new(tokio::io::stdin()).split(b'\n');
    let mut screen = Screen::new();
    sandbox.telegram.says(&sandbox.person, "/start");
    let mut typing = true;
    let mut stopped = std::pin::pin!(stopped);
    while typing || !is_done(&sandbox, &group)? {
        tokio::select! {
            event = sandbox.events.recv() => {
                if let Ok(event) = event {
                    let saved = sandbox.folder.save(&event);
                    let lines = transcript::detailed(&event, saved.as_deref(), true);
                    screen.show(&event, &lines, &sandbox.person)?;
                }
            }
            // The database has failed: nothing more would come.
            () = sandbox.app.stopping() => break,
            () = &mut stopped => break,
            // No event shows that everything is done.
            () = tokio::time::sleep(LOOK_EVERY), if !typing => {}
            line = input.next_segment(), if typing => match line? {
                Some(bytes) => {
                    // A terminal may use any encoding.
                    let line = String::from_utf8_lossy(&bytes);
                    let line = line.strip_suffix('\r').unwrap_or(&line);
                    screen.typed();
                    let read = input::read(line, &mention);
                    let told = read.and_then(|line| act(&sandbox, &group, &screen, line));
                    for line in told.iter().flat_map(|told| transcript::note(told)) {
                        println!("{line}");
                    }
                }
                None => typing = false,
            }
        }
    }
    sandbox.close().await
}

fn greet(opening: &str, mention: &str, others: &str) {
    println!(
        "{opening} #a presses\n\
         the button that is marked so, in the latest message with buttons. What follows {mention}\n\
         is offered as in any other chat. You own a group too, with {others} in it: `ann> /find nasa` says it\n\
         there, `bob> #a` presses, `you> ^ @esa` answers the bot; ║ stands beside what is in it. Ctrl-D ends it.\n"
    );
}

/// Does what a line says. Returns a note for the person who typed it, if there is one.
fn act(sandbox: &Sandbox, group: &DemoGroup, screen: &Screen, line: Input<'_>) -> Option<String> {
    let telegram = &sandbox.telegram;
    let (chat, person) = match line.member {
        None => (sandbox.person.id, &sandbox.person),
        Some(name) => match group.member(name) {
            Some(person) => (GROUP, person),
            None => return Some(format!("{name} is not in the group.")),
        },
    };
    match line.action {
        Action::Say(words) => match line.member {
            None => telegram.says(person, words),
            Some(_) => telegram.says_in_group(chat, person, words),
        },
        Action::Answer(words) => {
            let messages = telegram.messages(chat);
            let Some(latest) = messages.iter().rfind(|message| message.from_bot) else {
                return Some("The bot has said nothing here.".to_owned());
            };
            telegram.replies(person, latest.id, words)
        }
        Action::Type(words) => {
            telegram.types(person, words);
            return None;
        }
        Action::Press(mark) => {
            return match screen.marked(chat) {
                Some(Marked::Message(id)) => {
                    let messages = telegram.messages(chat);
                    press(
                        telegram,
                        person,
                        messages.iter().find(|it| it.id == *id),
                        mark,
                    )
                }
                Some(Marked::Results(offer)) => choose(telegram, person, offer, mark),
                None => no_such_button(),
            };
        }
    };
    None
}

fn press(
    telegram: &FakeTelegram,
    person: &Person,
    message: Option<&Message>,
    mark: &str,
) -> Option<String> {
    let found = message.and_then(|message| Some((message.id, shortcuts::find(message, mark)?)));
    let Some((message, button)) = found else {
        return no_such_button();
    };
    match &button.data {
        Some(data) => telegram.presses(person, message, data).err(),
        // Nothing is opened here.
        None => button.url.clone(),
    }
}

/// Sends an inline result, or opens the private chat as the button above the results does.
fn choose(
    telegram: &FakeTelegram,
    person: &Person,
    offer: &InlineResults,
    mark: &str,
) -> Option<String> {
    let mut offered = shortcuts::offered(offer).into_iter();
    let Some((_, choice)) = offered.find(|(own, _)| own.eq_ignore_ascii_case(mark)) else {
        return no_such_button();
    };
    match choice.what {
        ChoiceTarget::Article(id) => {
            let chosen = telegram.chooses(person, person.id, &offer.query, id);
            chosen.err()
        }
        ChoiceTarget::Start(parameter) => {
            telegram.says(person, &format!("/start {parameter}"));
            None
        }
    }
}

fn no_such_button() -> Option<String> {
    Some("There is no such button.".to_owned())
}

/// Whether everything said has been answered.
fn is_done(sandbox: &Sandbox, group: &DemoGroup) -> anyhow::Result<bool> {
    // Updates that the bot has not confirmed are in no database.
    if sandbox.telegram.unconfirmed() > 0 {
        return Ok(false);
    }
    let ledger = &sandbox.app.context().ledger;
    for member in group.members() {
        let analyses = ledger.analyses_of(PersonId(member.id.unsigned_abs()))?;
        if analyses.iter().any(|analysis| analysis.outcome.is_none()) {
            return Ok(false);
        }
    }
    let unsent = ledger.unsent(OutgoingId(0), 1)?;
    Ok(unsent.is_empty() && ledger.unhandled(1)?.is_empty())
}
