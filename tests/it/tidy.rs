//! The rules of the code that a machine can check: which module may import which, the one place of each outside crate,
//! and that `.env.example` and `deploy/SETTINGS.md` have every variable.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Modules from the top down. A module may import those below it, never one beside or above it.
const FLOORS: [&[&str]; 16] = [
    &["main"],
    &["demo", "check", "backup"],
    &["app"],
    &["config"],
    &["bot", "metrics"],
    &["crawl"],
    &["stages"],
    &["evidence"],
    &["counting", "context", "files"],
    &["keyring"],
    &["ledger", "in_flight", "incidents"],
    &["sampling"],
    &["networks"],
    &["stores", "measures", "locales", "card"],
    &["model"],
    &["clock", "sealing", "machine", "characters", "kind"],
];

/// Outside crates and the only places that may name them.
const HOMES: [(&str, &[&str]); 26] = [
    ("teloxide", &["src/bot/"]),
    ("reqwest", &["src/networks/http.rs"]),
    ("governor", &["src/networks/token_bucket.rs", "src/bot/"]),
    ("sled", &["src/stores/sled/"]),
    ("rustix", &["src/stores/sled/", "src/machine.rs"]),
    ("axum", &["src/demo/", "src/metrics/"]),
    ("hyper", &["src/metrics/"]),
    ("hyper_util", &["src/metrics/"]),
    ("dotenvy", &["src/config/", "src/bot/telegram/redaction.rs"]),
    (
        "strsim",
        &[
            "src/config/",
            "src/bot/telegram/redaction.rs",
            "src/stages/verify/nearness.rs",
        ],
    ),
    ("prometheus_client", &["src/metrics/"]),
    ("clap", &["src/main.rs"]),
    ("fluent_bundle", &["src/locales/"]),
    ("chacha20poly1305", &["src/sealing.rs"]),
    ("hkdf", &["src/sealing.rs"]),
    ("sha2", &["src/sealing.rs"]),
    ("resvg", &["src/card/", "src/demo/avatar.rs"]),
    ("skrifa", &["src/card/"]),
    ("harfrust", &["src/card/"]),
    ("image", &["src/card/"]),
    ("icu_normalizer", &["src/card/"]),
    ("icu_properties", &["src/characters.rs"]),
    ("unicode_bidi", &["src/card/"]),
    ("maud", &["src/files/page/"]),
    ("libm", &["src/kind/weights.rs"]),
    ("rust_xlsxwriter", &["src/files/xlsx.rs"]),
];

