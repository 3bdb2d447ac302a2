//! The pages about the code: their links lead somewhere, the paths and tests that they name exist, and the licences
//! that the program prints are those of its crates.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The most lines of the README before its licence.
const README_LINES: usize = 150;

/// Questions of CONTRIBUTING.md, each answered with one path.
const ANSWERS: usize = 6;

/// The beginnings of paths.
const FOLDERS: [&str; 5] = ["src/", "tests/", "deploy/", ".ci/", ".github/"];

#[test]
fn the_readme_is_short() {
    let readme = read("README.md");
    let (before, licence) = readme.split_once("\n## Licence\n").unwrap();
    assert!(licence.contains("Permission is hereby granted, free of charge"));
    let lines = before.lines().count();
    assert!(
        lines <= README_LINES,
        "{lines} lines, {README_LINES} at most"
    );
}

#[test]
fn every_link_leads_to_a_file_and_its_heading() {
    let mut wrong = Vec::new();
    for page in pages() {
        let folder = page.parent().unwrap();
        for link in links_of(&read(&page)) {
            let (file, heading) = link.split_once('#').unwrap_or((&link, ""));
            let target = if file.is_empty() {
                page.clone()
            } else {
                folder.join(file)
            };
            let leads = root().join(&target).exists()
                && (heading.is_empty() || headings_of(&read(&target)).contains(heading));
            if !leads {
                wrong.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "dead links:\n{}", wrong.join("\n"));
}

#[test]
fn every_path_that_a_page_names_exists() {
    let mut wrong = Vec::new();
    for page in pages() {
        let text = read(&page);
        let paths = spans_of(&text)
            .filter(|span| FOLDERS.iter().any(|folder| span.starts_with(folder)))
            .filter(|path| !root().join(path).exists());
        wrong.extend(paths.map(|path| format!("{}: {path}", page.display())));
    }
    assert!(wrong.is_empty(), "no such files:\n{}", wrong.join("\n"));
}

#[test]
fn each_answer_of_where_to_change_something_is_one_file() {
    let page = read(".github/CONTRIBUTING.md");
    let (_, section) = page.split_once("\n## Where do I change ...\n").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| "));
    let answers: Vec<Vec<&str>> = rows
        .map(|row| spans_of(row).collect())
        .filter(|spans: &Vec<&str>| !spans.is_empty())
        .collect();
    assert_eq!(answers.len(), ANSWERS);
    for answer in answers {
        let [path] = answer[..] else {
            panic!("one path, not {answer:?}");
        };
        assert!(root().join(path).is_file(), "{path} is no file");
    }
}

#[test]
fn every_promise_names_tests_that_exist() {
    let page = read("tests/README.md");
    let (_, promises) = page.split_once("\n## What the bot promises\n").unwrap();
    let promises = promises.split("\n## ").next().unwrap();
    let promises: Vec<&str> = promises.split("\n- **").skip(1).collect();
    assert!(!promises.is_empty());
    for promise in promises {
        let (_, names) = promise.rsplit_once(" (").unwrap_or_default();
        let tests: Vec<PathBuf> = spans_of(names)
            .map(|name| name.trim_end_matches("::").split("::").collect())
            .collect();
        assert!(!tests.is_empty(), "no test is named: {promise}");
        for test in tests {
            let places = ["tests/it", "src"].map(|folder| root().join(folder).join(&test));
            let is_there = |place: &PathBuf| place.is_dir() || place.with_extension("rs").is_file();
            assert!(
                places.iter().any(is_there),
                "{} is no test: {promise}",
                test.display()
            );
        }
    }
}

#[test]
fn the_program_prints_the_licences_of_its_crates_and_fonts() {
    let program = Command::new(env!("CARGO_BIN_EXE_lookalike"))
        .arg("licenses")
        .output()
        .unwrap();
    assert!(program.status.success());
    let printed = String::from_utf8(program.stdout).unwrap();
    let texts: BTreeSet<&str> = printed
        .lines()
        .filter_map(|line| {
            line.strip_prefix("======== text ")?
                .strip_suffix(" ========")
        })
        .collect();
    let mut listed = BTreeMap::new();
    for line in printed.lines() {
        let parts: Vec<&str> = line.split(" | ").collect();
        if let [what, licence, numbers] = parts[..] {
            let numbers = numbers.strip_prefix("texts ").unwrap();
            assert!(!licence.is_empty(), "{line}");
            assert!(
                numbers.split(' ').all(|text| texts.contains(text)),
                "{line}"
            );
            listed.insert(what, numbers);
        }
    }

    let locked = locked_crates();
    let (crates, others): (BTreeSet<&str>, BTreeSet<&str>) = listed
        .keys()
        .partition(|what| what.split(' ').nth(1).is_some_and(is_version));
    let stale: Vec<_> = crates.iter().filter(|&&it| !locked.contains(it)).collect();
    assert!(stale.is_empty(), "run deploy/third-party.sh: {stale:?}");
    let names: BTreeSet<&str> = crates
        .iter()
        .filter_map(|it| it.split(' ').next())
        .collect();
    let missing: Vec<_> = dependencies()
        .into_iter()
        .filter(|name| !names.contains(name.as_str()))
        .collect();
    assert!(missing.is_empty(), "run deploy/third-party.sh: {missing:?}");

    for entry in std::fs::read_dir(root().join("src/card/fonts")).unwrap() {
        let font = entry.unwrap().file_name().into_string().unwrap();
        if font.ends_with(".otf") || font.ends_with(".ttf") {
            assert!(others.contains(font.as_str()), "{font}");
        }
    }
}

/// Returns each crate of Cargo.lock with its version.
fn locked_crates() -> BTreeSet<String> {
    let lock = read("Cargo.lock");
    let value = |line: &str, name: &str| {
        let rest = line.strip_prefix(name)?.strip_prefix(" = \"")?;
        Some(rest.trim_end_matches('"').to_owned())
    };
    lock.split("[[package]]")
        .filter_map(|package| {
            let name = package.lines().find_map(|line| value(line, "name"))?;
            let version = package.lines().find_map(|line| value(line, "version"))?;
            Some(format!("{name} {version}"))
        })
        .collect()
}

/// Returns the crates that Cargo.toml names, except for tests.
fn dependencies() -> BTreeSet<String> {
    let manifest = read("Cargo.toml");
    let (_, section) = manifest.split_once("\n[dependencies]\n").unwrap();
    let section = section.split("\n[").next().unwrap();
    let lines = section.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| Some(line.split_once(" = ")?.0.to_owned()))
        .collect()
}

fn is_version(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit()) && text.contains('.')
}

