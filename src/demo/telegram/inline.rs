//! Inline mode: what people type after the bot's name in any chat, the results that the bot offers, and what they
//! choose. Only articles are read.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use crate::demo::telegram::FakeTelegram;
use crate::demo::telegram::chat::{Author, ChatKind, Draft};
use crate::demo::telegram::inline_queries::{InlineQuery, ResultMessage};
use crate::demo::telegram::keyboard;
use crate::demo::telegram::method_call::MethodCall;
use crate::demo::telegram::model::{Article, Event, InlineResults, Person};
use crate::demo::telegram::rejection::Rejection;
use crate::demo::telegram::sending;
use crate::demo::telegram::state::ServerState;
use crate::demo::telegram::wire;

/// Results of one answer.
const MAXIMUM_RESULTS: usize = 50;
/// Bytes of a result's id and of the parameter of the button above the results.
const MAXIMUM_ID: usize = 64;
const MAXIMUM_PARAMETER: usize = 64;
/// How long an answer is accepted.
const PATIENCE: Duration = Duration::from_secs(30);
/// Fields that an article and its message may have.
const OF_AN_ARTICLE: [&str; 10] = [
    "type",
    "id",
    "title",
    "input_message_content",
    "reply_markup",
    "url",
    "description",
    "thumbnail_url",
    "thumbnail_width",
    "thumbnail_height",
];
const OF_A_MESSAGE: [&str; 3] = ["message_text", "parse_mode", "link_preview_options"];

impl FakeTelegram {
    /// Types after the bot's name, in any chat. Returns the inline query's id.
    pub fn types(&self, person: &Person, words: &str) -> String {
        self.change(|state| type_words(state, person, words))
    }

    /// Returns the bot's name, after which people type in any chat.
    pub fn mention(&self) -> String {
        wire::mention()
    }

    /// Returns the bot's results for an inline query; `None` until it has answered.
    pub fn offer(&self, query: &str) -> Option<InlineResults> {
        self.read(|state| state.inline.queries.get(query)?.offer.clone())
    }

    /// Chooses one of the results by its id, which sends it into a chat. Returns the message's id.
    pub fn chooses(
        &self,
        person: &Person,
        chat: i64,
        query: &str,
        result: &str,
    ) -> Result<i32, String> {
        self.change(|state| choose(state, person, chat, query, result))
    }

    /// Switches inline mode on or off at @BotFather; on by default.
    pub fn set_inline_mode(&self, on: bool) {
        self.change(|state| state.inline.on = on);
    }
}

fn type_words(state: &mut ServerState, person: &Person, words: &str) -> String {
    let id = format!("query-{}", state.inline.queries.len() + 1);
    let query = InlineQuery {
        person: person.clone(),
        words: words.to_owned(),
        since: Instant::now(),
        offer: None,
        messages: BTreeMap::new(),
    };
    if state.inline.on {
        let update = wire::inline_query(&id, person, words);
        state.updates.push("inline_query", update);
    }
    state.inline.queries.insert(id.clone(), query);
    id
}

fn choose(
    state: &mut ServerState,
    person: &Person,
    chat: i64,
    query: &str,
    result: &str,
) -> Result<i32, String> {
    let asked = state.inline.queries.get(query);
    let asked = asked.filter(|asked| asked.person.id == person.id);
    let asked = asked.ok_or_else(|| format!("{} never typed {query}", person.first_name))?;
    let sent = asked.messages.get(result).cloned();
    let sent = sent.ok_or_else(|| format!("{query} was never offered {result}"))?;
    let kind = match chat > 0 {
        true => ChatKind::Private(person.clone()),
        false => ChatKind::Group {
            title: format!("Group {chat}"),
        },
    };
    state.open_chat(chat, kind);
    let message = state.post(Draft {
        chat,
        author: Author::Person(person.clone()),
        words: sent.words,
        keyboard: sent.keyboard,
        reply_to: None,
        file: None,
        topic: None,
        via_bot: true,
    });
    let message = message.map_err(|rejection| rejection.description)?;
    let id = message.get("message_id").and_then(Value::as_i64);
    // Privacy mode lets through what was sent via the bot.
    if state
        .chats
        .get(&chat)
        .is_some_and(|place| !place.bot_is_out)
    {
        state.updates.push("message", message);
    }
    id.and_then(|id| i32::try_from(id).ok())
        .ok_or_else(|| "the message has no number".to_owned())
}

