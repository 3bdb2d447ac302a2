//! Environment variables before they are read: adds those of a file to those of the process, and warns of misspelt
//! ones.

use std::fs::Metadata;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use strsim::{damerau_levenshtein, normalized_damerau_levenshtein};

use crate::config::variables::variables;

/// The default file: in the working folder, not in any folder above it, which may belong to someone else.
const FILE: &str = ".env";

/// The permission of everyone to read a file.
const READABLE_BY_ALL: u32 = 0o004;

/// A variable of the process may differ from one of ours by one typo for this many letters: most of them are not for
/// us, and short names resemble each other by chance.
const LETTERS_FOR_A_SLIP: usize = 5;

/// Names up to this length are prefixes of others by chance.
const SHORT: usize = 5;

/// How similar to one of ours a variable of the file must be to be taken for a typo.
const LIKE: f64 = 0.6;

/// The same of a name with words added: a name that differs by a letter is nearer.
const LIKE_WITH_MORE: f64 = 0.9;

/// A file of variables that can't be used.
#[derive(Debug, thiserror::Error)]
#[error("{}: {problem}", file.display())]
pub struct EnvFileError {
    file: PathBuf,
    problem: String,
}

/// Sets the variables of a file that are not set already. Returns warnings about these and all others.
///
/// # Errors
/// If the file exists and can't be read, or is `named` and does not exist.
pub fn load(named: Option<&Path>) -> Result<Vec<String>, EnvFileError> {
    let file = named.unwrap_or(Path::new(FILE));
    let wrong = |problem: String| EnvFileError {
        file: file.to_owned(),
        problem,
    };
    let process: Vec<String> = std::env::vars_os()
        .filter_map(|(name, _)| name.into_string().ok())
        .collect();
    let mut warnings = Vec::new();
    let mut in_file = Vec::new();
    match std::fs::metadata(file) {
        Ok(metadata) => {
            warnings.extend(is_open(&metadata).then(|| {
                let file = file.display();
                format!(
                    "everybody on this machine can read {file}, and it holds keys: chmod 600 {file}"
                )
            }));
            let text = read(file, &metadata).map_err(wrong)?;
            in_file = names(&text).map_err(wrong)?;
            dotenvy::from_read(text.as_slice()).map_err(|error| wrong(unread(&error)))?;
        }
        Err(_) if named.is_none() && is_absent(file) => {}
        Err(error) => return Err(wrong(format!("it can't be read ({error})"))),
    }
    let process = process.iter().filter_map(|name| misspelt(name));
    let in_file = in_file.iter().filter_map(|name| unknown(name));
    let mut meant: Vec<(&str, String)> = process.chain(in_file).collect();
    meant.sort_unstable();
    meant.dedup();
    let meant = meant.iter();
    warnings.extend(
        meant.map(|(name, meant)| format!("{name} is no setting of mine; did you mean {meant}?")),
    );
    Ok(warnings)
}

/// Returns a variable of the process.
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Whether not even a dangling link is there.
fn is_absent(file: &Path) -> bool {
    let found = file.symlink_metadata();
    found.is_err_and(|error| error.kind() == ErrorKind::NotFound)
}

fn is_open(metadata: &Metadata) -> bool {
    metadata.is_file() && metadata.permissions().mode() & READABLE_BY_ALL != 0
}

fn read(file: &Path, metadata: &Metadata) -> Result<Vec<u8>, String> {
    if metadata.is_dir() {
        return Err("it is a folder; name a file by --env-file".to_owned());
    }
    std::fs::read(file).map_err(|error| format!("it can't be read ({error})"))
}

fn names(text: &[u8]) -> Result<Vec<String>, String> {
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
    dotenvy::from_read_iter(text)
        .map(|pair| pair.map(|(name, _)| name).map_err(|error| unread(&error)))
        .collect()
}

/// Describes a syntax error. The file may contain a token, so its text is not shown.
fn unread(error: &dotenvy::Error) -> String {
    let what = match error {
        dotenvy::Error::LineParse(_, at) => format!("a line of it, near character {at}"),
        _ => "it".to_owned(),
    };
    format!("{what} can't be read; lines are written NAME=value")
}

/// Returns a misspelt variable of the process, and the one that was meant.
fn misspelt(name: &str) -> Option<(&str, String)> {
    let (meant, _) = nearest(name)?;
    let slips = damerau_levenshtein(&name.to_uppercase(), &meant);
    (slips <= name.len() / LETTERS_FOR_A_SLIP).then_some((name, meant))
}

/// Returns the same for a variable of the file.
fn unknown(name: &str) -> Option<(&str, String)> {
    let (meant, likeness) = nearest(name)?;
    (likeness >= LIKE).then_some((name, meant))
}

/// Returns the variable that a name is most similar to, and how much; `None` if it is one.
fn nearest(name: &str) -> Option<(String, f64)> {
    let upper = name.to_uppercase();
    let names = variables().into_iter().map(|variable| variable.name);
    let like = names.map(|known| {
        let spelt = normalized_damerau_levenshtein(&upper, &known);
        let likeness = if leaves_words_out(&upper, &known) {
            1.0
        } else if adds_words(&upper, &known) {
            spelt.max(LIKE_WITH_MORE)
        } else {
            spelt
        };
        (known, likeness)
    });
    let nearest = like.max_by(|(_, one), (_, other)| one.total_cmp(other));
    nearest.filter(|(known, _)| known != name)
}

/// Whether words are missing, as in `GITHUB_TOKEN` for `GITHUB_ACCESS_TOKEN`.
fn leaves_words_out(name: &str, known: &str) -> bool {
    name.contains('_')
        && name
            .split('_')
            .all(|word| known.split('_').any(|it| it == word))
}

/// Whether words were added, as in `ALLOWED_USERS` for `ALLOWED`.
fn adds_words(name: &str, known: &str) -> bool {
    let is_longer = |rest: &str| rest.starts_with('_');
    known.len() > SHORT && name.strip_prefix(known).is_some_and(is_longer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_meant_for_us_is_known_from_what_was_not() {
        for (name, meant) in [
            ("ALLOWD", "ALLOWED"),
            ("allowed", "ALLOWED"),
            ("OPERATOR", "OPERATORS"),
            ("BLUESKY_RATES", "BLUESKY_RATE"),
            ("DATABSE_URL", "DATABASE_URL"),
            ("TELOXIDE_TOKNE", "TELOXIDE_TOKEN"),
        ] {
            assert_eq!(misspelt(name), Some((name, meant.to_owned())));
            assert_eq!(unknown(name), Some((name, meant.to_owned())));
        }
        for (name, meant) in [
            ("GITHUB_TOKEN", "GITHUB_ACCESS_TOKEN"),
            ("ALLOWED_USERS", "ALLOWED"),
            ("OPERATORS_IDS", "OPERATORS"),
            ("TELEGRAM_TOKEN", "TELOXIDE_TOKEN"),
            ("MASTODON_URL", "MASTODON_API_URL"),
        ] {
            assert_eq!(misspelt(name), None, "{name}");
            assert_eq!(unknown(name), Some((name, meant.to_owned())));
        }
        assert_eq!(misspelt("API_URL"), None, "it may be anybody's");
        for name in [
            "PATH",
            "HOME",
            "LANG",
            "TERM",
            "HTTPS_PROXY",
            "RUST_BACKTRACE",
            "SSL_CERT_FILE",
            "COMPOSE_PROJECT_NAME",
            "APP_ENV",
            "ALLOWED",
            "X_RATE",
        ] {
            assert_eq!(misspelt(name), None, "{name}");
            assert_eq!(unknown(name), None, "{name}");
        }
    }
}
