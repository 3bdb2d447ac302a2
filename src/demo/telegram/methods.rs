//! The table of methods, and those that send nothing. Unknown methods are answered as Telegram does.

use serde_json::{Value, json};

use crate::demo::telegram::formatted_text::utf16_length;
use crate::demo::telegram::method_call::MethodCall;
use crate::demo::telegram::model::Event;
use crate::demo::telegram::rejection::Rejection;
use crate::demo::telegram::shared::SharedState;
use crate::demo::telegram::state::ServerState;
use crate::demo::telegram::{files, inline, members, polling, sending, wire};

/// Characters of an answer to a pressed button, of a description and of a short description.
const MAXIMUM_ANSWER: usize = 200;
const MAXIMUM_DESCRIPTION: usize = 512;
const MAXIMUM_SHORT_DESCRIPTION: usize = 120;
/// Commands in a menu, characters of a command and of its description.
const MAXIMUM_COMMANDS: usize = 100;
const MAXIMUM_COMMAND: usize = 32;
const MAXIMUM_COMMAND_DESCRIPTION: usize = 256;
/// Chat actions that a bot may show.
const ACTIONS: [&str; 11] = [
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
];

/// Carries out a call and notes the bot's mistakes.
pub(super) async fn run(shared: &SharedState, call: &MethodCall) -> Result<Value, Rejection> {
    let key = call.key();
    if key == "getupdates" {
        let answer = polling::get_updates(shared, call).await;
        if let Err(rejection) = &answer {
            shared.change(|state| state.blame(call, rejection));
        }
        return answer;
    }
    shared.change(|state| {
        let answer = dispatch(state, call, &key);
        if let Err(rejection) = &answer {
            state.blame(call, rejection);
        }
        answer
    })
}

fn dispatch(state: &mut ServerState, call: &MethodCall, key: &str) -> Result<Value, Rejection> {
    match key {
        "getme" => {
            state.run += 1;
            Ok(wire::me(state.inline.on))
        }
        "deletewebhook" => {
            if call.flag("drop_pending_updates") {
                state.updates.clear();
            }
            Ok(json!(true))
        }
        // A bot calls this before it polls.
        "getwebhookinfo" => Ok(json!({
            "url": "",
            "has_custom_certificate": false,
            "pending_update_count": state.updates.waiting(),
        })),
        "sendmessage" => sending::send_message(state, call),
        "editmessagetext" => sending::edit_message_text(state, call),
        "editmessagereplymarkup" => sending::edit_message_reply_markup(state, call),
        "deletemessage" => sending::delete_message(state, call),
        "senddocument" => files::send_document(state, call),
        "sendphoto" => files::send_photo(state, call),
        "sendchataction" => send_chat_action(state, call),
        "answercallbackquery" => answer_callback_query(state, call),
        "getchatmember" => members::get_chat_member(state, call),
        "answerinlinequery" => inline::answer_inline_query(state, call),
        "setmycommands" => set_my_commands(state, call),
        "setmydescription" => describe(state, call, "description", MAXIMUM_DESCRIPTION),
        "setmyshortdescription" => {
            describe(state, call, "short_description", MAXIMUM_SHORT_DESCRIPTION)
        }
        _ => Err(Rejection::not_found().violating("the fake does not know this method")),
    }
}

fn send_chat_action(state: &mut ServerState, call: &MethodCall) -> Result<Value, Rejection> {
    state.addressed_chat(call)?;
    let action = call.text("action").unwrap_or_default();
    if !ACTIONS.contains(&action.as_str()) {
        return Err(Rejection::bad_request("wrong parameter action in request")
            .violating(format!("there is no chat action \"{action}\"")));
    }
    Ok(json!(true))
}

fn answer_callback_query(state: &mut ServerState, call: &MethodCall) -> Result<Value, Rejection> {
    let text = call.text("text").unwrap_or_default();
    if utf16_length(&text) > MAXIMUM_ANSWER {
        return Err(
            Rejection::bad_request("MESSAGE_TOO_LONG").violating(format!(
                "the answer to a button has {} characters, allowed are {MAXIMUM_ANSWER}",
                utf16_length(&text)
            )),
        );
    }
    let id = call.text("callback_query_id").unwrap_or_default();
    let press = state
        .presses
        .get_mut(&id)
        .ok_or_else(Rejection::query_too_old)?;
    press.answer = Some(text.clone());
    let event = Event::CallbackAnswered {
        chat: press.chat,
        person: press.person.clone(),
        text,
        alert: call.flag("show_alert"),
    };
    state.emit(event);
    Ok(json!(true))
}

fn set_my_commands(state: &mut ServerState, call: &MethodCall) -> Result<Value, Rejection> {
    let list = call.object("commands")?.unwrap_or_default();
    let list = list.as_array().cloned().unwrap_or_default();
    if list.len() > MAXIMUM_COMMANDS {
        return Err(Rejection::bad_request("BOT_COMMANDS_TOO_MUCH")
            .violating(format!("more than {MAXIMUM_COMMANDS} commands")));
    }
    let commands: Vec<(String, String)> = list.iter().map(command).collect::<Result<_, _>>()?;
    let scope = call
        .object("scope")?
        .and_then(|scope| Some(scope.get("type")?.as_str()?.to_owned()))
        .unwrap_or_else(|| "default".to_owned());
    let language = language(call)?;
    state.commands.insert((scope, language), commands);
    Ok(json!(true))
}

fn command(value: &Value) -> Result<(String, String), Rejection> {
    let word = |field: &str| {
        let word = value.get(field).and_then(Value::as_str).unwrap_or_default();
        word.trim().to_owned()
    };
    // A leading slash is allowed and dropped.
    let name = word("command").trim_start_matches('/').to_owned();
    let description = word("description");
    let well_named = (1..=MAXIMUM_COMMAND).contains(&name.len())
        && name
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'));
    if !well_named {
        return Err(
            Rejection::bad_request("BOT_COMMAND_INVALID").violating(format!(
                "the command \"{name}\" is not 1 to {MAXIMUM_COMMAND} of a-z, 0-9 and _"
            )),
        );
    }
    if !(1..=MAXIMUM_COMMAND_DESCRIPTION).contains(&description.chars().count()) {
        return Err(
            Rejection::bad_request("BOT_COMMAND_DESCRIPTION_INVALID").violating(format!(
                "the description of /{name} is not 1 to {MAXIMUM_COMMAND_DESCRIPTION} characters"
            )),
        );
    }
    Ok((name, description))
}

fn describe(
    state: &mut ServerState,
    call: &MethodCall,
    field: &'static str,
    maximum: usize,
) -> Result<Value, Rejection> {
    let text = call.text(field).unwrap_or_default();
    let length = text.chars().count();
    if length > maximum {
        return Err(
            Rejection::bad_request(&format!("{field} is too long")).violating(format!(
                "the {field} has {length} characters, allowed are {maximum}"
            )),
        );
    }
    let language = language(call)?;
    state.descriptions.insert((field, language), text);
    Ok(json!(true))
}

fn language(call: &MethodCall) -> Result<String, Rejection> {
    let code = call.text("language_code").unwrap_or_default();
    let plausible =
        code.is_empty() || (code.len() == 2 && code.bytes().all(|b| b.is_ascii_lowercase()));
    if !plausible {
        return Err(Rejection::bad_request("LANG_CODE_INVALID")
            .violating(format!("\"{code}\" is no two-letter language code")));
    }
    Ok(code)
}
