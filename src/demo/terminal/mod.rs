//! The demo as a chat on a terminal: what is typed is said, and bubbles update where they stand.

mod group;
mod line;
mod screen;

use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};

use crate::demo::Scene;
use crate::demo::telegram::marks::Chosen;
use crate::demo::telegram::{FakeTelegram, Message, Offer, Person, marks, transcript};
use crate::model::{OutgoingId, PersonId};

use group::{GROUP, Group};
use line::{Deed, Line};
use screen::{Marked, Screen};

/// How often it is looked whether everything is answered, once the input has ended.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Chats until the input ends; then waits for the results that are still to come.
pub(super) async fn chat(mut scene: Scene) -> anyhow::Result<()> {
    let group = Group::of(&scene.person, &scene.telegram);
    let mention = scene.telegram.mention();
    greet(&mention, &group.others());
    let mut input = BufReader::new(tokio::io::stdin()).split(b'\n');
    let mut screen = Screen::new();
    scene.telegram.says(&scene.person, "/start");
    let mut typing = true;
    while typing || !is_done(&scene, &group)? {
        tokio::select! {
            event = scene.events.recv() => {
                if let Ok(event) = event {
                    let saved = scene.folder.save(&event);
                    let lines = transcript::detailed(&event, saved.as_deref(), true);
                    screen.show(&event, &lines, &scene.person)?;
                }
            }
            // The database has failed: nothing more would come.
            () = scene.app.stopping() => break,
            // Whether all is done shows in no event.
            () = tokio::time::sleep(LOOK_EVERY), if !typing => {}
            line = input.next_segment(), if typing => match line? {
                Some(bytes) => {
                    // A terminal may be set to any encoding.
                    let line = String::from_utf8_lossy(&bytes);
                    let line = line.strip_suffix('\r').unwrap_or(&line);
                    screen.typed();
                    let read = line::read(line, &mention);
                    let told = read.and_then(|line| act(&scene, &group, &screen, line));
                    for line in told.iter().flat_map(|told| transcript::note(told)) {
                        println!("{line}");
                    }
                }
                None => typing = false,
            }
        }
    }
    scene.close().await
}

fn greet(mention: &str, others: &str) {
    println!(
        "You are in a chat with the bot. Type a handle (`lookalike demo --list` shows some) or /help; #a presses\n\
         the button that is marked so, in the latest message with buttons. What follows {mention}\n\
         is offered as in any other chat. You own a group too, with {others} in it: `ann> /find nasa` says it\n\
         there, `bob> #a` presses, `you> ^ @esa` answers the bot; ║ stands beside what is in it. Ctrl-D ends it.\n"
    );
}

/// Does what a line says. Yields what there is to be told to whoever typed it.
fn act(scene: &Scene, group: &Group, screen: &Screen, line: Line<'_>) -> Option<String> {
    let telegram = &scene.telegram;
    let (chat, person) = match line.member {
        None => (scene.person.id, &scene.person),
        Some(name) => match group.member(name) {
            Some(person) => (GROUP, person),
            None => return Some(format!("{name} is not in the group.")),
        },
    };
    match line.deed {
        Deed::Say(words) => match line.member {
            None => telegram.says(person, words),
            Some(_) => telegram.says_in_group(chat, person, words),
        },
        Deed::Answer(words) => {
            let messages = telegram.messages(chat);
            let Some(latest) = messages.iter().rfind(|message| message.from_bot) else {
                return Some("The bot has said nothing here.".to_owned());
            };
            telegram.replies(person, latest.id, words)
        }
        Deed::Type(words) => {
            telegram.types(person, words);
            return None;
        }
        Deed::Press(mark) => {
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
                Some(Marked::Offer(offer)) => choose(telegram, person, offer, mark),
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
    let found = message.and_then(|message| Some((message.id, marks::find(message, mark)?)));
    let Some((message, button)) = found else {
        return no_such_button();
    };
    match &button.data {
        Some(data) => telegram.presses(person, message, data).err(),
        // Nothing is opened here.
        None => button.url.clone(),
    }
}

/// Sends what is offered, or opens the private chat as the button above it does.
fn choose(telegram: &FakeTelegram, person: &Person, offer: &Offer, mark: &str) -> Option<String> {
    let mut offered = marks::offered(offer).into_iter();
    let Some((_, choice)) = offered.find(|(own, _)| own.eq_ignore_ascii_case(mark)) else {
        return no_such_button();
    };
    match choice.what {
        Chosen::Article(id) => {
            let chosen = telegram.chooses(person, person.id, &offer.query, id);
            chosen.err()
        }
        Chosen::Start(parameter) => {
            telegram.says(person, &format!("/start {parameter}"));
            None
        }
    }
}

fn no_such_button() -> Option<String> {
    Some("There is no such button.".to_owned())
}

/// Whether nothing that was said is still to be answered.
fn is_done(scene: &Scene, group: &Group) -> anyhow::Result<bool> {
    // What the bot has not confirmed yet is in no database.
    if scene.telegram.unconfirmed() > 0 {
        return Ok(false);
    }
    let ledger = &scene.app.context().ledger;
    for member in group.members() {
        let analyses = ledger.analyses_of(PersonId(member.id.unsigned_abs()))?;
        if analyses.iter().any(|analysis| analysis.outcome.is_none()) {
            return Ok(false);
        }
    }
    let unsent = ledger.unsent(OutgoingId(0), 1)?;
    Ok(unsent.is_empty() && ledger.unhandled(1)?.is_empty())
}