#[test]
fn imports_point_down_only() {
    let mut wrong = Vec::new();
    for file in sources() {
        let from = module_of(&file);
        for to in imports_of(&file) {
            if to != from && !may_import(&from, &to) {
                wrong.push(format!(
                    "{} imports {to}, which is not below {from}",
                    file.display()
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "modules may import only what lies below them:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn members_of_a_shelf_do_not_import_each_other() {
    let mut wrong = Vec::new();
    for shelf in ["measures", "stages", "stores", "bot/features"] {
        let path = format!("crate::{}", shelf.replace('/', "::"));
        let member = |file: &Path| {
            let inside = file.strip_prefix(Path::new("src").join(shelf)).ok()?;
            let first = PathBuf::from(inside.iter().next()?);
            Some(first.file_stem()?.to_str()?.to_owned())
        };
        let members: BTreeSet<String> = sources().iter().filter_map(|file| member(file)).collect();
        for file in sources() {
            let Some(own) = member(&file).filter(|own| own != "mod") else {
                continue;
            };
            let text = std::fs::read_to_string(root().join(&file)).unwrap();
            let named = names_after(&text, &path);
            let others = members
                .iter()
                .filter(|member| **member != own && *member != "mod");
            wrong.extend(
                others
                    .filter(|other| named.contains(*other))
                    .map(|other| format!("{} imports {other}", file.display())),
            );
        }
    }
    assert!(
        wrong.is_empty(),
        "shelf members must be interchangeable:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn every_outside_crate_has_one_home() {
    let mut wrong = Vec::new();
    for file in sources() {
        let text = code_of(&file);
        for (name, homes) in HOMES {
            let named = text.contains(&format!("{name}::"));
            let own_module = name == "sled" && file.starts_with("src/stores/mod.rs");
            if named
                && !own_module
                && !homes
                    .iter()
                    .any(|home| file.to_string_lossy().starts_with(home))
            {
                wrong.push(format!(
                    "{} names {name}, whose home is {}",
                    file.display(),
                    homes.join(" and ")
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "outside crates have one home each:\n{}",
        wrong.join("\n")
    );
}

/// The bot's descriptions are the same for all chats.
const OF_NO_CHAT: &str = "src/bot/introduction.rs";

/// The calls whose arguments people read.
const SAID: [&str; 8] = [
    "html: ",
    "label: ",
    "caption: ",
    "text: ",
    "Some(",
    "reply(",
    "reply_with_buttons(",
    "plain(",
];

#[test]
fn all_that_is_said_is_in_the_language_of_its_chat() {
    let mut wrong = Vec::new();
    for file in sources() {
        let text = code_of(&file);
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let name = file.display();
        if file.starts_with("src/bot") && !file.ends_with("tests.rs") {
            if code.contains("locales::default()") && !file.starts_with(OF_NO_CHAT) {
                wrong.push(format!("{name} does not ask which language it is"));
            }
            let own_words = |said: &&&str| {
                let mut behind = code.split(**said).skip(1);
                behind.any(|rest| has_words(rest.strip_prefix("format!(").unwrap_or(rest)))
            };
            let said = SAID.iter().filter(own_words);
            wrong.extend(said.map(|said| format!("{name} has words of its own behind {said:?}")));
        }
        let is_cyrillic = |c: char| matches!(c, 'А'..='я' | 'Ё' | 'ё');
        let may = file.starts_with("src/locales") || file.ends_with("tests.rs");
        if !may && code.contains(is_cyrillic) {
            wrong.push(format!("{name} speaks Russian"));
        }
    }
    assert!(
        wrong.is_empty(),
        "the words are on the shelf of languages:\n{}",
        wrong.join("\n")
    );
}

/// Returns whether code begins with a text that has more in it than its arguments.
fn has_words(code: &str) -> bool {
    let Some(text) = code.strip_prefix('"') else {
        return false;
    };
    let text = text.split('"').next().unwrap_or_default();
    let mut outside = text
        .split('{')
        .map(|part| part.rsplit('}').next().unwrap_or(part));
    outside.any(|words| words.contains(char::is_alphabetic))
}

#[test]
fn the_example_environment_names_every_variable_with_its_default() {
    let example = std::fs::read_to_string(root().join(".env.example")).unwrap();
    let written: BTreeSet<&str> = example
        .lines()
        .map(|line| line.trim_start_matches('#').trim())
        .filter(|line| is_assignment(line))
        .collect();
    let expected: BTreeSet<String> = lookalike::config::variables()
        .into_iter()
        .map(|variable| format!("{}={}", variable.name, variable.default))
        .collect();
    let expected: BTreeSet<&str> = expected.iter().map(String::as_str).collect();
    let missing: Vec<_> = expected.difference(&written).collect();
    let unknown: Vec<_> = written.difference(&expected).collect();
    assert!(
        missing.is_empty() && unknown.is_empty(),
        ".env.example lacks {missing:?} and has {unknown:?} too many"
    );
}

#[test]
fn the_page_of_settings_names_every_variable() {
    let page = std::fs::read_to_string(root().join("deploy/SETTINGS.md")).unwrap();
    let of_a_queue = |name: &str| {
        let stages = lookalike::model::StageName::ALL;
        let prefixes = stages.map(|stage| format!("{}_", stage.as_str().to_uppercase()));
        name != "FOLLOWERS_CAP" && prefixes.iter().any(|prefix| name.starts_with(prefix))
    };
    let names = lookalike::config::variables()
        .into_iter()
        .map(|variable| variable.name);
    let missing: Vec<String> = names
        .filter(|name| !of_a_queue(name) && !page.contains(&format!("`{name}`")))
        .collect();
    assert!(
        missing.is_empty(),
        "the tables of deploy/SETTINGS.md lack {missing:?}"
    );
}

fn may_import(from: &str, to: &str) -> bool {
    let floor = |module: &str| FLOORS.iter().position(|floor| floor.contains(&module));
    matches!((floor(from), floor(to)), (Some(from), Some(to)) if from < to)
}

fn imports_of(file: &Path) -> BTreeSet<String> {
    let modules: BTreeSet<&str> = FLOORS
        .iter()
        .flat_map(|floor| floor.iter().copied())
        .collect();
    names_after(&code_of(file), "crate")
        .into_iter()
        .filter(|name| modules.contains(name.as_str()))
        .collect()
}

/// Returns the names that a text takes from a module.
fn names_after(text: &str, module: &str) -> BTreeSet<String> {
    let start = format!("{module}::");
    let uses = text
        .match_indices(&start)
        .map(|(at, _)| &text[at + start.len()..]);
    let names = uses.flat_map(|rest| match rest.strip_prefix('{') {
        // `use crate::{bot, networks::…}`
        Some(group) => {
            let group = group.split('}').next().unwrap_or_default();
            group
                .split(',')
                .map(|name| first_word(name.trim()))
                .collect::<Vec<_>>()
        }
        None => vec![first_word(rest)],
    });
    names.collect()
}

fn first_word(text: &str) -> String {
    text.chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect()
}

/// Returns a file without its comments.
fn code_of(file: &Path) -> String {
    let text = std::fs::read_to_string(root().join(file)).unwrap();
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

fn module_of(file: &Path) -> String {
    let name = file.iter().nth(1).unwrap().to_string_lossy().into_owned();
    name.trim_end_matches(".rs").to_owned()
}

fn is_assignment(line: &str) -> bool {
    line.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c == '_')
    })
}

pub(crate) fn sources() -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![root().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path.strip_prefix(root()).unwrap().to_owned());
            }
        }
    }
    files.retain(|file| !file.ends_with("lib.rs"));
    files.sort();
    files
}

pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