/// Returns the pages, by their paths.
fn pages() -> Vec<PathBuf> {
    let mut pages: Vec<PathBuf> = ["README.md", "tests/README.md", "src/HOW_IT_WORKS.md"]
        .map(PathBuf::from)
        .into();
    for folder in ["deploy", ".github"] {
        for entry in std::fs::read_dir(root().join(folder)).unwrap() {
            let path = Path::new(folder).join(entry.unwrap().file_name());
            if path.extension().is_some_and(|extension| extension == "md") {
                pages.push(path);
            }
        }
    }
    assert!(pages.len() > 5, "{pages:?}");
    pages
}

/// Returns the targets of a page's links, except on the web.
fn links_of(page: &str) -> Vec<String> {
    let ends = [("](", ')'), ("src=\"", '"')];
    let links = ends.into_iter().flat_map(|(begin, end)| {
        let rests = page.split(begin).skip(1);
        rests.filter_map(move |rest| Some(rest.split_once(end)?.0.to_owned()))
    });
    links.filter(|link| !link.contains("://")).collect()
}

/// Returns the anchors of a page's headings.
fn headings_of(page: &str) -> BTreeSet<String> {
    let headings = page.lines().filter(|line| line.starts_with('#'));
    let titles = headings.filter_map(|line| line.trim_start_matches('#').strip_prefix(' '));
    titles
        .map(|title| {
            let kept = title
                .chars()
                .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
            kept.collect::<String>().to_lowercase().replace(' ', "-")
        })
        .collect()
}

/// Returns what is between backticks on a line.
fn spans_of(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter(|line| !line.starts_with("```"))
        .flat_map(|line| line.split('`').skip(1).step_by(2))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
