//! Reads a world from `edges.tsv[.gz]` and `nodes.tsv[.gz]`. Files are untrusted: whatever is wrong with them is an
//! error that names the file and the line, never a panic.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use flate2::read::MultiGzDecoder;

use crate::demo::world::{Follow, WorldAccount};

/// The columns of a nodes file, in their order without a header line.
const COLUMNS: [&str; 4] = ["id", "screen_name", "name", "label"];

/// Returns the accounts in order of first mention (nodes file first), and follows as pairs of their indexes.
pub(super) fn read(folder: &Path) -> anyhow::Result<(Vec<WorldAccount>, Vec<Follow>)> {
    let mut accounts = People::default();
    if let Some(path) = present(folder, "nodes.tsv") {
        read_nodes(&path, &mut accounts)?;
    }
    let Some(path) = present(folder, "edges.tsv") else {
        bail!(
            "{}: neither edges.tsv nor edges.tsv.gz is here",
            folder.display()
        );
    };
    let follows = read_edges(&path, &mut accounts)?;
    Ok((accounts.all, follows))
}

#[derive(Default)]
struct People {
    all: Vec<WorldAccount>,
    known: HashMap<u64, u32>,
    handles: HashSet<String>,
}

impl People {
    /// Returns the index of this id; a new one gets a handle made from the id.
    fn index(&mut self, id: u64) -> u32 {
        if let Some(index) = self.known.get(&id) {
            return *index;
        }
        self.add(id, "", "", "")
    }

    fn add(&mut self, id: u64, handle: &str, name: &str, label: &str) -> u32 {
        let index = self.all.len() as u32;
        let mut handle = handle.to_owned();
        // Two accounts with one handle could not be told apart, so a later one is named after its id.
        while handle.is_empty() || !self.handles.insert(handle.to_lowercase()) {
            let made = format!("user{id}");
            handle = if handle == made {
                format!("{made}_")
            } else {
                made
            };
        }
        self.known.insert(id, index);
        self.all.push(WorldAccount {
            id,
            handle,
            name: name.to_owned(),
            bio: String::new(),
            private: false,
            label: label.to_owned(),
            kind: None,
        });
        index
    }
}

fn read_nodes(path: &Path, accounts: &mut People) -> anyhow::Result<()> {
    let mut columns = [Some(0), Some(1), Some(2), Some(3)];
    each_line(path, |number, line| {
        let fields: Vec<_> = line.split('\t').map(str::trim).collect();
        let first = fields.first().copied().unwrap_or_default();
        if number == 1 && first.parse::<u64>().is_err() {
            columns = COLUMNS.map(|wanted| fields.iter().position(|field| *field == wanted));
            if columns[0].is_none() {
                bail!("the header line has no column \"id\"");
            }
            return Ok(());
        }
        let [id, handle, name, label] = columns.map(|column| {
            column
                .and_then(|column| fields.get(column))
                .copied()
                .unwrap_or_default()
        });
        let id = parse_id(id)?;
        if accounts.known.contains_key(&id) {
            bail!("id {id} is described twice");
        }
        accounts.add(id, handle, name, label);
        Ok(())
    })
}

fn read_edges(path: &Path, accounts: &mut People) -> anyhow::Result<Vec<Follow>> {
    let mut follows = Vec::new();
    each_line(path, |_, line| {
        let Some((follower, followee)) = line.split_once('\t') else {
            bail!("expected \"follower TAB followee\", found {line:?}");
        };
        let followee = followee.split('\t').next().unwrap_or_default();
        let follower = accounts.index(parse_id(follower.trim())?);
        follows.push((follower, accounts.index(parse_id(followee.trim())?)));
        Ok(())
    })?;
    Ok(follows)
}

fn parse_id(text: &str) -> anyhow::Result<u64> {
    text.parse()
        .with_context(|| format!("{text:?} is not an id"))
}

