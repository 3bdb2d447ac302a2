//! No file imports another that imports it, by however many steps, so each can be read after those that it names.
//!
//! A `mod` line and a re-export name a file without needing it. What a file takes from the `mod.rs` of its folder, or
//! of one above, is common ground: a trait, an id or a type that the folder's files implement together.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use syn::visit::{self, Visit};
use syn::{ItemMod, ItemUse, UseTree, Visibility};

use crate::tidy::{root, sources};

type Name = Vec<String>;

#[test]
fn no_files_import_each_other_in_a_cycle() {
    let modules: BTreeMap<Name, Module> = sources()
        .iter()
        .map(|file| (module_of(file), Module::of(file)))
        .collect();
    let mut needs: BTreeMap<&Name, BTreeSet<&Name>> = BTreeMap::new();
    for (name, module) in &modules {
        let used = module.uses.iter().filter_map(|path| {
            let path = absolute(path, name, &modules)?;
            definer(&path, &modules)
        });
        let is_common_ground =
            |other: &&Name| modules[*other].is_folder && name.starts_with(other.as_slice());
        let needed = used.filter(|other| *other != name && !is_common_ground(other));
        needs.insert(name, needed.collect());
    }
    let reaches = |from: &Name, to: &Name| {
        let mut reached: BTreeSet<&Name> = BTreeSet::new();
        let mut next: Vec<&Name> = needs[from].iter().copied().collect();
        while let Some(name) = next.pop() {
            if reached.insert(name) {
                next.extend(&needs[name]);
            }
        }
        reached.contains(to)
    };
    let in_circles = needs.keys().filter(|name| reaches(name, name));
    let lines = in_circles.map(|name| {
        let back = needs[name].iter().filter(|other| reaches(other, name));
        let back: Vec<String> = back.map(|other| other.join("::")).collect();
        format!("{} needs {}", name.join("::"), back.join(", "))
    });
    let lines: Vec<String> = lines.collect();
    assert!(
        lines.is_empty(),
        "these files need each other, in circles:\n{}",
        lines.join("\n")
    );
}

/// What a file names outside itself.
#[derive(Default)]
struct Module {
    is_folder: bool,
    uses: BTreeSet<Name>,
    reexports: BTreeMap<String, Name>,
}

impl Module {
    fn of(file: &Path) -> Self {
        let text = std::fs::read_to_string(root().join(file)).unwrap();
        let mut module = Self {
            is_folder: file.ends_with("mod.rs"),
            ..Self::default()
        };
        module.visit_file(&syn::parse_file(&text).unwrap());
        module
    }
}

impl<'ast> Visit<'ast> for Module {
    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        // Unit tests may name what they like.
        let is_for_tests = item.attrs.iter().any(|it| it.path().is_ident("cfg"));
        if !is_for_tests {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let mut paths = Vec::new();
        leaves(&item.tree, &mut Vec::new(), &mut paths);
        match item.vis {
            Visibility::Inherited => self.uses.extend(paths),
            _ => {
                let named = paths
                    .into_iter()
                    .filter_map(|path| Some((path.last()?.clone(), path)));
                self.reexports.extend(named);
            }
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string());
        let segments: Name = segments.collect();
        if segments.len() > 1 {
            self.uses.insert(segments);
        }
        visit::visit_path(self, path);
    }
}

/// Collects the single paths of a `use`, by the names that they have where they come from.
fn leaves(tree: &UseTree, before: &mut Name, paths: &mut Vec<Name>) {
    let with = |name: String| before.iter().cloned().chain([name]).collect();
    match tree {
        UseTree::Path(path) => {
            before.push(path.ident.to_string());
            leaves(&path.tree, before, paths);
            before.pop();
        }
        UseTree::Name(name) => paths.push(with(name.ident.to_string())),
        UseTree::Rename(name) => paths.push(with(name.ident.to_string())),
        UseTree::Glob(_) => paths.push(before.clone()),
        UseTree::Group(group) => {
            for tree in &group.items {
                leaves(tree, before, paths);
            }
        }
    }
}

/// Returns a path from the crate on; `None` for one of an outside crate.
fn absolute(path: &[String], from: &Name, modules: &BTreeMap<Name, Module>) -> Option<Name> {
    let (first, rest) = path.split_first()?;
    match first.as_str() {
        "crate" => Some(rest.to_vec()),
        "self" => Some([from, rest].concat()),
        "super" => {
            let up = path.iter().take_while(|name| *name == "super").count();
            let above = &from[..from.len().checked_sub(up)?];
            Some([above, &path[up..]].concat())
        }
        name => {
            let child = [from.as_slice(), &[name.to_owned()]].concat();
            modules.contains_key(&child).then(|| [from, path].concat())
        }
    }
}

/// Returns the module that defines what a path names, whoever re-exports it.
fn definer<'a>(path: &[String], modules: &'a BTreeMap<Name, Module>) -> Option<&'a Name> {
    let lengths = (1..=path.len()).rev();
    let (name, module) = lengths
        .filter_map(|length| modules.get_key_value(&path[..length]))
        .next()?;
    let item = path.get(name.len());
    match item.and_then(|item| module.reexports.get(item)) {
        Some(origin) => definer(&absolute(origin, name, modules)?, modules),
        None => Some(name),
    }
}

fn module_of(file: &Path) -> Name {
    let parts = file.with_extension("");
    let parts = parts
        .iter()
        .skip(1)
        .map(|part| part.to_string_lossy().into_owned());
    let mut name: Name = parts.collect();
    if name.last().is_some_and(|last| last == "mod") {
        name.pop();
    }
    name
}
