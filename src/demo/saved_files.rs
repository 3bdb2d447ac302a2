//! The folder that the pictures and files of a chat are saved to, so that people can look at them.

use std::io;
use std::path::{Path, PathBuf};

use crate::demo::telegram::{Document, Event};

/// Prefix of a temporary folder.
const PREFIX: &str = "lookalike-";

#[derive(Debug)]
pub(super) struct SavedFiles {
    /// `None` until there is something to save, if no folder was given.
    path: Option<PathBuf>,
}

impl SavedFiles {
    pub(super) fn beside(data: Option<&Path>) -> Self {
        Self {
            path: data.map(|data| data.join("files")),
        }
    }

    /// Saves the file of a message. Returns its path. A disk error does not end the chat.
    pub(super) fn save(&mut self, event: &Event) -> Option<PathBuf> {
        let Event::Sent(message) = event else {
            return None;
        };
        let document = message.photo.as_ref().or(message.document.as_ref())?;
        let saved = self.write(document);
        saved
            .inspect_err(|error| tracing::warn!(%error, "a file of the chat can't be saved"))
            .ok()
    }

    /// Overwrites nothing: a different file gets a number, as in a browser.
    fn write(&mut self, document: &Document) -> io::Result<PathBuf> {
        let folder = self.open()?;
        let name = Path::new(&document.file_name);
        let part =
            |part: Option<&std::ffi::OsStr>| part.map(|part| part.to_string_lossy().into_owned());
        let stem = part(name.file_stem()).unwrap_or_else(|| "file".to_owned());
        let ending = part(name.extension()).map_or_else(String::new, |it| format!(".{it}"));
        let names = (2..).map(|number| format!("{stem}-{number}{ending}"));
        for name in std::iter::once(format!("{stem}{ending}")).chain(names) {
            let path = folder.join(name);
            match std::fs::read(&path) {
                Ok(there) if there == document.bytes => return Ok(path),
                Ok(_) => continue,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    std::fs::write(&path, &document.bytes)?;
                    return Ok(path);
                }
                Err(error) => return Err(error),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    fn open(&mut self) -> io::Result<PathBuf> {
        let path = match self.path.take() {
            Some(path) => path,
            None => tempfile::Builder::new().prefix(PREFIX).tempdir()?.keep(),
        };
        std::fs::create_dir_all(&path)?;
        Ok(self.path.insert(path).clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_saved_once_and_another_of_its_name_beside_it() {
        let data = tempfile::tempdir().expect("room on the disk");
        let mut folder = SavedFiles::beside(Some(data.path()));
        let mut save = |file_name: &str, content: &'static [u8]| {
            let document = Document {
                file_name: file_name.to_owned(),
                bytes: content.into(),
                caption: String::new(),
            };
            let path = folder.write(&document).expect("room on the disk");
            assert_eq!(std::fs::read(&path).expect("it is there"), content);
            let path = path.strip_prefix(data.path()).expect("it is inside");
            path.to_string_lossy().into_owned()
        };
        assert_eq!(save("a.b.csv", b"1"), "files/a.b.csv");
        assert_eq!(save("a.b.csv", b"2"), "files/a.b-2.csv");
        assert_eq!(save("a.b.csv", b"1"), "files/a.b.csv");
        assert_eq!(save("../../c", b"3"), "files/c");
        assert_eq!(save("..", b"4"), "files/file");
    }
}
