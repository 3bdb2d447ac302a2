//! Person or organisation: trains the classifier of `src/kind`, and measures it.
//!
//! `cargo bench --bench kind -- train FOLDER` trains from all tables of a folder, writes the weights and says whether
//! they are the stored ones to the byte. Before that it trains without every tenth row, and measures those.
//! `cargo bench --bench kind -- FILE.tsv` measures the stored weights. A table has the columns
//! `label name handle bio lang source`; a label is `person` or `organization`.

mod figures;
mod rows;
mod train;

use std::path::Path;
use std::time::Instant;

use anyhow::bail;
use lookalike::kind::{Guess, Weights};
use sha2::{Digest, Sha256};

use figures::Figures;
use rows::Row;

const WEIGHTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/kind/weights.bin");
const DIGEST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/kind/weights.sha256");

fn main() -> anyhow::Result<()> {
    let arguments = std::env::args().skip(1).filter(|it| it != "--bench");
    let arguments: Vec<String> = arguments.collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["train", folder] => train(Path::new(folder)),
        [file] => {
            let weights = Weights::from_bytes(&std::fs::read(WEIGHTS)?);
            let rows = rows::of_file(Path::new(file))?;
            Figures::of(&weights, &rows).print();
            figures::print_mistakes(&weights, &rows);
            print_time(&rows);
            Ok(())
        }
        _ => {
            println!("kind: train FOLDER, or FILE.tsv");
            Ok(())
        }
    }
}

/// Prints how long a guess takes, with the words that decided.
fn print_time(rows: &[Row]) {
    let began = Instant::now();
    let reasons = rows
        .iter()
        .map(|row| Guess::of(row.words()).because(row.words()).len());
    let reasons: usize = reasons.sum();
    let each = began.elapsed().as_secs_f64() * 1e6 / rows.len() as f64;
    println!("\n{each:.1} us an account, with {reasons} reasons in all");
}

fn train(folder: &Path) -> anyhow::Result<()> {
    let rows = rows::of_folder(folder)?;
    if rows.is_empty() {
        bail!("there are no tables in {}", folder.display());
    }
    let (held_out, rest): (Vec<Row>, Vec<Row>) = rows.iter().cloned().partition(Row::is_tenth);
    println!("trained without these {} rows:", held_out.len());
    Figures::of(&train::train(&rest), &held_out).print();
    let bytes = train::train(&rows).to_bytes();
    std::fs::write(WEIGHTS, &bytes)?;
    let digest: String = Sha256::digest(&bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let stored = std::fs::read_to_string(DIGEST).unwrap_or_default();
    match stored.trim() == digest {
        true => println!("the weights are the stored ones: {digest}"),
        false => println!("the weights are others than {}: {digest}", stored.trim()),
    }
    Ok(())
}