pub(super) fn answer_inline_query(
    state: &mut ServerState,
    call: &MethodCall,
) -> Result<Value, Rejection> {
    let results = call.object("results")?.unwrap_or_default();
    let Some(results) = results.as_array() else {
        return Err(Rejection::bad_request("can't parse inline query results").violating("no list"));
    };
    if results.len() > MAXIMUM_RESULTS {
        return Err(refused(
            "RESULTS_TOO_MUCH",
            format!("{} results", results.len()),
        ));
    }
    let mut ids = BTreeSet::new();
    let (mut articles, mut messages) = (Vec::new(), BTreeMap::new());
    for result in results {
        let (article, sent) = read(state, call, result)?;
        if !ids.insert(article.id.clone()) {
            return Err(refused("RESULT_ID_DUPLICATE", article.id));
        }
        messages.insert(article.id.clone(), sent);
        articles.push(article);
    }
    let button = call.object("button")?.as_ref().map(button).transpose()?;
    let id = call.text("inline_query_id").unwrap_or_default();
    let asked = state.inline.queries.get_mut(&id);
    let Some(asked) = asked.filter(|asked| asked.since.elapsed() < PATIENCE) else {
        return Err(Rejection::query_too_old());
    };
    let offer = InlineResults {
        query: id,
        person: asked.person.first_name.clone(),
        words: asked.words.clone(),
        articles,
        button,
        is_personal: call.flag("is_personal"),
    };
    asked.offer = Some(offer.clone());
    asked.messages = messages;
    state.emit(Event::Offered(offer));
    Ok(json!(true))
}

fn read(
    state: &mut ServerState,
    call: &MethodCall,
    result: &Value,
) -> Result<(Article, ResultMessage), Rejection> {
    let word = |value: &Value, field: &str| {
        let word = value.get(field).and_then(Value::as_str);
        word.unwrap_or_default().to_owned()
    };
    if word(result, "type") != "article" {
        return Err(Rejection::bad_request("can't parse inline query result")
            .violating("the fake reads articles only"));
    }
    complain_of_others(state, call, result, &OF_AN_ARTICLE);
    let (id, title) = (word(result, "id"), word(result, "title"));
    if !(1..=MAXIMUM_ID).contains(&id.len()) {
        return Err(refused("RESULT_ID_INVALID", id));
    }
    if title.trim().is_empty() {
        return Err(refused("ARTICLE_TITLE_EMPTY", id));
    }
    let content = result.get("input_message_content").unwrap_or(&Value::Null);
    complain_of_others(state, call, content, &OF_A_MESSAGE);
    let words = sending::message_text(word(content, "message_text"), &word(content, "parse_mode"))?;
    sending::check_text(&words)?;
    let keyboard = keyboard::read(result.get("reply_markup").cloned(), false)?;
    for complaint in words.shown.complaints.iter().chain(&keyboard.complaints) {
        state.add_violation(call, complaint);
    }
    let article = Article {
        id,
        title,
        description: word(result, "description"),
        text: words.shown.text.clone(),
        buttons: keyboard.rows.clone(),
    };
    Ok((article, ResultMessage { words, keyboard }))
}

/// Returns the label of the button above the results, and the parameter that it opens the bot with.
fn button(button: &Value) -> Result<(String, String), Rejection> {
    let word = |field: &str| {
        button
            .get(field)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let (text, parameter) = (word("text"), word("start_parameter"));
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let fits = (1..=MAXIMUM_PARAMETER).contains(&parameter.len());
    if !fits || !parameter.bytes().all(is_plain) {
        return Err(refused("START_PARAM_INVALID", parameter.to_owned()));
    }
    if text.trim().is_empty() {
        return Err(refused("BUTTON_TEXT_EMPTY", parameter.to_owned()));
    }
    Ok((text.to_owned(), parameter.to_owned()))
}

fn complain_of_others(state: &mut ServerState, call: &MethodCall, value: &Value, known: &[&str]) {
    let fields = value.as_object().into_iter().flatten();
    for (field, _) in fields.filter(|(field, _)| !known.contains(&field.as_str())) {
        state.add_violation(call, &format!("there is no field \"{field}\""));
    }
}

fn refused(words: &str, what: String) -> Rejection {
    Rejection::bad_request(words).violating(format!("{words}: \"{what}\""))
}