/// Calls `use_line` with every line that has content; an error gets the file and the line.
fn each_line(
    path: &Path,
    mut use_line: impl FnMut(usize, &str) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let file = File::open(path).with_context(|| path.display().to_string())?;
    let mut reader: Box<dyn BufRead> = if path.extension().is_some_and(|end| end == "gz") {
        Box::new(BufReader::new(MultiGzDecoder::new(file)))
    } else {
        Box::new(BufReader::new(file))
    };
    let mut line = String::new();
    for number in 1.. {
        line.clear();
        let place = || format!("{}, line {number}", path.display());
        if reader.read_line(&mut line).with_context(place)? == 0 {
            break;
        }
        let said = line.trim_end_matches(['\r', '\n']);
        // A byte order mark.
        let said = said.strip_prefix('\u{feff}').unwrap_or(said);
        if !said.trim().is_empty() && !said.starts_with('#') {
            use_line(number, said).with_context(place)?;
        }
    }
    Ok(())
}

fn present(folder: &Path, name: &str) -> Option<PathBuf> {
    [folder.join(format!("{name}.gz")), folder.join(name)]
        .into_iter()
        .find(|path| path.is_file())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    use crate::demo::world::World;

    use super::*;

    /// A folder for each test, removed afterwards.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Folder {
            let own = format!("lookalike-{name}-{}", std::process::id());
            let path = std::env::temp_dir().join(own);
            std::fs::create_dir_all(&path).unwrap();
            Folder(path)
        }

        fn with(self, file: &str, text: &str) -> Folder {
            std::fs::write(self.0.join(file), text).unwrap();
            self
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn names_come_from_the_nodes_and_everybody_else_is_called_by_id() {
        let folder = Folder::new("named")
            .with(
                "nodes.tsv",
                "\u{feff}id\tlabel\tscreen_name\n7\tpop\tAda\n8\t\tada\n9\n",
            )
            .with("edges.tsv", "# follower, followee\n7\t8\n\n5\t8\r\n5\t8\n");
        let world = World::load(&folder.0).unwrap();
        let ada = world.by_handle("ADA").unwrap();
        assert_eq!(
            (world.account(ada).id, world.account(ada).label.as_str()),
            (7, "pop")
        );
        let handles = [8, 9, 5].map(|id| &world.account(world.by_id(id).unwrap()).handle);
        assert_eq!(handles, ["user8", "user9", "user5"]);
        assert_eq!(world.followers(world.by_id(8).unwrap()).len(), 2);
    }

    #[test]
    fn a_packed_file_without_nodes_or_header_is_enough() {
        let folder = Folder::new("packed");
        let file = File::create(folder.0.join("edges.tsv.gz")).unwrap();
        let mut packer = GzEncoder::new(file, Compression::fast());
        packer.write_all(b"1\t2\n3\t2\n").unwrap();
        packer.finish().unwrap();
        let world = World::load(&folder.0).unwrap();
        assert_eq!((world.len(), world.follows()), (3, 2));
    }

    #[test]
    fn an_error_names_the_file_and_the_line() {
        let error = |folder: Folder| {
            let error = World::load(&folder.0).err().unwrap();
            format!("{error:#}")
        };
        let bad = error(Folder::new("word").with("edges.tsv", "1\t2\n1\ttwo\n"));
        assert!(
            bad.contains("edges.tsv, line 2: \"two\" is not an id"),
            "{bad}"
        );
        let bad = error(Folder::new("lone").with("edges.tsv", "1\n"));
        assert!(bad.contains("edges.tsv, line 1: expected"), "{bad}");
        let twice = Folder::new("twice").with("nodes.tsv", "1\ta\n1\tb\n");
        let bad = error(twice.with("edges.tsv", ""));
        assert!(
            bad.contains("nodes.tsv, line 2: id 1 is described twice"),
            "{bad}"
        );
        let bad = error(Folder::new("torn").with("edges.tsv.gz", "not packed"));
        assert!(bad.contains("edges.tsv.gz, line 1"), "{bad}");
        let bad = error(Folder::new("empty"));
        assert!(bad.contains("neither edges.tsv"), "{bad}");
    }
}
